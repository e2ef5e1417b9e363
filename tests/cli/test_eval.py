"""`macha eval`: faults or incidents, one of the two."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import HOSTILE, House, assert_harmless
from tests.model_server.script import Refuse, answering
from tests.model_server.server import ScriptedServer, scripted_server

INCIDENT = {
    "id": "I-1", "evidence_log": ["bind() to 0.0.0.0:80 failed (98: Address already in use)"], "observations": [],
    "cause_family": "port_in_use", "restart_helps": "no", "safe_class": "propose", "must_not": [],
}  # fmt: skip


def test_one_of_the_two_must_be_said(house: House) -> None:
    for words in ([], ["--faults", "x", "--incidents", "y"]):
        ran = house.run("macha", "eval", *words)
        assert (ran.code, "give either --faults DIR or --incidents FILE" in ran.err) == (1, True)


def test_incidents_are_scored_for_people_and_as_json(house: House) -> None:
    file = house.directory / "incidents.jsonl"
    file.write_text(json.dumps(INCIDENT))
    out = house.run("macha", "eval", "--incidents", str(file)).out
    assert "I-1" in out
    assert "1/1" in out
    scored = house.run("macha", "eval", "--incidents", str(file), "--inputs", "log", "--json").json()
    assert scored["incidents"][0]["top1"] is True
    assert {key: scored["total"][key] for key in ("n", "top1", "must_not", "more_aggressive", "restart_futile")} == {
        "n": 1, "top1": 1, "must_not": 0, "more_aggressive": 0, "restart_futile": 0,
    }  # fmt: skip
    assert (scored["total"]["retrieval_hit1"], scored["total"]["bm25_hit1"]) == (None, None)
    assert scored["total"]["retrieval"]["why_not"].startswith("no incident has another one of its family")
    assert scored["held_out_folds"]["unknown"]["top1"] == 0


def test_a_file_that_is_none_is_one_line(house: House) -> None:
    ran = house.run("macha", "eval", "--incidents", str(house.directory / "absent"))
    assert (ran.code, "cannot be read" in ran.err) == (1, True)


def written(house: House, *incidents: Any) -> str:
    file = house.directory / "incidents.jsonl"
    file.write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in incidents))
    return str(file)


def configure(house: House, server: ScriptedServer) -> None:
    house.file.write_text(f'{house.file.read_text()}[modelServers.a]\nurl = "{server.url}"\n')


def test_what_was_asked_of_a_judge_is_a_list_that_scripts_can_rely_on(house: House) -> None:
    two = [INCIDENT, {**INCIDENT, "id": "I-2", "title": "the port is taken", "fix": "stop the other one"}]
    told = house.run("macha", "eval", "--incidents", written(house, *two), "--json").json()
    needed = {
        "n", "top1", "top3", "must_not", "more_aggressive", "restart_futile", "abstain_right", "abstain_wrong",
        "retrieval_hit1", "bm25_hit1", "unknowable_named", "benign_touched",
    }  # fmt: skip
    assert needed <= told["total"].keys()
    assert (told["total"]["retrieval_hit1"], told["total"]["bm25_hit1"]) == (1.0, 1.0)
    assert told == house.run("macha", "eval", "--incidents", written(house, *two), "--json").json()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{", ":2: not an incident: Invalid JSON"),
        ("[]", ":2: not an incident: "),
        ('{"id": "I-2"}', ":2: not an incident: evidence_log: Field required"),
        ({**INCIDENT, "id": ""}, ":2: not an incident: id: "),
        ({**INCIDENT, "id": "I-2", "safe_class": "sudo"}, ":2: not an incident: safe_class: "),
        ({**INCIDENT, "id": "I-2", "cause_family": ""}, ":2: not an incident: cause_family: "),
        ({**INCIDENT, "id": "I-2", "evidence_log": "one line"}, ":2: not an incident: evidence_log: "),
        ({**INCIDENT, "id": "I-2", "evidence_log": [7]}, ":2: not an incident: evidence_log.0: "),
        (INCIDENT, ":2: there is an incident I-1 already, in line 1"),
    ],
)
def test_a_wrong_line_is_named_with_its_place(house: House, line: Any, expected: str) -> None:
    ran = house.run("macha", "eval", "--incidents", written(house, INCIDENT, line))
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert f"incidents.jsonl{expected}" in ran.err


def test_strange_incidents_are_scored_all_the_same(house: House) -> None:
    strange = [
        {**INCIDENT, "id": "empty", "evidence_log": []},
        {**INCIDENT, "id": "huge", "evidence_log": [f"line {at} " + "x" * 500 for at in range(5000)]},
        {**INCIDENT, "id": "long", "evidence_log": ["x" * 1_000_000]},
        {**INCIDENT, "id": "of tomorrow", "cause_family": "nobody_knows_this"},
        {**INCIDENT, "id": HOSTILE, "cause_family": HOSTILE, "evidence_log": [HOSTILE], "fix": None},
        {**INCIDENT, "id": "other ends of lines", "observations": ["a\u2028b\x85c"], "verify": ["x", "y"]},
    ]
    file = Path(written(house, *(json.dumps(one, ensure_ascii=False) for one in strange)))
    ran = house.run("macha", "eval", "--incidents", str(file))
    assert ran.code == 0
    assert_harmless(ran.out)
    assert len(house.run("macha", "eval", "--incidents", str(file), "--json").json()["incidents"]) == 6


def test_nobody_can_know_and_a_confident_cause_is_counted(house: House) -> None:
    unknown = {**INCIDENT, "id": "I-2", "cause_family": "insufficient_evidence", "safe_class": "collect_more"}
    sums = house.run("macha", "eval", "--incidents", written(house, unknown), "--json").json()["total"]
    assert (sums["unknowable_named"], sums["benign_touched"]) == (1, 1)
    assert (sums["shares"]["unknowable_named"]["of"], sums["shares"]["benign_touched"]["of"]) == (1, 1)


def test_a_model_is_put_beside_the_rules_and_does_not_change_their_figures(house: House) -> None:
    file = written(house, INCIDENT, {**INCIDENT, "id": "I-2"}, {**INCIDENT, "id": "I-3"})
    alone = house.run("macha", "eval", "--incidents", file, "--json").json()
    daring = answering({"cause": "port_in_use", "safe_class": "auto_safe"})
    silent = answering({"cause": "not_enough_evidence", "safe_class": "collect_more"})
    invented = answering({"cause": "gremlins", "safe_class": "observe"})
    with scripted_server(daring, silent, invented) as server:
        configure(house, server)
        told = house.run("macha", "eval", "--incidents", file, "--model", "small:1b", "--json").json()
        asked = server.asked[0]["messages"][1]["content"]
    assert told["total"] == alone["total"]
    model = told["model"]
    assert (model["answered"], model["unanswered"]) == (2, {"junk": 1})
    assert (model["rules"]["top1"], model["model"]["top1"], model["difference"]["top1"]) == (2, 1, -1)
    assert (model["model"]["more_aggressive"], model["combined"]["more_aggressive"]) == (1, 0)
    assert "Address already in use" in asked
    assert "- port_in_use: " in asked


def test_rules_model_and_difference_stand_side_by_side(house: House) -> None:
    with scripted_server(answering({"cause": "port_in_use", "safe_class": "propose"})) as server:
        configure(house, server)
        out = house.run("macha", "eval", "--incidents", written(house, INCIDENT), "--model", "ollama:small:1b").out
    assert "ollama:small:1b: 1 answered" in out
    assert "rules" in out
    assert "safer of both" in out


def test_a_model_that_answers_nothing_is_told_after_the_rules_have_their_figures(house: House) -> None:
    with scripted_server(Refuse(500)) as server:
        configure(house, server)
        ran = house.run("macha", "eval", "--incidents", written(house, INCIDENT), "--model", "small:1b")
    assert ran.code == 1
    assert "1/1" in ran.out
    assert "no incident was answered" in ran.err


def test_a_model_is_for_incidents_alone(house: House) -> None:
    ran = house.run("macha", "eval", "--faults", "x", "--model", "small:1b")
    assert (ran.code, "give --incidents FILE" in ran.err) == (1, True)
