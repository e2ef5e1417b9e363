"""Several servers, several that wait: nobody is late for the queue, and one that fails takes nobody down."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest

from tests.model_server.script import Cut, Hang, Raw, Refuse, Step, answering
from tests.model_server.server import scripted_server
from tests.tools.model.conftest import RIGHT, AskerOver, Seen, soon
from tools.clock import Deadline
from tools.model import Answer, Cost, Priority, Prompt, Purpose, Unanswered
from tools.model.asking import Asker
from tools.model.tables import open_model_database
from tools.model.tickets import Tickets

SECONDS = 2.0
GRACE = 2.0


def ask(
    asker: Asker, seconds: float = SECONDS, number: int = 0, priority: Priority = Priority.CYCLE
) -> Answer[Seen] | Unanswered:
    prompt = Prompt("Say what is wrong.", "", f"part {number}")
    return asker.ask(Purpose.SUMMARY, prompt, Seen, priority, Deadline(seconds))


@contextmanager
def held(asker: Asker, seconds: float) -> Iterator[None]:
    """For so long somebody else has the slot of server a."""
    has, goes = threading.Event(), threading.Event()

    def hold() -> None:
        tickets = Tickets(open_model_database(asker.folder), {"a": 1}, asker.clock)
        with tickets.slot(Priority.INTERACTIVE, Purpose.QUESTION, "another", soon(), ["a"]):
            has.set()
            goes.wait(seconds)

    thread = threading.Thread(target=hold)
    thread.start()
    has.wait()
    try:
        yield
    finally:
        goes.set()
        thread.join()


# ---- those that wait


def test_a_cycle_that_waits_for_its_slot_is_not_late(asker_over: AskerOver) -> None:
    with scripted_server(answering(RIGHT)) as server:
        asker = asker_over(server)
        with held(asker, 2.5):
            assert isinstance(ask(asker, seconds=1), Answer)


def test_a_person_does_not_wait_for_longer_than_the_answer_may_take(asker_over: AskerOver) -> None:
    with scripted_server(answering(RIGHT)) as server, held(asker := asker_over(server), 20):
        began = time.monotonic()
        found = ask(asker, seconds=1, priority=Priority.INTERACTIVE)
    assert isinstance(found, Unanswered)
    assert found.kind == "busy"
    assert time.monotonic() - began < 1 + GRACE


def test_a_cycle_waits_for_its_seconds_once_and_not_for_each_part(asker_over: AskerOver) -> None:
    with (
        scripted_server(answering(RIGHT)) as server,
        held(asker := asker_over(server, modelUse={"cycleSeconds": 1}), 20),
    ):
        began = time.monotonic()
        found = [ask(asker, number=number) for number in range(4)]
        took = time.monotonic() - began
    assert [one.kind for one in found if isinstance(one, Unanswered)] == ["busy"] * 4
    assert took < 1 + GRACE


def test_many_that_wait_for_a_server_that_hangs_end_with_one_deadline(asker_over: AskerOver) -> None:
    with scripted_server(Hang()) as server, ThreadPoolExecutor(8) as pool:
        asker = asker_over(server)
        began = time.monotonic()
        found = list(pool.map(lambda number: ask(asker, number=number), range(8)))
        took = time.monotonic() - began
    assert {one.kind for one in found if isinstance(one, Unanswered)} == {"late"}
    assert len(server.asked) == 1
    assert took < SECONDS + GRACE


def test_all_parts_of_a_slow_server_are_answered(asker_over: AskerOver) -> None:
    with scripted_server(answering(RIGHT, seconds=0.5)) as server, ThreadPoolExecutor(8) as pool:
        asker = asker_over(server)
        found = list(pool.map(lambda number: ask(asker, number=number), range(8)))
    assert all(isinstance(one, Answer) for one in found), "together they take twice the deadline"


# ---- several servers


FAILING: dict[str, Step] = {
    "hangs": Hang(),
    "fails": Refuse(500),
    "is busy": Refuse(503),
    "has no such model": Refuse(404),
    "closes": Cut(),
    "is something else": Raw(b"<html>"),
}


@pytest.mark.parametrize("name", FAILING)
def test_who_fails_is_passed_over_and_asked_last_from_then_on(asker_over: AskerOver, name: str) -> None:
    with scripted_server(FAILING[name]) as one, scripted_server(answering(RIGHT)) as other:
        began = time.monotonic()
        found = ask(asker_over(one, other))
        assert isinstance(found, Answer), found
        assert time.monotonic() - began < SECONDS
        assert found.cost.calls == 2
        assert isinstance(ask(asker_over(one, other, run="run-2"), number=1), Answer)
    assert len(one.asked) == (2 if name == "is something else" else 1), "junk says nothing of the server's health"


def test_who_cannot_be_reached_is_passed_over(asker_over: AskerOver) -> None:
    with scripted_server(Hang()) as gone:
        pass
    with scripted_server(answering(RIGHT)) as there:
        assert isinstance(ask(asker_over(gone, there)), Answer)


def test_after_ten_minutes_one_that_failed_is_tried_again(asker_over: AskerOver) -> None:
    with scripted_server(answering(RIGHT)) as one, scripted_server(answering(RIGHT)) as other:
        asker = asker_over(one, other)
        name = str(asker.name)
        for minutes in (11, 9):
            asker.usage.add("r", Purpose.SUMMARY, name, "a", Cost(1, 0, 0, 1), "late")
            with open_model_database(asker.folder).begin() as db:
                at = (asker.clock.now() - timedelta(minutes=minutes)).isoformat()
                db.exec_driver_sql("UPDATE model_calls SET at = ? WHERE outcome = 'late'", (at,))
            ask(asker, number=minutes)
    assert (len(one.asked), len(other.asked)) == (1, 1)


def test_only_when_all_have_failed_there_is_no_answer(asker_over: AskerOver) -> None:
    with scripted_server(Hang()) as one, scripted_server(Hang()) as other:
        began = time.monotonic()
        found = ask(asker_over(one, other))
        assert time.monotonic() - began < SECONDS + GRACE
    assert isinstance(found, Unanswered)
    assert (found.kind, len(one.asked), len(other.asked)) == ("late", 1, 1)


def test_one_that_may_answer_the_next_question_is_what_is_told(asker_over: AskerOver) -> None:
    with scripted_server(Hang()) as one, scripted_server(Refuse(503), answering(RIGHT)) as other:
        asker = asker_over(one, other)
        found = ask(asker)
        assert isinstance(found, Unanswered)
        assert found.kind == "refused", "else the run would give up a server that is only busy"
        began = time.monotonic()
        assert isinstance(ask(asker, number=1), Answer)
        assert time.monotonic() - began < 1
    assert len(one.asked) == 1, "a run does not wait twice for one that hangs"


def test_a_person_may_ask_again(asker_over: AskerOver) -> None:
    with scripted_server(Hang()) as server:
        asker = asker_over(server)
        assert isinstance(ask(asker, seconds=1), Unanswered)
        server.will(answering(RIGHT))
        assert isinstance(ask(asker, seconds=5, priority=Priority.INTERACTIVE), Answer)
        assert isinstance(ask(asker, seconds=5), Answer), "and who answers a person is not lost"
