"""`macha-approve`: what waits is listed, shown and answered; whatever is wrong is one line and exit 1."""

import io
import json
import sqlite3

import pytest

from gate.interface import Request
from gate.local import LocalGate
from tests.cli.conftest import HOSTILE, House, Machines, Ran, assert_harmless
from tests.conftest import settings_for
from tests.world import FakeUnit, World, failed

WAITING_KEYS = {
    "author", "number", "host", "kind", "target", "sentence", "risk", "state", "why", "reason", "run", "proposed_at",
    "expires_at", "decided_by",
}  # fmt: skip


def broken() -> World:
    return World(units={"app.service": failed()})


class Terminal(io.StringIO):
    """A terminal at which this has been typed; `before_answer` happens while the person thinks."""

    def isatty(self) -> bool:
        return True

    def readline(self, *_: object) -> str:  # type: ignore[override]
        self.before_answer()
        return super().readline()

    def before_answer(self) -> None:
        pass


def made_hostile(house: House) -> None:
    """Every text of the rows as somebody wrote it who has got hold of the database."""
    with sqlite3.connect(house.state / "macha.db") as db:
        for column in ("host", "target", "sentence", "risk", "why", "reason", "run", "output", "verdict", "decided_by"):
            db.execute(f"UPDATE actions SET {column} = ?", (HOSTILE,))
        db.execute("UPDATE actions SET basis = ?", (json.dumps({HOSTILE: HOSTILE}),))
        db.execute("UPDATE events SET content = ?", (json.dumps({"decided_by": HOSTILE, "reason": HOSTILE}),))


def test_with_nothing_to_answer_it_says_so_and_makes_nothing(house: House) -> None:
    assert house.run("macha-approve", "list").out == "Nothing waits for an answer.\n"
    assert house.run("macha-approve", "list", "--json").json() == []
    assert not house.state.exists()


def test_what_waits_is_listed_with_its_number_and_its_time(house: House) -> None:
    house.propose(broken())
    ran = house.run("macha-approve", "list")
    assert ran.code == 0
    assert ran.out.splitlines()[1].split() == ["1", "web", "low", "23", "h", "59", "min", "restart", "app.service"]


def test_the_list_as_json_has_the_columns_of_the_queue(house: House) -> None:
    house.propose(broken())
    (row,) = house.run("macha-approve", "list", "--json").json()
    assert {*row} == WAITING_KEYS
    assert (row["number"], row["state"], row["target"]) == (1, "proposed", "app.service")


def test_what_is_decided_or_refused_waits_no_longer(house: House) -> None:
    house.propose(World(units={"app.service": FakeUnit()}))
    house.propose(broken())
    house.run("macha-approve", "reject", "2")
    assert house.run("macha-approve", "list", "--json").json() == []


def test_a_row_is_shown_with_what_it_rests_on_and_its_story(house: House) -> None:
    house.propose(broken(), why="a worker crashed")
    out = house.run("macha-approve", "show", "1").out
    assert out.startswith("1  restart app.service on web\n")
    for line in (
        "  state       proposed, expires in 23 h 59 min",
        "  risk        low",
        "  story       proposed 20",
        "  rules say: “a worker crashed”",
    ):
        assert f"\n{line}" in out


def test_a_row_as_json_has_everything_with_its_moves(house: House) -> None:
    house.propose(broken())
    row = house.run("macha-approve", "show", "1", "--json").json()
    assert row["parameters"] == {"name": "app.service"}
    assert (row["basis"]["active"], row["findings"]) == ("failed", ["f1"])
    assert [{*event} for event in row["events"]] == [{"at", "event", "decided_by", "reason"}]


@pytest.mark.parametrize(
    ("word", "number"),
    [("show", "7"), ("approve", "7"), ("reject", "7"), ("show", str(1 << 63)), ("approve", "9" * 30), ("reject", "0")],
)
def test_a_number_that_is_not_there_is_one_line(house: House, word: str, number: str) -> None:
    ran = house.run("macha-approve", word, number)
    said = f"macha-approve: there is no action number {number}; `macha-approve list` shows those that wait\n"
    assert (ran.code, ran.out, ran.err) == (1, "", said)


@pytest.mark.parametrize("words", [("show",), ("show", "one"), ("approve",), ("reject", "1.5"), ("agree", "1")])
def test_wrong_usage_is_2(house: House, words: tuple[str, ...]) -> None:
    ran = house.run("macha-approve", *words)
    assert ran.code == 2
    assert "Usage: macha-approve" in ran.err


