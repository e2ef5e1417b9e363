"""`macha eval`: faults or incidents, one of the two."""

import json

from tests.cli.conftest import House

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
    assert scored["total"]["retrieval_hit1"] is None
    assert scored["total"]["why_no_retrieval"]
    assert scored["held_out_folds"]["unknown"]["top1"] == 0


def test_a_file_that_is_none_is_one_line(house: House) -> None:
    ran = house.run("macha", "eval", "--incidents", str(house.directory / "absent"))
    assert (ran.code, "cannot be read" in ran.err) == (1, True)
