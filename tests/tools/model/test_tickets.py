"""The queue for the model: who is next, across processes, and what a killed holder leaves behind."""

import itertools
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tools.clock import Deadline, SystemClock
from tools.model import Priority, Purpose
from tools.model.tables import open_model_database
from tools.model.tickets import Tickets
from tools.model.turns import RISES_AFTER_SECONDS, urgency
from tools.model.view import places

ROOT = Path(__file__).parents[3]
ONE = {"a": 1}


def queue_over(folder: Path, slots: Mapping[str, int] = ONE, lease: float = 10.0) -> Tickets:
    return Tickets(open_model_database(folder), slots, SystemClock(), lease)


def wait_until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = Deadline(seconds)
    while not holds():
        assert not deadline.is_over(), "it never came to pass"
        time.sleep(0.02)


def take_part(tickets: Tickets, priority: Priority, who: str, order: list[str]) -> threading.Thread:
    """Queue in a thread of its own, and write down when it is served."""

    def part() -> None:
        with tickets.slot(priority, Purpose.SUMMARY, who, Deadline(60), ["a"]) as ticket:
            assert ticket is not None
            order.append(who)

    thread = threading.Thread(target=part)
    thread.start()
    return thread


def test_a_free_slot_is_taken_at_once_and_given_back(tmp_path: Path) -> None:
    tickets = queue_over(tmp_path)
    for _ in range(2):
        with tickets.slot(Priority.BATCH, Purpose.SUMMARY, "me", Deadline(1), ["a"]) as ticket:
            assert ticket is not None
            assert [(p.server, p.who.split(" (")[0]) for p in places(tmp_path, SystemClock())] == [("a", "me")]
    assert places(tmp_path, SystemClock()) == []


def test_no_free_slot_before_the_deadline_is_none_and_leaves_no_ticket(tmp_path: Path) -> None:
    tickets = queue_over(tmp_path)
    with tickets.slot(Priority.BATCH, Purpose.SUMMARY, "one", Deadline(1), ["a"]):
        began = time.monotonic()
        with tickets.slot(Priority.INTERACTIVE, Purpose.SUMMARY, "two", Deadline(0.5), ["a"]) as ticket:
            assert ticket is None
        assert 0.5 <= time.monotonic() - began < 1.5
        assert len(places(tmp_path, SystemClock())) == 1


def test_the_most_urgent_is_served_first_and_equals_in_turn(tmp_path: Path) -> None:
    tickets, order, threads = queue_over(tmp_path), list[str](), list[threading.Thread]()
    with tickets.slot(Priority.BATCH, Purpose.SUMMARY, "holder", Deadline(1), ["a"]):
        for who, priority in {
            "batch": Priority.BATCH,
            "cycle": Priority.CYCLE,
            "person": Priority.INTERACTIVE,
            "resume": Priority.RESUME,
            "second person": Priority.INTERACTIVE,
        }.items():
            threads.append(take_part(tickets, priority, who, order))
            wait_until(lambda: len(places(tmp_path, SystemClock())) == len(threads) + 1)
        shown = [place.who.split(" (")[0] for place in places(tmp_path, SystemClock())]
    for thread in threads:
        thread.join()
    assert order == ["person", "second person", "resume", "cycle", "batch"]
    assert shown == ["holder", *order]


def test_waiting_makes_a_batch_as_urgent_as_a_person() -> None:
    assert urgency(Priority.BATCH, 0) < urgency(Priority.CYCLE, 0)
    assert urgency(Priority.BATCH, 3 * RISES_AFTER_SECONDS + 1) > urgency(Priority.INTERACTIVE, 0)
    assert urgency(Priority.CYCLE, RISES_AFTER_SECONDS) < urgency(Priority.INTERACTIVE, 0)


def test_a_batch_that_has_waited_for_half_an_hour_is_served_before_a_person_who_comes_then(tmp_path: Path) -> None:
    tickets, order = queue_over(tmp_path), list[str]()
    with tickets.slot(Priority.BATCH, Purpose.SUMMARY, "holder", Deadline(1), ["a"]):
        batch = take_part(tickets, Priority.BATCH, "batch", order)
        wait_until(lambda: len(places(tmp_path, SystemClock())) == 2)
        with open_model_database(tmp_path).begin() as db:
            db.exec_driver_sql("UPDATE model_tickets SET born = born - 1801 WHERE server IS NULL")
        person = take_part(tickets, Priority.INTERACTIVE, "person", order)
        wait_until(lambda: len(places(tmp_path, SystemClock())) == 3)
    batch.join()
    person.join()
    assert order == ["batch", "person"]