def test_a_rejection_is_kept_with_its_reason(house: House) -> None:
    world = broken()
    house.propose(world)
    ran = house.run("macha-approve", "reject", "1", "--reason", "not during the sale")
    row = house.run("macha-approve", "show", "1", "--json").json()
    assert (row["state"], row["reason"], world.effects) == ("rejected", "not during the sale", [])
    assert ran.err.startswith("macha-approve: there is no run run-1") or ran.code == 0


def test_what_is_answered_already_is_refused_with_who_and_when(house: House) -> None:
    house.propose(broken())
    house.run("macha-approve", "reject", "1")
    ran = house.run("macha-approve", "approve", "1")
    assert ran.code == 1
    assert ran.err.startswith("macha-approve: number 1 is rejected already by ")


def test_a_proposal_for_a_host_that_is_gone_is_listed_and_can_be_refused(house: House) -> None:
    house.propose(broken())
    house.look_after()
    assert len(house.run("macha-approve", "list", "--json").json()) == 1
    house.run("macha-approve", "reject", "1")
    assert house.run("macha-approve", "list", "--json").json() == []


def test_a_whole_answer_is_carried_out_and_told(house: House) -> None:
    world = broken()
    house.look_after(world)
    house.run("macha-check", "--json")
    ran = house.run("macha-approve", "approve", "1")
    assert ran.code == 0, ran.err
    first, second = ran.out.splitlines()
    assert first == "1  restart app.service on web: systemctl restart -- app.service"
    assert second.startswith("1 verified: restart app.service on web. app.service is active (running)")
    assert world.effects == [("systemctl", "restart", "--", "app.service")]


def test_an_answer_that_did_not_help_is_1(house: House) -> None:
    world = World(units={"app.service": failed(heals=False)})
    house.look_after(world)
    house.run("macha-check", "--json")
    ran = house.run("macha-approve", "approve", "1")
    assert ran.code == 1
    assert "\n1 failed: restart app.service on web." in ran.out


def test_of_several_answers_the_good_ones_are_done(house: House) -> None:
    world = World(units={"a.service": failed(), "b.service": failed()})
    house.look_after(world)
    house.run("macha-check", "--json")
    ran = house.run("macha-approve", "approve", "2", "2", "1")
    assert ran.code == 1
    assert [line.split(":")[0] for line in ran.out.splitlines() if "verified" in line] == ["2 verified", "1 verified"]
    assert "number 2 is verified already" in ran.err


def test_a_person_may_allow_it_with_another_parameter(house: House) -> None:
    world = World(units={"a.service": failed(), "b.service": failed()})
    house.look_after(world)
    house.run("macha-check", "--json")
    ran = house.run("macha-approve", "approve", "1", "--set", "name=b.service", "--yes")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[:5] == [
        "would restart b.service on web: systemctl restart -- b.service",
        "  risk        low",
        "  because     the level is suggest: low risk, a person is asked",
        "1  is withdrawn; number 2 takes its place",
        "2  restart b.service on web: systemctl restart -- b.service",
    ]
    assert world.effects == [("systemctl", "restart", "--", "b.service")]
    assert house.run("macha-approve", "show", "1", "--json").json()["state"] == "withdrawn"


def edited(world: World, house: House, *words: str) -> Ran:
    """How it ends when a person wants `b.service` instead of the `a.service` that was proposed."""
    world.units = {"a.service": failed(), "b.service": failed(), "web.service": FakeUnit(), **world.units}
    world.units["b.service"].relations = {"RequiredBy": ("web.service",)}
    house.look_after(world)
    house.run("macha-check", "--json")
    return house.run("macha-approve", "approve", "1", "--set", "name=b.service", *words)


def test_what_an_edit_would_do_is_shown_before_it_is_allowed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    ran = edited(world, house)
    assert ran.code == 0, ran.err
    shown, asked, told = ran.out.partition("Allow this? [y/N] ")
    assert asked
    assert "would restart b.service on web: systemctl restart -- b.service\n  risk        medium\n" in shown
    assert "web.service would be stopped with it" in " ".join(shown.split())
    assert told.startswith("1  is withdrawn; number 2 takes its place\n")
    assert world.effects == [("systemctl", "restart", "--", "b.service")]


