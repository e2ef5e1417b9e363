from collections.abc import Iterator
from pathlib import Path

import pytest

import tools.detectors
from tests.tools.detectors.observing import NOW, facts
from tools.detectors import Evidence, Finding, Memory, Severity, catalogue
from tools.detectors.catalogue import detectors, judge, needed
from tools.detectors.disk_space import DiskSpaceLimits
from tools.detectors.thresholds import Thresholds
from tools.probes import Skipped
from tools.probes import memory as memory_probe
from tools.probes.load import Load
from tools.probes.observation import Observation
from tools.probes.unit_graph import UnitGraph

Facts = memory_probe.Memory
LOW = Facts(100 << 20, 1 << 20, 0, 0)


def finding(kind: str, severity: Severity, evidence: str = "x") -> Finding:
    return Finding(kind, "o", severity, "s", (Evidence("p", evidence),))


def judge_with(
    monkeypatch: pytest.MonkeyPatch, observation: Observation, **replaced: tools.detectors.Detector
) -> list[Finding]:
    monkeypatch.setattr(catalogue, "detectors", lambda: replaced)
    return judge(observation, Thresholds(), Memory())


def test_every_file_has_at_most_one_detector_and_every_detector_a_docstring() -> None:
    for path in tools.detectors.__path__:
        for file in Path(path).glob("*.py"):
            assert file.read_text().count("\ndef detect(") == (file.stem in detectors()), file.name
    assert all(detector.__doc__ for detector in detectors().values())


def test_only_what_detectors_ask_for_is_collected() -> None:
    assert Load in needed() and Facts in needed() and UnitGraph not in needed()


def test_nothing_observed_is_nothing_found() -> None:
    assert judge(facts(), Thresholds(), Memory()) == []


def test_a_detector_whose_fact_is_missing_does_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def detect(load: Load) -> Iterator[Finding]:
        raise AssertionError

    assert judge_with(monkeypatch, Observation("h1", NOW, {"load": Skipped("no")}), one=detect) == []


def test_a_detector_that_takes_absence_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def detect(load: Load | Skipped) -> Iterator[Finding]:
        assert load == Skipped("not collected")
        yield finding("a", Severity.INFO)

    assert len(judge_with(monkeypatch, facts(), one=detect)) == 1


def test_thresholds_and_memory_are_handed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    def detect(limits: DiskSpaceLimits, every: Thresholds, memory: Memory) -> Iterator[Finding]:
        assert limits is every.disk_space and memory == Memory()
        yield finding("a", Severity.INFO)

    assert [found.kind for found in judge_with(monkeypatch, facts(), one=detect)] == ["a"]


def test_a_detector_that_raises_is_a_finding_and_the_others_still_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Iterator[Finding]:
        yield finding("lost", Severity.INFO)
        raise ZeroDivisionError("x\x1b")

    found = judge_with(monkeypatch, facts(), broken=broken, sound=lambda: [finding("a", Severity.HIGH)])
    assert [(one.kind, one.object, one.host) for one in found] == [("a", "o", "h1"), ("macha.detector", "broken", "h1")]
    assert found[1].evidence[0].text == "ZeroDivisionError: x\\x1b"


def test_the_worst_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    rising = [finding(severity.value, severity) for severity in Severity]
    assert [found.severity for found in judge_with(monkeypatch, facts(), one=lambda: rising)] == list(Severity)[::-1]


def test_one_trouble_found_twice_is_one_finding_with_all_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = [finding("a", Severity.INFO, "1"), finding("a", Severity.HIGH, "2")]
    (found,) = judge_with(monkeypatch, facts(), one=lambda: twice)
    assert found.severity is Severity.HIGH and [evidence.text for evidence in found.evidence] == ["2", "1"]


def test_a_parameter_that_is_no_fact_is_a_mistake_of_the_programmer(monkeypatch: pytest.MonkeyPatch) -> None:
    def detect(text: str) -> Iterator[Finding]:
        yield finding(text, Severity.INFO)

    with pytest.raises(TypeError, match="parameter text"):
        judge_with(monkeypatch, facts(), one=detect)


def test_the_memory_of_the_host_and_the_memory_of_macha_are_not_mixed_up() -> None:
    (found,) = judge(facts(LOW), Thresholds(), Memory(boot_id="x"))
    assert found.kind == "mem.pressure"
