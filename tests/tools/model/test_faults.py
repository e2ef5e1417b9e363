"""Whatever a server does, a question ends within its deadline and two seconds, and says why as a value."""

import time
from collections.abc import Mapping
from typing import Any

import pytest

from tests.model_server.script import (
    Answering,
    Call,
    Cut,
    Drip,
    Flood,
    Hang,
    Raw,
    Refuse,
    Say,
    Step,
    answering,
)
from tests.model_server.server import scripted_server
from tests.tools.model.conftest import KINDS, PROMPT, RIGHT, AskerOver, Seen
from tests.tools.test_safe_text import is_harmless
from tools.clock import Deadline
from tools.model import Answer, Priority, Purpose, Tool, Unanswered

SECONDS = 1.0
GRACE = 2.0

FAULTS: dict[str, tuple[Step | Answering, str]] = {
    "hangs": (Hang(), "late"),
    "drips headers": (Drip("headers"), "late"),
    "drips chunks": (Drip("chunks"), "late"),
    "drips blanks": (Drip("bytes"), "late"),
    "answers too late": (answering(RIGHT, seconds=20), "late"),
    "closes in the middle": (Cut(), "cut"),
    "has no such model": (Refuse(404, '{"error": "model not found"}'), "refused"),
    "fails": (Refuse(500, "<html>\x1b[2J oops"), "refused"),
    "is busy": (Refuse(503), "refused"),
    "wants a key": (Refuse(401), "refused"),
    "sends elsewhere": (Refuse(307, "", {"location": "http://127.0.0.1:9/"}), "refused"),
    "sends without end": (Flood(), "junk"),
    "sends no object": (Raw(b"[1]\n"), "junk"),
    "sends nested brackets": (Raw(b"[" * 100_000 + b"\n"), "junk"),
    "sends bytes": (Raw(bytes(range(256))), "junk"),
    "sends something compressed": (Raw(b"\x1f\x8b", {"content-encoding": "gzip"}), "junk"),
    "sends nothing": (Raw(b""), "junk"),
    "says that it read little": (answering(RIGHT, tokens_in=20), "cut"),
    "read more than the window": (answering(RIGHT, tokens_in=9000), "cut"),
    "says that it read more than there is": (answering(RIGHT, tokens_in=10**30), "junk"),
    "says that it wrote more than there is": (answering(RIGHT, tokens_out=10**1000), "junk"),
    "has too few tokens left": (answering(RIGHT, done="length"), "cut"),
    "has unloaded the model": (answering(RIGHT, done="unload"), "cut"),
    "lost the first word": (answering(RIGHT, words=["lost", "lost"]), "cut"),
    "writes prose": (Say("Sure! The host is web."), "junk"),
    "writes half an object": (Say('{"words": ["a", "b"], "answer": {"host": "a", "sev'), "junk"),
    "leaves a field out": (answering({"host": "web"}), "junk"),
    "makes a field up": (answering({**RIGHT, "argv": ["rm"]}), "junk"),
    "writes a number as text": (answering({"host": "web", "severity": "3"}), "junk"),
    "asks for tools that there are not": (Call("shell", {"command": "rm -r /"}), "junk"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_ends_in_time_with_its_reason(asker_over: AskerOver, kind: str, name: str) -> None:
    step, expected = FAULTS[name]
    with scripted_server(step) as server:
        began = time.monotonic()
        found = asker_over(server, kind=kind).ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, Deadline(SECONDS))
        took = time.monotonic() - began
    assert isinstance(found, Unanswered), found
    assert took < SECONDS + GRACE
    assert is_harmless(found.why)
    # A flood that a loaded machine reads slowly meets the deadline first; a cut line is no JSON to one of the clients.
    assert found.kind in {expected, *(["late"] if expected == "junk" and step == Flood() else [])}, found.why


def test_a_stream_that_just_ends_is_no_answer(asker_over: AskerOver) -> None:
    with scripted_server(Cut(clean=True)) as server:
        found = asker_over(server).ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, Deadline(SECONDS))
    assert isinstance(found, Unanswered)
    assert (found.kind, found.why) == ("cut", "the answer ended before it was whole")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("told", [-5, 0.5, True, "many", [], 10**19])
@pytest.mark.parametrize("which", ["tokens_in", "tokens_out"])
def test_no_number_that_a_server_tells_raises(asker_over: AskerOver, kind: str, told: Any, which: str) -> None:
    with scripted_server(answering(RIGHT, **{which: told})) as server:
        asker = asker_over(server, kind=kind)
        found = asker.ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, Deadline(20))
    assert 0 < asker.usage.of_run("run-1").tokens < 3000
    if kind != "ollama":  # whose package itself takes 1 for true
        assert isinstance(found, Unanswered)
        assert found.kind == "junk"


@pytest.mark.parametrize(
    ("step", "is_charged"),
    [(Hang(), True), (Cut(), True), (Raw(b"[1]\n"), True), (Refuse(503), False)],
    ids=["late", "cut", "junk", "refused"],
)
def test_what_was_read_in_vain_is_paid_for(asker_over: AskerOver, step: Step, is_charged: bool) -> None:
    with scripted_server(step) as server:
        asker = asker_over(server)
        found = asker.ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, Deadline(SECONDS))
    assert asker.usage.of_run("run-1") == found.cost
    assert (found.cost.tokens_in > 100) == is_charged


def test_nobody_at_all_is_said_with_the_next_step(asker_over: AskerOver) -> None:
    with scripted_server(Hang()) as server:
        pass
    found = asker_over(server).ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, Deadline(SECONDS))
    assert isinstance(found, Unanswered)
    assert found.kind == "unreachable"
    assert "does it run, and is the url right?" in found.why


def test_a_model_that_only_asks_for_tools_is_left(asker_over: AskerOver) -> None:
    looked: list[Mapping[str, object]] = []

    def run(arguments: Mapping[str, object]) -> str:
        looked.append(arguments)
        return "failed"

    tool = Tool("unit_state", "The state of a unit.", {"type": "object"}, run)
    with scripted_server(Call("unit_state", {"unit": "a.service"})) as server:
        asker = asker_over(server)
        found = asker.ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, Deadline(20), [tool])
    assert isinstance(found, Unanswered)
    assert found.why == "it went on asking for tools, 4 times, and did not answer"
    assert len(looked) == 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("spoilt", [Say("hello"), answering({"host": "web"}), answering(RIGHT, words=["x", "y"])])
def test_a_bad_answer_is_repaired_once_or_twice(asker_over: AskerOver, kind: str, spoilt: Step | Answering) -> None:
    with scripted_server(spoilt, spoilt, answering(RIGHT)) as server:
        found = asker_over(server, kind=kind).ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, Deadline(20))
    assert isinstance(found, Answer), found
    assert found.value == Seen(host="web", severity=3)
    assert found.cost.calls == len(server.asked) == 3
