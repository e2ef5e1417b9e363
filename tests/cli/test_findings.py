"""`macha findings`: what is open, its story, and what people say of it."""

import os
import pwd

import pytest

from tests.cli.conftest import HOSTILE, House, assert_harmless
from tests.world import World, failed
from tools.detectors import Evidence, Finding, Severity
from tools.hosts import Unreachable
from tools.store.memory import Store

ME = f"{pwd.getpwuid(os.getuid()).pw_name} (uid {os.getuid()})"


def finding(thing: str = "app.service", severity: Severity = Severity.HIGH, **more: object) -> Finding:
    return Finding("unit.failed", thing, severity, f"{thing} is failed", (Evidence("units", "it"),), "web", **more)  # type: ignore[arg-type]


def known(house: House, *findings: Finding) -> Store:
    store = Store(house.state / "macha.db", house.clock)
    store.record_findings("run-1", "web", findings)
    return store


ID = finding().fingerprint


def test_at_first_nothing_is_known_and_nothing_is_made(house: House) -> None:
    assert house.run("macha", "findings", "list").out == "No finding is open.\n"
    assert house.run("macha", "findings", "list", "--all").out == "No finding is known.\n"
    assert house.run("macha", "findings", "list", "--json").json() == []
    assert not house.state.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("show", "abc"),
        ("ack", "abc"),
        ("snooze", "abc", "--for", "2h"),
        ("suppress", "abc", "--reason", "x"),
        ("unsuppress", "abc"),
    ],
    ids=lambda words: words[0],
)
def test_what_there_is_not_is_a_known_error_and_nothing_is_made(house: House, words: tuple[str, ...]) -> None:
    ran = house.run("macha", "findings", *words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "macha: there is no finding abc; `macha findings list --all` shows those there are\n"
    assert not house.state.exists()


def test_the_list_only_reads(house: House) -> None:
    known(house, finding())
    process = house.start("macha", "findings", "list", PYTHONPROFILEIMPORTTIME="1")
    out, err = process.communicate(timeout=60)
    assert ID in out
    imported = {line.rsplit("|", 1)[-1].strip() for line in err.splitlines()}
    assert not {"sqlalchemy", "langgraph", "langchain_core", "paramiko"} & imported


def test_what_is_open_is_listed(house: House) -> None:
    known(house, finding(), finding("b.service", Severity.CRITICAL))
    lines = house.run("macha", "findings", "list").out.splitlines()
    assert lines[0].split() == ["id", "severity", "state", "since", "host", "what"]
    assert [line.split()[1] for line in lines[1:3]] == ["critical", "high"]
    told = house.run("macha", "findings", "list", "--json").json()
    assert [one["object"] for one in told] == ["b.service", "app.service"]


def test_one_is_shown_with_its_story(house: House) -> None:
    store = known(house, finding())
    store.record_findings("run-2", "web", [])
    store.record_findings("run-3", "web", [finding()], changed=lambda: ["config /etc/app.conf: changed just now"])
    out = house.run("macha", "findings", "show", ID[:6]).out
    for words in (
        "unit.failed app.service on web",
        "units: it",
        "config /etc/app.conf: changed",
        "resolved",
        "reopened",
    ):
        assert words in out
    told = house.run("macha", "findings", "show", ID, "--json").json()
    assert told["changed"] == ["config /etc/app.conf: changed just now"]


def test_an_acknowledged_one_stays_in_the_list_with_who_said_so(house: House) -> None:
    known(house, finding())
    assert house.run("macha", "findings", "ack", ID[:8]).out == f"{ID} is acknowledged: web: app.service is failed\n"
    (one,) = house.run("macha", "findings", "list", "--json").json()
    assert (one["state"], one["answered_by"]) == ("acknowledged", ME)
    again = house.run("macha", "findings", "ack", ID)
    assert (again.code, again.err) == (1, f"macha: finding {ID} is acknowledged already\n")


def test_a_snoozed_one_is_not_in_the_list_but_among_all(house: House) -> None:
    known(house, finding())
    assert " is snoozed until 20" in house.run("macha", "findings", "snooze", ID, "--for", "2h").out
    assert house.run("macha", "findings", "list").out == "No finding is open.\n"
    assert "snoozed" in house.run("macha", "findings", "list", "--all").out


def test_a_suppressed_one_can_be_heard_of_again(house: House) -> None:
    known(house, finding())
    one = house.run("macha", "findings", "suppress", ID, "--reason", "replaced soon", "--until", "3d", "--json").json()
    assert (one["state"], one["reason"], one["answered_by"]) == ("suppressed", "replaced soon", ME)
    shown = house.run("macha", "findings", "show", ID).out
    assert "suppressed until" in shown
    assert "replaced soon" in shown
    house.run("macha", "findings", "unsuppress", ID)
    assert [one["state"] for one in house.run("macha", "findings", "list", "--json").json()] == ["open"]
    events = house.run("macha", "findings", "show", ID, "--json").json()["events"]
    assert [event["event"] for event in events] == ["opened", "suppressed", "unsuppressed"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("suppress", ID, "--reason", "x"), "is critical; it can be suppressed only for a time: --until WHEN"),
        (("suppress", ID, "--reason", " ", "--until", "1h"), "can be suppressed only with a reason"),
        (("suppress", ID, "--reason", "x", "--until", "2020-01-01"), "a moment that is over"),
        (("snooze", ID, "--for", "soon"), "--for soon: not a length of time"),
        (("unsuppress", ID), "is not suppressed; it is open"),
    ],
    ids=["critical", "no reason", "over", "no time", "not suppressed"],
)
def test_an_answer_that_makes_no_sense_is_one_line(house: House, words: tuple[str, ...], why: str) -> None:
    known(house, finding(severity=Severity.CRITICAL))
    ran = house.run("macha", "findings", *words)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert why in ran.err


