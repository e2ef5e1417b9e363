"""One law over every runbook: it tells its own examples first, dares nothing it forbids, and takes no time."""

import re
import time
from importlib.resources import files
from pathlib import Path

import pytest

from tools.actions.catalogue import actions
from tools.runbooks.examples import trials
from tools.runbooks.front_matter import patterns_of
from tools.runbooks.judging import judge
from tools.runbooks.library import BUILT_IN, built_in
from tools.runbooks.needles import needles_of
from tools.runbooks.pattern import MOST_CHARACTERS, Pattern
from tools.runbooks.runbook import FOR_A_PERSON, Runbook

EVERY = pytest.mark.parametrize("runbook", built_in().values(), ids=built_in())
VOCABULARY = (Path(__file__).parents[2] / "docs" / "vocabulary.md").read_text()
KINDS = set(re.findall(r"`([a-z]+(?:\.[a-z_]+)+)`", VOCABULARY))
HOSTILE = [
    text * (MOST_CHARACTERS // len(text))
    for text in (
        "a",
        "0",
        " ",
        "/",
        ".",
        ":",
        "error ",
        "no space left on device ",
        "lock ",
        "x.y ",
        "/nix/store/",
        "([",
    )
]
SECONDS = 0.02


def test_there_are_enough_of_them_and_they_are_delivered_with_the_code() -> None:
    assert len(built_in()) >= 90
    delivered = {file.name for file in files("tools.runbooks").iterdir() if file.name.endswith(".md")}
    assert delivered == {f"{name}.md" for name in built_in()} == {file.name for file in BUILT_IN.glob("*.md")}


@EVERY
def test_it_names_its_cause_in_each_of_its_examples(runbook: Runbook) -> None:
    assert [(trial.example, trial.why_not) for trial in trials(runbook, built_in()) if trial.why_not] == []


@EVERY
def test_its_sentences_are_of_one_kind(runbook: Runbook) -> None:
    parts = (runbook.cause, runbook.restart_why, runbook.verify, *runbook.look_at, *runbook.must_not)
    assert [part for part in parts if part.endswith((".", "!", "…")) and not part.endswith("=")] == []
    assert all(part[0].islower() for part in runbook.must_not)
    assert runbook.advice.endswith(".")
    assert max(map(len, runbook.advice.splitlines())) <= 130


@EVERY
def test_its_actions_and_findings_are_words_of_the_vocabulary(runbook: Runbook) -> None:
    assert {*runbook.signals.findings, *runbook.signals.telling_findings} <= KINDS
    assert {one.kind for one in runbook.actions} <= {*actions(), *FOR_A_PERSON}
    assert all(one.is_for_a_person or one.kind in actions() for one in runbook.actions)


@EVERY
def test_no_line_makes_it_think_for_long(runbook: Runbook) -> None:
    lines = [*HOSTILE, *(example.replace("\n", " ") * 20 for example in runbook.examples)]
    for pattern in patterns_of(runbook):
        assert pattern.why_not() is None
        own = [
            (needle + end) * (MOST_CHARACTERS // len(needle))
            for needle in needles_of(pattern.text)
            for end in ("", " ")
        ]
        for line in (*lines, *own):
            assert _seconds(pattern, line) < SECONDS, (pattern.text, line[:40])


@EVERY
def test_what_it_looks_for_first_is_in_every_line_that_it_matches(runbook: Runbook) -> None:
    lines = [line for other in built_in().values() for example in other.examples for line in example.splitlines()]
    for pattern in patterns_of(runbook):
        assert [line for line in lines if pattern.matches(line) and not pattern.may_match(line.lower())] == []


def test_what_is_for_a_person_is_in_the_vocabulary() -> None:
    assert [kind for kind in FOR_A_PERSON if f"`{kind}`" not in VOCABULARY] == []


def test_what_may_restart_by_itself_is_nowhere_where_a_restart_does_harm() -> None:
    for runbook in built_in().values():
        kinds = {one.kind for one in runbook.actions}
        assert not (runbook.restart in ("no", "harmful") and kinds & {"unit.restart", "unit.start"}), runbook.name


@pytest.mark.parametrize(
    "line",
    [
        "Started Daily apt download activities.",
        "app.service: Deactivated successfully.",
        "Received SIGHUP, reloading configuration.",
        "session opened for user root(uid=0) by (uid=0)",
        "kernel: Linux version 6.1.0-18-amd64",
        "GET /health 200 3ms",
        "Failed with result 'exit-code'.",
        "Main process exited, code=exited, status=1/FAILURE",
        "something went wrong",
        "error",
    ],
)
def test_what_says_nothing_names_no_cause(line: str) -> None:
    assert judge([line], built_in().values()).named is None


@pytest.mark.parametrize("line", ["No space left on device", "Connection refused", "Permission denied", "Killed"])
def test_what_has_many_causes_is_given_none(line: str) -> None:
    judgement = judge([f"app[812]: {line}"], built_in().values())
    assert (judgement.named, judgement.safe_class, judgement.candidates) == (None, "collect_more", ())


def _seconds(pattern: Pattern, line: str) -> float:
    """The least of three: what the pattern takes, not what else the machine did."""
    taken = []
    for _ in range(3):
        begun = time.perf_counter()
        pattern.matches(line)
        taken.append(time.perf_counter() - begun)
        if taken[-1] < SECONDS:
            break
    return min(taken)