def test_so_many_are_answered_at_once_as_there_are_slots(tmp_path: Path) -> None:
    tickets = queue_over(tmp_path, {"a": 2, "b": 1})
    with ExitStack() as held:
        got = [
            held.enter_context(tickets.slot(Priority.CYCLE, Purpose.SUMMARY, "me", Deadline(1), ["a", "b"]))
            for _ in range(3)
        ]
        assert sorted(ticket.server for ticket in got if ticket) == ["a", "a", "b"]
        with tickets.slot(Priority.INTERACTIVE, Purpose.SUMMARY, "more", Deadline(0.3), ["a", "b"]) as ticket:
            assert ticket is None


def test_a_server_that_is_not_asked_for_gives_no_slot(tmp_path: Path) -> None:
    tickets = queue_over(tmp_path, {"a": 1, "b": 1})
    with (
        tickets.slot(Priority.CYCLE, Purpose.SUMMARY, "one", Deadline(1), ["a"]),
        tickets.slot(Priority.CYCLE, Purpose.SUMMARY, "two", Deadline(0.3), ["a"]) as ticket,
    ):
        assert ticket is None


def test_who_waits_for_another_server_keeps_nobody_from_an_idle_one(tmp_path: Path) -> None:
    tickets, order = queue_over(tmp_path, {"a": 1, "b": 1}), list[str]()
    with tickets.slot(Priority.CYCLE, Purpose.SUMMARY, "holder", Deadline(1), ["a"]):
        person = take_part(tickets, Priority.INTERACTIVE, "person", order)
        wait_until(lambda: len(places(tmp_path, SystemClock())) == 2)
        began = time.monotonic()
        with tickets.slot(Priority.BATCH, Purpose.SUMMARY, "me", Deadline(3), ["b"]) as ticket:
            assert ticket is not None
        assert time.monotonic() - began < 1
    person.join()
    assert order == ["person"]


def test_a_queue_of_an_older_macha_is_taken_over(tmp_path: Path) -> None:
    with open_model_database(tmp_path).begin() as db:
        db.exec_driver_sql("ALTER TABLE model_tickets DROP COLUMN wanted")
        db.exec_driver_sql("UPDATE schema_versions SET version = 1")
    with queue_over(tmp_path).slot(Priority.CYCLE, Purpose.SUMMARY, "me", Deadline(1), ["a"]) as ticket:
        assert ticket is not None


def test_a_slot_is_given_back_also_when_the_file_is_locked_just_then(tmp_path: Path) -> None:
    tickets = queue_over(tmp_path)
    with closing(sqlite3.connect(tmp_path / "model.db", isolation_level=None)) as locker:
        with tickets.slot(Priority.CYCLE, Purpose.SUMMARY, "me", Deadline(1), ["a"]):
            locker.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
        assert time.monotonic() - began < 1
    wait_until(lambda: places(tmp_path, SystemClock()) == [], 5)


