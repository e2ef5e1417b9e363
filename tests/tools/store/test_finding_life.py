"""Every path of a finding's life: held, opened, answered, over, back; and what people hear of it."""

from datetime import UTC, datetime, timedelta

import pytest

from tools.detectors import Severity
from tools.store.finding_life import Answer, Event, Life, State, answered, due, gone, seen

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HIGH = Severity.HIGH


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def opened() -> Life:
    return seen(None, HIGH, 0, at(0))[0]


def silenced(state: State, until: float | None = None) -> Life:
    return answered(opened(), Answer(state, HIGH, at(until) if until is not None else None))


def test_what_needs_no_hold_opens_at_once() -> None:
    assert seen(None, HIGH, 0, at(0)) == (Life(State.OPEN, at(0), at(0)), (Event.OPENED,))


def test_before_its_hold_is_over_nobody_hears_of_it() -> None:
    life, events = seen(None, HIGH, 600, at(0))
    assert (life.state, events) == (State.PENDING, ())
    life, events = seen(life, HIGH, 600, at(9.9))
    assert (life.state, events) == (State.PENDING, ())
    life, events = seen(life, HIGH, 600, at(10))
    assert (life.state, life.began_at, life.opened_at, events) == (State.OPEN, at(0), at(10), (Event.OPENED,))


def test_what_went_before_its_hold_was_over_was_never_open() -> None:
    life, events = gone(seen(None, HIGH, 600, at(0))[0], at(5))
    assert (life.state, life.opened_at, events) == (State.RESOLVED, None, ())
    life, events = seen(life, HIGH, 600, at(10))
    assert (life.state, life.began_at, events) == (State.PENDING, at(10), ())


def test_one_that_is_seen_again_is_no_news() -> None:
    assert seen(opened(), HIGH, 0, at(5)) == (opened(), ())


def test_over_and_back_is_reopened() -> None:
    over, events = gone(opened(), at(5))
    assert (over.state, over.resolved_at, events) == (State.RESOLVED, at(5), (Event.RESOLVED,))
    assert gone(over, at(10)) == (over, ())
    back, events = seen(over, HIGH, 0, at(15))
    assert (back.state, back.began_at, back.resolved_at, events) == (State.OPEN, at(15), None, (Event.REOPENED,))


def test_what_is_acknowledged_stays_so_until_it_is_over() -> None:
    known = silenced(State.ACKNOWLEDGED)
    assert seen(known, HIGH, 0, at(5)) == (known, ())
    over, _ = gone(known, at(10))
    assert (over.state, over.answer) == (State.RESOLVED, None)
    assert seen(over, HIGH, 0, at(15))[0].state is State.OPEN


def test_what_is_snoozed_is_due_again_though_nobody_could_look() -> None:
    asleep = silenced(State.SNOOZED, until=60)
    assert due(asleep, at(59.9)) == (asleep, ())
    life, events = due(asleep, at(60))
    assert (life.state, life.answer, events) == (State.OPEN, None, (Event.DUE,))


@pytest.mark.parametrize("state", [State.SNOOZED, State.SUPPRESSED])
def test_what_comes_and_goes_while_it_is_silenced_stays_silent(state: State) -> None:
    over, _ = gone(silenced(state, until=60), at(10))
    assert over.state is State.RESOLVED
    assert seen(over, HIGH, 0, at(20))[0].state is state
    assert seen(over, HIGH, 0, at(70))[0].state is State.OPEN


@pytest.mark.parametrize("state", [State.ACKNOWLEDGED, State.SNOOZED])
def test_what_got_worse_than_what_was_answered_is_open_again(state: State) -> None:
    life, events = seen(silenced(state), Severity.CRITICAL, 0, at(5))
    assert (life.state, life.answer, events) == (State.OPEN, None, (Event.WORSE,))
    assert seen(silenced(state), Severity.WARNING, 0, at(5))[0].state is state


def test_what_is_suppressed_is_open_again_only_when_it_becomes_critical() -> None:
    meant = answered(opened(), Answer(State.SUPPRESSED, Severity.WARNING))
    assert seen(meant, Severity.HIGH, 0, at(5)) == (meant, ())
    assert seen(meant, Severity.CRITICAL, 0, at(5))[0].state is State.OPEN


def test_a_critical_one_that_is_suppressed_for_a_time_stays_so() -> None:
    meant = answered(opened(), Answer(State.SUPPRESSED, Severity.CRITICAL, at(60)))
    assert seen(meant, Severity.CRITICAL, 0, at(5))[0].state is State.SUPPRESSED


def test_an_answer_to_what_is_not_there_waits_for_it() -> None:
    over = answered(gone(opened(), at(5))[0], Answer(State.SUPPRESSED, HIGH))
    assert over.state is State.RESOLVED
    assert seen(over, HIGH, 0, at(10))[0].state is State.SUPPRESSED


def test_a_word_taken_back_opens_it() -> None:
    assert answered(silenced(State.SUPPRESSED), None).state is State.OPEN