@pytest.mark.parametrize("typed", ["\n", "n\n", "", "yesterday\n", "\x1b[A\n"])
def test_only_a_yes_allows_an_edit(house: House, monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    world = World()
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    ran = edited(world, house)
    assert (ran.code, ran.err) == (1, "macha-approve: number 1 stays as it is: it was not allowed\n")
    assert [row["number"] for row in house.run("macha-approve", "list", "--json").json()] == [1, 2]
    assert world.effects == []


def test_without_a_terminal_an_edit_needs_a_yes_beforehand(house: House) -> None:
    world = World()
    ran = edited(world, house)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "add --yes" in ran.err
    assert [row["number"] for row in house.run("macha-approve", "list", "--json").json()] == [1, 2]
    assert world.effects == []


def test_an_edit_that_came_to_mean_more_while_the_person_thought_is_not_allowed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, terminal = World(), Terminal("y\n")
    terminal.before_answer = lambda: world.units["b.service"].relations.update(  # type: ignore[method-assign]
        RequiredBy=("web.service", "shop.service")
    )
    world.units["shop.service"] = FakeUnit()
    monkeypatch.setattr("sys.stdin", terminal)
    ran = edited(world, house)
    assert ran.err == "macha-approve: number 1 stays as it is: what the edit would do has changed; look again\n"
    assert world.effects == []


@pytest.mark.parametrize("digits", [19, 5000])
def test_a_huge_number_is_one_line(house: House, digits: int) -> None:
    world = World()
    house.look_after(world)
    gate = LocalGate(house.state, settings_for("web"), Machines(world).host, house.clock)
    world.journal_bytes = 900 << 20
    gate.propose(Request("web", "journal.vacuum", {"keep_megabytes": 100}, ""))
    ran = house.run("macha-approve", "approve", "1", "--set", f"keep_megabytes={'9' * digits}", "--yes")
    said = f"macha-approve: --set keep_megabytes: a number has at most 18 digits, not {digits}\n"
    assert (ran.code, ran.out, ran.err) == (1, "", said)
    ran = house.run("macha-approve", "approve", "1", "--set", f"keep_megabytes={'9' * 18}", "--yes")
    assert (ran.code, ran.err.count("\n"), "stays as it is" in ran.err) == (1, 1, True)


def test_an_unknown_parameter_does_not_push_the_known_ones_out_of_the_line(house: House) -> None:
    house.propose(broken())
    ran = house.run("macha-approve", "approve", "1", "--set", "x" * 5000)
    assert ran.err.endswith("…: number 1 has name=app.service\n")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("1", "--set", "unit=b.service"), "--set unit=b.service: number 1 has name=app.service"),
        (("1", "--set", "name"), "--set name: number 1 has name=app.service"),
        (("1", "2", "--set", "name=b.service"), "--set changes one action: name one number"),
        (("1", "--set", "name=ssh.service"), "number 1 stays as it is: ssh.service is protected"),
        (("1", "--set", "name=--now"), "number 1 stays as it is: "),
        (("9", "--set", "name=b.service"), "there is no action number 9"),
    ],
)
def test_an_edit_that_cannot_be_leaves_it_as_it_was(house: House, words: tuple[str, ...], why: str) -> None:
    world = broken()
    house.look_after(world)
    house.run("macha-check", "--json")
    ran = house.run("macha-approve", "approve", *words, "--yes")
    assert ran.code == 1
    assert ran.err.startswith(f"macha-approve: {why}"), ran.err
    assert ran.err.count("\n") == 1
    assert [row["number"] for row in house.run("macha-approve", "list", "--json").json()] == [1]
    assert world.effects == []


@pytest.mark.parametrize("words", [("list",), ("show", "1")])
def test_hostile_text_in_a_row_does_nothing(house: House, words: tuple[str, ...]) -> None:
    house.propose(broken())
    made_hostile(house)
    ran = house.run("macha-approve", *words)
    assert "made up" in ran.out
    assert_harmless(ran.out)
    assert house.run("macha-approve", *words, "--json").json()


def test_a_damaged_database_is_one_line(house: House) -> None:
    house.state.mkdir()
    (house.state / "macha.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    for words in (("list",), ("show", "1"), ("reject", "1")):
        ran = house.run("macha-approve", *words)
        assert ran.code == 1
        assert ran.err.startswith(f"macha-approve: {house.state}/macha.db: the database ")
        assert ran.err.count("\n") == 1
