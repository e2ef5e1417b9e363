"""Findings in the store: answers and their limits, who said so, flapping, and the law of the whole machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.conftest import ManualClock
from tests.tools.store.test_memory import found
from tools.clock import stamp
from tools.detectors import Evidence, Finding, Severity
from tools.errors import MachaError
from tools.store.finding_life import State
from tools.store.memory import Store
from tools.store.reading import rows

WHO = "lily (uid 1000)"


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Store:
    return Store(tmp_path / "macha.db", clock)


def seen(store: Store, run: str, *findings: Finding) -> list[str]:
    return store.record_findings(run, "web", findings)


def test_a_step_that_is_taken_again_tells_and_counts_the_same(store: Store) -> None:
    news = seen(store, "run-1", found())
    assert seen(store, "run-1", found()) == news == [found().fingerprint]
    assert [one.seen_count for one in store.living_findings()] == [1]


def test_a_finding_that_is_held_is_pending_and_no_news(store: Store, clock: ManualClock) -> None:
    held = Finding("cpu.load", "host", Severity.WARNING, "busy", (Evidence("load", "9"),), "web", hold_seconds=600)
    assert seen(store, "run-1", held) == []
    assert (store.open_findings(), store.pending_count(["web"]), store.pending_count(["db"])) == ([], 1, 0)
    assert store.present_findings("web") == {("cpu.load", "host")}
    clock.sleep(600)
    assert seen(store, "run-2", held) == [held.fingerprint]
    assert store.pending_count(["web"]) == 0


def test_what_could_not_be_seen_is_not_over(store: Store) -> None:
    seen(store, "run-1", found())
    store.record_findings("run-2", "web", [], lambda finding: "units" not in finding.evidence[0].source)
    (one,) = store.living_findings()
    assert (one.state, one.run) == (State.OPEN, "run-1")


def test_whose_judgement_it_is_is_remembered(store: Store) -> None:
    judged = Finding("a.b", "x", Severity.HIGH, "x", (Evidence("units", "x"),), "web", detectors=("failed_units",))
    seen(store, "run-1", judged)
    asked = []

    def could_see(finding: Finding) -> bool:
        asked.append(finding.detectors)
        return False

    store.record_findings("run-2", "web", [], could_see)
    assert asked == [("failed_units",)]


def test_what_had_changed_is_asked_once_when_something_begins(store: Store) -> None:
    asked: list[str] = []

    def changed() -> list[str]:
        asked.append("")
        return ["config /etc/app: changed"]

    for run in ("run-1", "run-2"):
        store.record_findings(run, "web", [found("a.service"), found("b.service")], changed=changed)
    assert len(asked) == 1
    assert {one.changed for one in store.living_findings()} == {("config /etc/app: changed",)}


def test_without_a_look_before_it_is_not_known_what_changed(store: Store) -> None:
    seen(store, "run-1", found())
    assert [one.changed for one in store.living_findings()] == [None]


def test_an_answer_is_kept_with_who_gave_it_and_when(store: Store, clock: ManualClock, tmp_path: Path) -> None:
    seen(store, "run-1", found())
    store.suppress(found().fingerprint, WHO, "it is being replaced", clock.now() + timedelta(hours=1))
    (row,) = rows(tmp_path / "macha.db", "SELECT * FROM finding_events WHERE event = 'suppressed'")
    assert (row["person"], row["reason"]) == (WHO, "it is being replaced")
    assert (row["at"], row["until"]) == (stamp(clock.now()), stamp(clock.now() + timedelta(hours=1)))


def test_what_is_acknowledged_is_shown_as_that_and_is_no_news(store: Store) -> None:
    seen(store, "run-1", found())
    store.acknowledge(found().fingerprint, WHO)
    assert seen(store, "run-2", found()) == []
    assert [one.state for one in store.living_findings()] == [State.ACKNOWLEDGED]


def test_what_is_snoozed_is_news_again_when_its_time_is_over(store: Store, clock: ManualClock) -> None:
    print_ = found().fingerprint
    seen(store, "run-1", found())
    store.snooze(print_, WHO, clock.now() + timedelta(hours=2))
    assert (seen(store, "run-2", found()), store.open_findings()) == ([], [])
    clock.sleep(7200)
    assert [one.state for one in store.living_findings()] == [State.OPEN], "also before the next look"
    assert seen(store, "run-3", found()) == [print_]
    assert seen(store, "run-4", found()) == []


def test_a_snooze_ends_on_a_host_that_is_silent(store: Store, clock: ManualClock) -> None:
    seen(store, "run-1", found())
    store.snooze(found().fingerprint, WHO, clock.now() + timedelta(hours=2))
    clock.sleep(7200)
    assert store.record_findings("run-2", "web", [], lambda _: False) == [found().fingerprint]


def test_what_is_suppressed_is_in_no_report_until_that_is_taken_back(store: Store) -> None:
    print_ = found().fingerprint
    seen(store, "run-1", found())
    store.suppress(print_, WHO, "known")
    for run, look in (("run-2", [found()]), ("run-3", []), ("run-4", [found()])):
        assert seen(store, run, *look) == []
        assert store.open_findings() == []
    assert store.present_findings("web") == {("unit.failed", "app.service")}
    store.unsuppress(print_, WHO)
    assert store.open_findings() == [found()]


@pytest.mark.parametrize(
    ("does", "why"),
    [
        pytest.param(lambda s, p, n: s.suppress(p, WHO, " "), "only with a reason", id="no reason"),
        pytest.param(lambda s, p, n: s.suppress(p, WHO, "known"), "only for a time", id="critical without an end"),
        pytest.param(lambda s, p, n: s.suppress(p, WHO, "known", n), "a moment that is over", id="an end that is over"),
        pytest.param(lambda s, p, n: s.snooze(p, WHO, n), "a moment that is over", id="a snooze that is over"),
        pytest.param(lambda s, p, n: s.unsuppress(p, WHO), "is not suppressed; it is open", id="not suppressed"),
        pytest.param(lambda s, p, n: s.acknowledge("0" * 12, WHO), "there is no finding", id="unknown"),
    ],
)
def test_an_answer_that_makes_no_sense_is_a_known_error(store: Store, clock: ManualClock, does, why) -> None:  # type: ignore[no-untyped-def]
    seen(store, "run-1", found(severity=Severity.CRITICAL))
    with pytest.raises(MachaError, match=why):
        does(store, found().fingerprint, clock.now())
    assert [one.state for one in store.living_findings()] == [State.OPEN]


def test_what_is_over_or_known_cannot_be_acknowledged(store: Store, clock: ManualClock) -> None:
    print_ = found().fingerprint
    seen(store, "run-1", found())
    store.acknowledge(print_, WHO)
    with pytest.raises(MachaError, match="is acknowledged already"):
        store.acknowledge(print_, WHO)
    seen(store, "run-2")
    with pytest.raises(MachaError, match="is resolved; only an open one"):
        store.acknowledge(print_, WHO)
    with pytest.raises(MachaError, match="is resolved; only one that people hear of"):
        store.snooze(print_, WHO, clock.now() + timedelta(hours=1))


def test_one_that_reopens_three_times_in_a_day_flaps(store: Store, clock: ManualClock) -> None:
    marks = []
    for at in range(5):
        seen(store, f"run-{at}-seen", found())
        marks += [one.is_flapping for one in store.living_findings()]
        seen(store, f"run-{at}-gone")
        clock.sleep(3600)
    assert marks == [False, False, False, True, True]
    clock.sleep(86400)
    seen(store, "run-later", found())
    assert [one.is_flapping for one in store.living_findings()] == [False]


def test_what_was_over_long_ago_is_forgotten_unless_an_answer_outlasts_it(store: Store, clock: ManualClock) -> None:
    seen(store, "run-1", found("old.service"), found("meant.service"), found("here.service"))
    store.suppress(found("meant.service").fingerprint, WHO, "known")
    seen(store, "run-2", found("here.service"))
    store.forget_findings(clock.now())
    assert store.finding_state(found("old.service").fingerprint) is State.RESOLVED, "not before that moment"
    store.forget_findings(clock.now() + timedelta(days=1))
    states = [store.finding_state(found(f"{name}.service").fingerprint) for name in ("old", "meant", "here")]
    assert states == [None, State.RESOLVED, State.OPEN]


# ---- the law


THINGS = ("a.service", "b.service", "c.service")


@contextmanager
def _store(clock: ManualClock) -> Iterator[Store]:
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "macha.db", clock)
        yield store
        store._engine.dispose()


class Lives(RuleBasedStateMachine):
    """Looks, blind looks, answers and time, in any order, against what must hold of every finding."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self._holder = _store(self.clock)
        self.store = self._holder.__enter__()
        self.run = 0
        self.there: set[str] = set()
        """What the last look that could see it saw: never over before a look says so."""
        self.ever: set[str] = set()

    def teardown(self) -> None:
        self._holder.__exit__(None, None, None)

    @rule(
        things=st.sets(st.sampled_from(THINGS)),
        blind=st.sets(st.sampled_from(THINGS)),
        severity=st.sampled_from(list(Severity)),
        hold=st.sampled_from([0.0, 600.0]),
    )
    def look(self, things: set[str], blind: set[str], severity: Severity, hold: float) -> None:
        self.run += 1
        before = {one.finding.object for one in self.store.living_findings()}
        seen_now = [
            Finding("unit.failed", thing, severity, thing, (Evidence("units", "x"),), "web", hold_seconds=hold)
            for thing in sorted(things)
        ]
        run = f"run-{self.run}"
        news = self.store.record_findings(run, "web", seen_now, lambda finding: finding.object not in blind)
        self.there = {*things, *(self.there & blind)}
        self.ever |= things
        after = {one.finding.fingerprint: one for one in self.store.living_findings()}
        assert set(news) <= after.keys(), "people hear only of what is open"
        opened = {one.finding.object for one in after.values()} - before
        assert opened <= {after[print_].finding.object for print_ in news}, "nothing opens without being told"
        assert self.store.record_findings(run, "web", seen_now, lambda f: f.object not in blind) == news

    @rule(seconds=st.sampled_from([60, 600, 7200]))
    def wait(self, seconds: int) -> None:
        self.clock.sleep(seconds)

    @precondition(lambda self: self.ever)
    @rule(
        data=st.data(),
        word=st.sampled_from(["acknowledge", "snooze", "suppress", "unsuppress"]),
        hours=st.sampled_from([None, 1, 3]),
    )
    def answer(self, data: st.DataObject, word: str, hours: int | None) -> None:
        print_ = found(data.draw(st.sampled_from(sorted(self.ever)))).fingerprint
        until = self.clock.now() + timedelta(hours=hours) if hours else None
        try:
            match word:
                case "acknowledge":
                    self.store.acknowledge(print_, WHO)
                case "snooze":
                    self.store.snooze(print_, WHO, until or self.clock.now() + timedelta(hours=2))
                case "suppress":
                    self.store.suppress(print_, WHO, "because", until)
                case _:
                    self.store.unsuppress(print_, WHO)
        except MachaError as error:
            assert "\n" not in str(error)

    @invariant()
    def nothing_is_lost_or_twice_and_over_only_when_seen_as_gone(self) -> None:
        with self.store._engine.connect() as db:
            kept = db.execute(sa.text("SELECT object, state, resolved_at, opened_at FROM findings")).all()
        assert sorted(row.object for row in kept) == sorted(self.ever)
        assert {row.object for row in kept if row.state != State.RESOLVED} == self.there
        assert all(row.opened_at for row in kept if row.state not in (State.PENDING, State.RESOLVED))
        assert all(row.resolved_at for row in kept if row.state == State.RESOLVED)

    @invariant()
    def a_critical_one_is_never_silent_for_good(self) -> None:
        with self.store._engine.connect() as db:
            query = "SELECT severity FROM findings WHERE state = 'suppressed' AND answer_until IS NULL"
            assert Severity.CRITICAL not in db.scalars(sa.text(query)).all()


Lives.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestLives = Lives.TestCase
