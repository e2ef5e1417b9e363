"""`macha model`: in plain words, as JSON, within 80 columns, and with a next step in every error."""

import json

import pytest

from tests.cli.conftest import HOSTILE, House, assert_harmless
from tests.model_server.pupil import Pupil
from tests.model_server.server import ScriptedServer, scripted_server
from tools.clock import Deadline, SystemClock
from tools.model import Cost, Priority, Purpose
from tools.model.settings import ModelSettings
from tools.model.tables import open_model_database
from tools.model.tickets import Tickets
from tools.model.usage import Usage


def configure(house: House, server: ScriptedServer) -> None:
    text = house.file.read_text()
    house.file.write_text(f'model = "small:1b"\n{text}[modelServers.a]\nurl = "{server.url}"\n')


@pytest.fixture(autouse=True)
def narrow(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    house.environment["COLUMNS"] = "80"


def test_without_a_model_the_next_step_is_told(house: House) -> None:
    for words, expected in {
        ("check",): (1, "name one: macha model check NAME"),
        ("queue",): (0, "Nobody waits for the model.\n"),
        ("usage",): (0, "The model was not asked anything in the last 7 days.\n"),
    }.items():
        ran = house.run("macha", "model", *words)
        assert ran.code == expected[0]
        assert expected[1] in ran.out + ran.err
    assert not (house.state / "model.db").exists()


def test_check_says_what_the_model_is_fit_for(house: House) -> None:
    with scripted_server(choose=Pupil(obeys_logs=True)) as server:
        configure(house, server)
        ran = house.run("macha", "model", "check")
        told = house.run("macha", "model", "check", "--json").json()
    assert ran.code == 0
    assert (
        "ollama:small:1b on a (1B Q4)\n  fit for summaries\n  not fit for planning: it did what a log line" in ran.out
    )
    assert "→ for planning try a larger model" in ran.out
    assert [line for line in ran.out.splitlines() if len(line) > 80] == []
    assert told["servers"]["a"]["fit_for"] == ["summaries", "tools"]
    assert told["servers"]["a"]["digest"] == "sha256:one"


def test_check_of_a_model_that_is_fit_for_nothing_is_1(house: House) -> None:
    with scripted_server(choose=Pupil(speaks_json=False)) as server:
        configure(house, server)
        assert house.run("macha", "model", "check").code == 1


def test_check_of_another_model_that_is_not_there_names_the_next_step(house: House) -> None:
    with scripted_server(choose=Pupil()) as server:
        configure(house, server)
        ran = house.run("macha", "model", "check", "other:70b")
    assert ran.code == 1
    assert "get it by `ollama pull other:70b`" in ran.err
    odd = house.run("macha", "model", "check", "a b")
    assert (odd.code, odd.out) == (1, "")


def test_check_tells_of_each_server_also_when_another_is_down(house: House) -> None:
    with scripted_server() as down:
        pass
    with scripted_server(choose=Pupil()) as server:
        configure(house, server)
        house.file.write_text(f'{house.file.read_text()}[modelServers.b]\nurl = "{down.url}"\n')
        ran = house.run("macha", "model", "check")
        told = house.run("macha", "model", "check", "--json")
    assert (ran.code, told.code) == (1, 1)
    assert "ollama:small:1b on a (1B Q4)\n  fit for summaries\n  fit for planning" in ran.out
    assert "b: the model server at" in ran.err
    assert "cannot be reached" in ran.err
    of_servers = json.loads(told.out)
    assert (list(of_servers["servers"]), list(of_servers["failed"])) == (["a"], ["b"])


def test_check_of_a_model_that_nobody_has_asks_where_it_runs(house: House) -> None:
    ran = house.run("macha", "model", "check", "openai-compatible:x")
    assert ran.code == 1
    assert "openai-compatible:x: where does it run? add [modelServers.NAME] with its url" in ran.err


def test_queue_shows_who_is_served_and_who_waits(house: House) -> None:
    tickets = Tickets(open_model_database(house.state), {"a": 1}, SystemClock())
    with (
        tickets.slot(Priority.BATCH, Purpose.SUMMARY, HOSTILE, Deadline(5), ["a"]),
        tickets.slot(Priority.INTERACTIVE, Purpose.QUESTION, "macha ask", Deadline(0.1), ["a"]),
    ):
        ran = house.child("macha", "model", "queue")
        told = house.child("macha", "model", "queue", "--json").json()
    assert ran.code == 0
    assert_harmless(ran.out)
    assert [row["priority"] for row in told] == ["batch", "interactive"]
    assert [row["server"] for row in told] == ["a", ""]
    assert ran.out.splitlines()[1].startswith("on a ")
    assert ran.out.splitlines()[2].startswith("waits")


def test_usage_shows_what_was_spent_of_what_may_be(house: House) -> None:
    usage = Usage(open_model_database(house.state), ModelSettings(), house.clock)
    usage.add("run-1", Purpose.SUMMARY, "ollama:m", "a", Cost(1, 900_000, 99_999, 12.5), "answered")
    usage.add("run-2", Purpose.PLAN, "ollama:m", "a", Cost(1, 2000, 0, 300), "late")
    ran = house.run("macha", "model", "usage")
    told = house.run("macha", "model", "usage", "--json").json()
    assert "In the last 24 hours: 2 calls, 1001999 of 1000000 tokens" in ran.out
    assert "The budget of 24 hours is spent: 1001999 of 1000000 tokens, and 1024 more" in ran.out
    assert "In cycle run-2, the last that asked: 1 calls, 2000 of 60000 tokens, 300 of 900" in ran.out
    assert "The budget of cycle" not in ran.out
    assert [line for line in ran.out.splitlines() if len(line) > 80] == []
    assert told["limits"]["day_tokens"] == 1_000_000
    assert (told["cycle"]["run"], told["cycle"]["tokens_in"]) == ("run-2", 2000)
    assert [(row["purpose"], row["unanswered"]) for row in told["week"]] == [("plan", 1), ("summary", 0)]


@pytest.mark.parametrize("left", [1023, 1024])
def test_a_budget_counts_as_spent_as_soon_as_no_question_would_be_asked(house: House, left: int) -> None:
    usage = Usage(open_model_database(house.state), ModelSettings(), house.clock)
    usage.add("run-1", Purpose.SUMMARY, "ollama:m", "a", Cost(1, 60_000 - left, 0, 1), "answered")
    ran = house.run("macha", "model", "usage")
    assert ("The budget of cycle run-1 is spent: " in ran.out) == (left < 1024)
