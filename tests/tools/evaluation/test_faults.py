"""The score of recorded faults says what was missed, what was a false alarm, and whether the root came first."""

import json
from pathlib import Path
from typing import Any

import pytest

from tools.detectors import Evidence, Finding, Severity
from tools.errors import MachaError
from tools.evaluation.faults import Score, _is_forbidden, _is_within, score_folder, total
from tools.evaluation.truth import Expected, Truth

PUBLIC = Path(__file__).parents[2] / "machines" / "testbed" / "public"


def truth(**values: Any) -> Truth:
    return Truth.model_validate({"name": "x", "findings_required": [], **values})


def finding(kind: str, object_: str, severity: Severity = Severity.WARNING) -> Finding:
    return Finding(kind, object_, severity, "", (Evidence("test", "so"),))


@pytest.mark.parametrize(
    ("kind", "fits"), [("disk.space", True), ("disk.space.boot", True), ("disk.spaces", False), ("disk", False)]
)
def test_a_finer_kind_fits_a_coarser_one(kind: str, fits: bool) -> None:
    assert Expected(kind="disk.space", object="/").fits(finding(kind, "/")) is fits


def test_information_is_no_false_alarm_and_a_warning_is() -> None:
    assert not _is_forbidden(finding("log.errors", "a.service", Severity.INFO), truth())
    assert _is_forbidden(finding("log.errors", "a.service"), truth())


def test_what_is_allowed_is_no_false_alarm_in_the_severity_that_is_allowed() -> None:
    allowed = truth(findings_allowed=[{"kind": "log.errors", "object": "any", "severity": ["info"]}])
    assert not _is_forbidden(finding("log.errors", "a", Severity.INFO), allowed)
    assert _is_forbidden(finding("log.errors", "a"), allowed)


def test_what_is_forbidden_by_name_is_so_even_as_information() -> None:
    forbidden = truth(findings_forbidden=[{"kind": "unit.failed", "object": "geo.service"}])
    assert _is_forbidden(finding("unit.failed", "geo.service", Severity.INFO), forbidden)


@pytest.mark.parametrize(
    ("name", "text", "is_within"),
    [
        ("/", "/var/log/journal", False),
        ("thumbnailer.py", "/home/deploy/bin/thumbnailer.py", True),
        ("api.service", "shop-api.service", True),
        ("pi.service", "api.service", False),
    ],
)
def test_a_name_is_looked_for_as_a_whole_word(name: str, text: str, is_within: bool) -> None:
    assert _is_within(name, text) is is_within


def test_the_public_faults_are_scored_without_a_false_alarm() -> None:
    scores = score_folder(PUBLIC)
    assert len(scores) == 23
    assert total(scores)["forbidden"] == 0
    assert {score.name for score in scores if score.root_first is None} == {"healthy", "noisy-healthy"}


def test_the_total_adds_up() -> None:
    scores = [Score("a", 2, ("m",), (), "", True, 0.1), Score("b", 1, (), ("f", "g"), "", None, 0.2)]
    expected = {"faults": 2, "required": 3, "required_found": 2, "forbidden": 2, "root_cases": 1, "root_first": 1}
    assert total(scores) == {**expected, "seconds": 0.3}


def test_a_folder_that_is_none_is_a_known_error(tmp_path: Path) -> None:
    with pytest.raises(MachaError, match=r"there are no faults/\*.json"):
        score_folder(tmp_path)
    (tmp_path / "faults").mkdir()
    (tmp_path / "faults" / "x.json").write_text(json.dumps({"name": "x"}))
    with pytest.raises(MachaError, match="not the ground truth of a fault"):
        score_folder(tmp_path)
