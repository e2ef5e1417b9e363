"""The object of `macha check --json`: its keys are an interface, and it holds what this run saw, asked and did."""

import json
from pathlib import Path

from gate.interface import Person
from nodes.read import read
from nodes.report import report, result
from nodes.state import ReadTask
from tests.graph.test_driver import context_over
from tests.nodes.steps import in_run, looked, planned, triaged
from tests.world import World, failed
from tools.hosts import Unreachable

TOP = {"format", "cycle", "hosts", "findings", "incidents", "actions", "logs", "notes", "model", "seconds"}
HOST = {"name", "state", "why", "facts", "unread", "snapshot"}
FINDING = {
    "id", "kind", "object", "host", "severity", "summary", "evidence", "advice", "state", "first_seen_at",
    "last_seen_at", "seen_count", "was_seen_now", "is_flapping", "changed",
}  # fmt: skip
ACTION = {"number", "kind", "target", "host", "risk", "state", "sentence", "why", "reason", "findings", "expires_at"}
MODEL = {"name", "calls", "tokens_in", "tokens_out", "seconds", "most_tokens"}
LOG = {"host", "lines", "records"}


def test_a_report_closes_its_run(tmp_path: Path) -> None:
    context = context_over(tmp_path, World())
    context.store.start_run("run-1", ["web"], None)
    assert report({}, context) == {"is_finished": True}
    assert context.store.unfinished_runs() == []


def test_of_a_run_that_saw_nothing_there_is_an_object_all_the_same(tmp_path: Path) -> None:
    told = result(context_over(tmp_path, World()), {})
    assert {*told} == TOP
    assert (told["hosts"], told["findings"], told["actions"], told["seconds"]) == ([], [], [], {})


def test_every_part_has_exactly_its_keys(tmp_path: Path) -> None:
    context = context_over(tmp_path, World(units={"app.service": failed()}))
    advice = planned(context)
    looks = looked(context)
    task = ReadTask(host="web", snapshot=looks["looks"][0]["snapshot"], has_news=True)
    told = result(context, {**looks, **advice, **read(task, context)})
    assert {*told} == TOP
    assert {*told["model"]} == MODEL
    assert [{*host} for host in told["hosts"]] == [HOST]
    assert [{*finding} for finding in told["findings"]] == [FINDING]
    assert all({*line} == {"source", "text"} for line in told["findings"][0]["evidence"])
    assert [{*action} for action in told["actions"]] == [ACTION]
    assert json.loads(json.dumps(told)) == told


def test_an_action_names_the_findings_it_is_for_and_they_carry_the_advice(tmp_path: Path) -> None:
    context = context_over(tmp_path, World(units={"app.service": failed()}))
    told = result(context, {**planned(context), **looked(context)})
    (finding,), (action,) = told["findings"], told["actions"]
    assert action["findings"] == [finding["id"]]
    assert action["why"] == finding["advice"]
    assert (action["number"], action["state"], action["risk"]) == (1, "proposed", "low")


def test_a_host_that_was_not_seen_says_why(tmp_path: Path) -> None:
    world = World()
    world.unreachable = Unreachable("no_route", "nothing answers")
    context = context_over(tmp_path, world)
    (host,) = result(context, {**triaged(context)[0]})["hosts"]
    assert host == {
        "name": "web",
        "state": "unreachable",
        "why": "nothing answers",
        "facts": {},
        "unread": {},
        "snapshot": "",
    }


def test_what_waits_since_an_earlier_run_is_shown_while_its_finding_is_open(tmp_path: Path) -> None:
    context = context_over(tmp_path, World(units={"app.service": failed()}))
    planned(context)
    later = in_run(context, "run-2")
    assert [action["number"] for action in result(later, {**looked(later)})["actions"]] == [1]


def test_what_an_earlier_run_ended_is_its_own(tmp_path: Path) -> None:
    context = context_over(tmp_path, World(units={"app.service": failed()}))
    planned(context)
    context.gate.reject(1, Person(1000, "lily"))
    assert [action["state"] for action in result(context, {**looked(context)})["actions"]] == ["rejected"]
    assert result(in_run(context, "run-2"), {**looked(context)})["actions"] == []


def test_hosts_that_were_not_looked_at_are_not_told_of(tmp_path: Path) -> None:
    context = context_over(tmp_path, World("web"), World("db", {"app.service": failed()}))
    planned(context)
    assert result(in_run(context, "run-2"), {**looked(context, "web")})["findings"] == []