def test_twenty_threads_never_hold_more_than_the_slots(tmp_path: Path) -> None:
    tickets = queue_over(tmp_path, {"a": 2})
    holding, most, lock = 0, 0, threading.Lock()

    def part() -> None:
        nonlocal holding, most
        with tickets.slot(Priority.BATCH, Purpose.SUMMARY, "me", Deadline(60), ["a"]) as ticket:
            assert ticket is not None
            with lock:
                holding += 1
                most = max(most, holding)
            time.sleep(0.02)
            with lock:
                holding -= 1

    threads = [threading.Thread(target=part) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


# ---- what the dead leave behind

HOLD = """
import sys, time; from pathlib import Path
from tests.tools.model.test_tickets import *
with queue_over(Path(sys.argv[1]), lease=float(sys.argv[2])).slot(
        Priority.INTERACTIVE, Purpose.SUMMARY, "killed", Deadline(30), ["a"]):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path: Path) -> "subprocess.Popen[str]":
    words = (sys.executable, "-c", HOLD, str(tmp_path), "2")
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_killed_holder_frees_its_slot_when_its_lease_ends(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    time.sleep(3)  # longer than the lease: it is alive, so it is renewed
    tickets = queue_over(tmp_path, lease=2)
    with tickets.slot(Priority.INTERACTIVE, Purpose.SUMMARY, "next", Deadline(0.2), ["a"]) as ticket:
        assert ticket is None
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    began = time.monotonic()
    with tickets.slot(Priority.BATCH, Purpose.SUMMARY, "next", Deadline(30), ["a"]) as ticket:
        assert ticket is not None
    assert time.monotonic() - began < 2 + 1.5


def test_one_who_slept_longer_than_the_lease_queues_again(tmp_path: Path) -> None:
    tickets, order = queue_over(tmp_path), list[str]()
    with tickets.slot(Priority.BATCH, Purpose.SUMMARY, "holder", Deadline(1), ["a"]):
        thread = take_part(tickets, Priority.CYCLE, "sleeper", order)
        wait_until(lambda: len(places(tmp_path, SystemClock())) == 2)
        with open_model_database(tmp_path).begin() as db:
            db.exec_driver_sql("DELETE FROM model_tickets WHERE server IS NULL")
        wait_until(lambda: len(places(tmp_path, SystemClock())) == 2)
    thread.join()
    assert order == ["sleeper"]


def test_a_lease_of_another_boot_is_nobodys(tmp_path: Path) -> None:
    tickets = queue_over(tmp_path)
    with open_model_database(tmp_path).begin() as db:
        db.exec_driver_sql(
            "INSERT INTO model_tickets (priority, purpose, who, born, lease, boot, server, began)"
            " VALUES (3, 'summary', 'before', 0, 1e12, 'another boot', 'a', 0)"
        )
    assert places(tmp_path, SystemClock()) == []
    with tickets.slot(Priority.BATCH, Purpose.SUMMARY, "now", Deadline(1), ["a"]) as ticket:
        assert ticket is not None


# ---- a question of a person, while a long reading is going on

READ = """
import sys, threading; from pathlib import Path
from tests.tools.model.conftest import *
from tools.model import Priority, Purpose
reader = asker(settings_over(Path(sys.argv[1]), sys.argv[2]), "reading", SystemClock())
def read(number):
    prompt = Prompt("Say what is wrong.", "", f"chunk {number}")
    reader.ask(Purpose.SUMMARY, prompt, Seen, Priority.BATCH, Deadline(120))
threads = [threading.Thread(target=read, args=(n,)) for n in range(40)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""
ASK = """
import sys; from pathlib import Path
from tests.tools.model.conftest import *
from tools.model import Priority, Purpose
import tools.model.ollama
asking = asker(settings_over(Path(sys.argv[1]), sys.argv[2]), "macha ask", SystemClock())
print("ready", flush=True); sys.stdin.readline()
print(asking.ask(Purpose.QUESTION, Prompt("Say.", "", "a person asks"), Seen, Priority.INTERACTIVE, Deadline(60)))
"""


def test_a_person_waits_for_one_running_call_at_most(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.model_server.script import answering
    from tests.model_server.server import scripted_server
    from tests.tools.model.conftest import RIGHT

    with scripted_server(answering(RIGHT, seconds=0.4)) as server:
        words = [str(tmp_path), server.url]
        person = subprocess.Popen(
            (sys.executable, "-c", ASK, *words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert person.stdin is not None
        assert person.stdout is not None
        assert person.stdout.readline() == "ready\n"
        reader = subprocess.Popen((sys.executable, "-c", READ, *words), cwd=ROOT)
        wait_until(lambda: len(server.times) >= 3 and len(places(tmp_path, SystemClock())) >= 30, 60)
        before = len(server.asked)
        person.stdin.write("\n")
        person.stdin.flush()
        answer = person.stdout.read()
        person.wait(60)
        reader.wait(120)
    asked = [body["messages"][1]["content"] for body in server.asked]
    place = next(at for at, text in enumerate(asked) if text.startswith("a person asks"))
    with capsys.disabled():
        print(f"\n{place - before} calls began between the question and its turn; 40 chunks on 1 slot")
    assert answer.startswith("Answer(value=Seen(")
    assert place - before <= 1
    assert len(asked) == 41
    spans = sorted(server.times)
    assert all(one[1] <= other[0] + 0.05 for one, other in itertools.pairwise(spans)), "two at once"
