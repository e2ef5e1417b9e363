"""What is a request at all, and what of it is written down."""

from dataclasses import replace
from typing import Any

import pytest

from gate.asking import harmless, why_malformed
from gate.interface import Request

GOOD = Request("web", "unit.restart", {"name": "app.service"}, "because", ("f1",), "run-1", "model")


def test_a_plain_request_is_left_as_it_is() -> None:
    assert why_malformed(GOOD) is None
    assert harmless(GOOD) == GOOD


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({"host": None}, "its host is not text", id="no host"),
        pytest.param({"kind": []}, "its kind is not text", id="a list of kinds"),
        pytest.param({"why": b"x"}, "its why is not text", id="bytes"),
        pytest.param({"run": 7}, "its run is not text", id="a number as run"),
        pytest.param({"author": "root"}, "its author is none of", id="an author of its own"),
        pytest.param({"parameters": []}, "its parameters", id="a list of parameters"),
        pytest.param({"parameters": {1: 2}}, "its parameters", id="a parameter without a name"),
        pytest.param({"parameters": {f"k{at}": 1 for at in range(17)}}, "its parameters", id="too many parameters"),
        pytest.param({"findings": "f1"}, "its findings", id="a text of findings"),
        pytest.param({"findings": ("f",) * 65}, "its findings", id="too many findings"),
        pytest.param({"findings": (1,)}, "its findings", id="a finding that is a number"),
    ],
)
def test_what_is_no_request_is_told_and_can_be_written_down(change: dict[str, Any], why: str) -> None:
    request = replace(GOOD, **change)
    assert why in str(why_malformed(request))
    written = harmless(request)
    assert why_malformed(written) is None


def test_what_is_written_down_is_short_and_visible() -> None:
    written = harmless(Request("w\0", "k" * 500, {"name": "\x1b" * 9000, "n": 10**5000}, "\ud800\n", ("\u202e",), "\0"))
    assert written.host == "w\\x00"
    assert len(written.kind) == 81
    assert written.parameters["n"] == "a huge number"
    assert len(str(written.parameters["name"])) <= 201
    assert (written.why, written.findings, written.run) == ("\\ud800\\n", ("\\u202e",), "\\x00")