def test_a_reason_is_asked_for(house: House) -> None:
    known(house, finding())
    assert house.run("macha", "findings", "suppress", ID).code == 2


def test_nothing_in_a_finding_acts_on_the_terminal(house: House) -> None:
    evil = Finding("unit.failed", HOSTILE, Severity.HIGH, HOSTILE, (Evidence("units", HOSTILE),), "web")
    store = known(house, evil)
    store.suppress(evil.fingerprint, HOSTILE, HOSTILE)
    store.unsuppress(evil.fingerprint, HOSTILE)
    store.record_findings("run-2", "web", [])
    store.record_findings("run-3", "web", [evil], changed=lambda: [HOSTILE])
    for words in (("list",), ("show", evil.fingerprint), ("ack", evil.fingerprint)):
        assert_harmless(house.run("macha", "findings", *words).out)


def test_of_a_silent_host_it_is_said_to_be_unknown(house: House) -> None:
    world = World(units={"app.service": failed()})
    house.look_after(world)
    house.run("macha", "check")
    world.unreachable = Unreachable("no_route", "nothing answers")
    told = house.run("macha", "check", "--json").json()
    seen_now = {one["kind"]: one["was_seen_now"] for one in told["findings"]}
    assert (seen_now["unit.failed"], seen_now["net.unreachable"]) == (False, True)
    assert "unknown now" in house.run("macha", "findings", "list").out
    assert "could not be seen now" in house.run("macha", "check").out


def test_a_suppressed_one_is_in_no_report_and_its_proposal_is_withdrawn(house: House) -> None:
    world = World(units={"app.service": failed()})
    house.look_after(world)
    told = house.run("macha", "check", "--json").json()
    assert [action["state"] for action in told["actions"]] == ["proposed"]
    (id_,) = (one["id"] for one in told["findings"] if one["kind"] == "unit.failed")
    house.run("macha", "findings", "suppress", id_, "--reason", "on purpose")
    told = house.run("macha", "check", "--json").json()
    assert (id_ in {one["id"] for one in told["findings"]}, told["actions"]) == (False, [])
    shown = house.run("macha-approve", "show", "1", "--json").json()
    assert (shown["state"], shown["reason"]) == ("withdrawn", "what it was proposed for was silenced")


def test_what_is_held_is_among_all(house: House) -> None:
    known(house, finding(hold_seconds=600.0))
    assert "pending" in house.run("macha", "findings", "list", "--all").out
    assert house.run("macha", "findings", "list").out == "No finding is open.\n"
