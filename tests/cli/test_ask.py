"""`macha ask`: every sentence names what backs it; without a model a search answers; the server here is scripted."""

import json
import re

import pytest

from tests.cli.conftest import HOSTILE, House, assert_harmless
from tests.cli.test_findings import finding, known
from tests.cli.test_model import configure
from tests.model_server.script import Answering, Body, Hang, Say, answering
from tests.model_server.server import ScriptedServer, scripted_server
from tests.world import World
from tools.model.view import places


@pytest.fixture(autouse=True)
def narrow(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    house.look_after(World())
    known(house, finding(), finding("mail.service"))


def statements(*said: tuple[str, list[str]]) -> dict[str, object]:
    return {"statements": [{"text": text, "references": ids} for text, ids in said]}


def sent(server: ScriptedServer) -> str:
    return json.dumps(server.asked[0]["messages"], ensure_ascii=False)


def test_without_a_model_it_says_so_and_searches(house: House) -> None:
    before = sorted(house.state.rglob("*"))
    ran = house.run("macha", "ask", "what about mail?")
    assert ran.code == 0
    assert "No model answered: no model is configured" in ran.out
    assert f"finding {finding('mail.service').fingerprint} on web" in ran.out
    assert "app.service" not in ran.out
    assert sorted(house.state.rglob("*")) == before
    told = house.run("macha", "ask", "what about mail?", "--json").json()
    assert (told["is_answered"], len(told["references"])) == (False, 1)


def test_where_nothing_fits_it_says_what_to_look_at(house: House) -> None:
    assert "macha findings list" in house.run("macha", "ask", "zebra").out


@pytest.mark.parametrize("words", [("",), ("x" * 2001,), ("x", "--host", "nobody")], ids=["empty", "long", "host"])
def test_what_cannot_be_asked_is_a_known_error(house: House, words: tuple[str, ...]) -> None:
    ran = house.run("macha", "ask", *words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("macha: ")


def test_an_answer_is_shown_with_the_references_it_rests_on(house: House) -> None:
    with scripted_server(answering(statements(("app.service is down.", ["f1"])))) as server:
        configure(house, server)
        ran = house.run("macha", "ask", "what is wrong?")
        told = house.run("macha", "ask", "what is wrong?", "--json").json()
    assert ran.code == 0
    assert "- app.service is down. [f1]" in ran.out
    assert re.search(r"References\n  f1   finding [0-9a-f]{12} on web", ran.out)
    assert "f2 " not in ran.out
    assert [line for line in ran.out.splitlines() if len(line) > 80] == []
    assert [one["id"] for one in told["references"]] == ["f1"]
    assert "The question: what is wrong?" in sent(server)
    assert "[f2] finding" in sent(server)


def test_invented_references_are_dropped_and_what_is_left_without_any_stands_apart(house: House) -> None:
    answer = statements(("It is down.", ["f1", "f99"]), ("Aliens did it.", ["x7"]))
    with scripted_server(answering(answer)) as server:
        configure(house, server)
        out = house.run("macha", "ask", "why?").out
    assert "- It is down. [f1]" in out
    assert out.index("Not backed by anything Macha saw") < out.index("Aliens did it.") < out.index("References\n")
    assert "References that do not exist were dropped: 2." in out


def test_a_hostile_answer_acts_on_no_terminal(house: House) -> None:
    with scripted_server(answering(statements((HOSTILE, ["f1"]), (HOSTILE, [HOSTILE])))) as server:
        configure(house, server)
        ran = house.run("macha", "ask", "why?")
    assert ran.code == 0
    assert_harmless(ran.out)


def test_secrets_in_the_question_do_not_go_out(house: House) -> None:
    with scripted_server(answering(statements())) as server:
        configure(house, server)
        out = house.run("macha", "ask", "is password=hunter2secret wrong?").out
    assert "hunter2secret" not in sent(server)
    assert "The model named nothing that Macha saw as an answer." in out


def test_junk_is_no_answer_and_the_search_takes_its_place(house: House) -> None:
    with scripted_server(Say("I think so")) as server:
        configure(house, server)
        ran = house.run("macha", "ask", "what about mail?")
    assert ran.code == 0
    assert "No model answered: no answer after" in ran.out
    assert "finding" in ran.out


def test_a_server_that_is_not_there_or_hangs_costs_no_more_than_the_deadline(house: House) -> None:
    with scripted_server() as down:
        pass
    configure(house, down)
    assert "No model answered: " in house.run("macha", "ask", "mail").out
    with scripted_server(Hang()) as server:
        house.look_after(World())
        configure(house, server)
        house.file.write_text(f"{house.file.read_text()}[modelUse]\ndeadlineSeconds = 5\n")
        ran = house.run("macha", "ask", "mail")
    assert ran.code == 0
    assert "No model answered: " in ran.out


def test_it_is_the_question_of_a_person_in_the_queue(house: House) -> None:
    queued: list[tuple[str, str, str]] = []

    def choose(_: Body) -> Answering:
        queued.extend((place.priority, place.purpose, place.who) for place in places(house.state, house.clock))
        return answering(statements())

    with scripted_server(choose=choose) as server:
        configure(house, server)
        assert house.run("macha", "ask", "why?").code == 0
    ((priority, purpose, who),) = queued
    assert (priority, purpose) == ("interactive", "question")
    assert who.startswith("macha ask")
