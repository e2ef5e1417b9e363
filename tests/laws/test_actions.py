"""One law over every action: a frozen value, a fixed command without a shell, a hostile name refused."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tools.actions import Action, Risk, Verdict
from tools.actions.catalogue import actions, build, catalogue_version
from tools.probes import Probe, Skipped
from tools.probes.observation import Observation

KINDS = pytest.mark.parametrize("kind", actions().values(), ids=actions())
NAMED = pytest.mark.parametrize(
    "kind", [kind for kind in actions().values() if "name" in kind.model_fields], ids=lambda kind: kind.kind
)
OLD = datetime(2026, 3, 1, tzinfo=UTC)
GOOD_NAMES = ("app.service", "getty@tty1.service", "a-b_c.timer", "dev-disk-by\\x2duuid-1.device", "srv-archive.mount")

SUFFIXES = (".service", ".timer", ".socket", "")
HOMOGLYPHS = str.maketrans({"a": "\u0430", "e": "\u0435", "o": "\u043e", "p": "\u0440", "s": "\u0455", ".": "\u2024"})


def example_of(kind: type[Action]) -> Action:
    """An action of this kind as a rule proposes it."""
    return kind(**({"name": "app.service"} if "name" in kind.model_fields else {}))


def world_without(kind: type[Action]) -> Observation:
    return Observation("web", OLD, {need.name: Skipped("the bus is down") for need in kind.needs})


@st.composite
def nearly_names(draw: st.DrawFn) -> str:
    """A unit name with one thing wrong: a glob, a flag, a path, a line, a second word, another alphabet, no end."""
    stem = draw(st.text("abcdefgoprs0123456789:_.\\@-", min_size=1, max_size=20).filter(lambda s: s[0] not in "-"))
    good = stem + draw(st.sampled_from(SUFFIXES))
    at = draw(st.integers(0, len(good)))
    wrong = draw(st.sampled_from("*?[]{}~/ ;|&$`'\"<>()!#%^=+,\n\r\t\0\x1b\x7f\u202e\u200b\xa0\xe4") | st.characters())
    inserted = good[:at] + wrong + good[at:]
    return draw(
        st.sampled_from(
            [f"-{good}", f"--{good}", f"../{good}", f"/etc/systemd/system/{good}", f"{good} {good}", f"{good}\n",
             f"{good}\0", "", stem, f"{stem}.servise", f"{stem}.SERVICE", "x" * 250 + ".service",
             f"ope{good}".translate(HOMOGLYPHS), inserted]
        )
    )  # fmt: skip


ALLOWED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_.\\@-")


@KINDS
def test_its_docstring_and_its_sentence_tell_a_person_what_it_does(kind: type[Action]) -> None:
    assert kind.__doc__ != Action.__doc__
    assert (kind.__doc__ or "").strip().endswith(".")
    sentence = example_of(kind).sentence()
    assert sentence
    assert "\n" not in sentence
    assert example_of(kind).target()


@KINDS
def test_code_says_its_risk_and_only_what_changes_nothing_is_safe(kind: type[Action]) -> None:
    assert isinstance(kind.risk, Risk)
    assert (kind.risk is Risk.SAFE) == (not kind.changes)
    assert kind.needs
    assert all(issubclass(need, Probe) for need in kind.needs)
    assert kind.timeout_seconds <= 90, "longer than the fence of a host waits"


@KINDS
def test_its_command_is_fixed_words_and_no_shell(kind: type[Action]) -> None:
    argv = example_of(kind).argv()
    assert isinstance(argv, tuple)
    assert {type(word) for word in argv} == {str}
    assert all(argv)
    assert not {"sh", "bash", "dash", "env", "sudo", "eval", "xargs", "-c", "--command"} & {*argv}
    assert not any(letter in word for word in argv for letter in "$`;|&<>\n%")
    assert argv[0] in {"systemctl", "journalctl"}


@NAMED
@pytest.mark.parametrize("name", GOOD_NAMES)
def test_a_name_comes_last_and_after_the_dashes(kind: type[Action], name: str) -> None:
    action = kind.model_validate({"name": name})
    assert action.argv()[-2:] == ("--", name)
    assert action.argv().count(name) == 1
    assert action.unit() == action.target() == name


@KINDS
def test_no_argument_can_be_changed_or_added(kind: type[Action]) -> None:
    action = example_of(kind)
    with pytest.raises(ValidationError):
        setattr(action, next(iter(kind.model_fields)), "other.service")
    for extra in ("force", "argv", "risk", "kind", "version"):
        assert "do not fit" in str(build(kind.kind, {**action.model_dump(), extra: "safe"}))


@KINDS
@pytest.mark.parametrize("value", [None, True, 1.5, ["app.service"], {"name": "app.service"}, b"app.service"])
def test_no_argument_is_made_to_fit(kind: type[Action], value: Any) -> None:
    field = next(iter(kind.model_fields))
    assert isinstance(build(kind.kind, {field: value}), str)


@NAMED
@given(name=nearly_names())
def test_a_name_that_is_nearly_one_is_refused(kind: type[Action], name: str) -> None:
    built = build(kind.kind, {"name": name})
    if isinstance(built, str):
        assert "do not fit" in built
    else:
        assert {*name} <= ALLOWED
        assert not name.startswith("-")
        assert built.argv()[-1] == name


@KINDS
def test_it_is_the_same_value_after_the_ledger(kind: type[Action]) -> None:
    action = example_of(kind)
    assert build(kind.kind, action.model_dump()) == action


@KINDS
def test_what_cannot_be_known_is_a_reason_against_it_and_proves_nothing(kind: type[Action]) -> None:
    action, nothing = example_of(kind), world_without(kind)
    assert "the bus is down" in (action.why_not(nothing) or "")
    if kind.changes:
        assert action.verify({}, nothing).outcome == "unproven"


@KINDS
def test_its_basis_is_plain_text(kind: type[Action]) -> None:
    for facts in (world_without(kind), Observation("web", OLD, {})):
        basis = example_of(kind).basis(facts)
        assert isinstance(basis, Mapping)
        assert basis
        assert all(isinstance(word, str) for pair in basis.items() for word in pair)


@KINDS
def test_its_undo_is_an_action_too(kind: type[Action]) -> None:
    undo = example_of(kind).undo({})
    assert undo is None or undo.kind in actions()


def test_each_kind_is_there_once() -> None:
    assert sorted(kind.kind for kind in every_subclass(Action) if hasattr(kind, "kind")) == list(actions())


def every_subclass(kind: type[Action]) -> Iterator[type[Action]]:
    for below in kind.__subclasses__():
        if below.__module__.startswith("tools.actions."):
            yield below
        yield from every_subclass(below)


@KINDS
@pytest.mark.parametrize(("attribute", "value"), [("version", 99), ("risk", Risk.HIGH), ("job", "reload")])
def test_the_version_of_the_catalogue_moves_with_every_action(
    kind: type[Action], attribute: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = catalogue_version.__wrapped__()
    assert before == catalogue_version()
    monkeypatch.setattr(kind, attribute, value)
    assert catalogue_version.__wrapped__() != before


def test_an_unknown_kind_is_answered_with_the_known_ones() -> None:
    assert build("shell.run", {}) == f"there is no action of this kind; known are {', '.join(actions())}"


def test_verdicts_are_values() -> None:
    assert Verdict("verified", "it runs") == Verdict("verified", "it runs")
    assert [risk.rank for risk in Risk] == [0, 1, 2, 3]
