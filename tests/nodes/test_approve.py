"""The question of a run: what waits in it, in the shape of LangChain's human-in-the-loop requests."""

from pathlib import Path

from gate.interface import Person
from nodes.approve import question
from tests.graph.test_driver import context_over
from tests.nodes.steps import in_run, planned
from tests.world import World, failed


def test_with_nothing_to_ask_the_question_is_empty(tmp_path: Path) -> None:
    asked = question(context_over(tmp_path, World()))
    assert (asked["cycle"], asked["action_requests"]) == ("run-1", [])


def test_the_question_names_each_action_with_its_arguments(tmp_path: Path) -> None:
    context = context_over(tmp_path, World(units={"app.service": failed()}))
    planned(context)
    assert question(context)["action_requests"] == [
        {
            "number": 1,
            "name": "unit.restart",
            "args": {"name": "app.service"},
            "description": "web: restart app.service",
        }
    ]


def test_what_is_answered_is_not_asked_again(tmp_path: Path) -> None:
    context = context_over(tmp_path, World(units={"a.service": failed(), "b.service": failed()}))
    planned(context)
    context.gate.reject(1, Person(1000, "lily"))
    assert [request["number"] for request in question(context)["action_requests"]] == [2]


def test_a_run_asks_only_for_its_own(tmp_path: Path) -> None:
    context = context_over(tmp_path, World(units={"app.service": failed()}))
    planned(context)
    assert question(in_run(context, "run-2"))["action_requests"] == []
