"""Findings that live: what every look and every person's word makes of them, in one transaction each."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tools.clock import Clock, stamp
from tools.detectors import Finding, Severity
from tools.errors import MachaError
from tools.redaction import redact
from tools.safe_text import safe_line
from tools.store import finding_life
from tools.store.database import reading
from tools.store.finding_life import NEWS, SHOWN, Answer, Event, Life, State
from tools.store.finding_rows import Living, Row, finding_of, flapping, life_of, life_values, living_of
from tools.store.schema import finding_events, findings

Changed = Callable[[], "list[str] | None"]


class Findings:
    """The findings, over the engine and the clock of the store."""

    _engine: sa.Engine
    _clock: Clock

    def record_findings(
        self,
        run: str,
        host: str,
        seen: Iterable[Finding],
        could_see: Callable[[Finding], bool] = lambda _: True,
        changed: Changed = lambda: None,
    ) -> list[str]:
        """Take in what a look at a host saw; returns the fingerprints that people should be told of by this run.

        Those are what opened, reopened, became due again or got worse than what was answered, and is open now. What was
        not seen is resolved only where `could_see` says that this look would have seen it. `changed` is asked at most
        once, when something begins. The same run taking in the same look again changes nothing.
        """
        now = self._clock.now()
        look = {finding.fingerprint: finding for finding in seen}
        with self._engine.begin() as db:
            known = {row["fingerprint"]: row for row in _rows(db, findings.c.host == host)}
            began = {print_ for print_ in look if print_ not in known or known[print_]["state"] == State.RESOLVED}
            told = changed() if began else None
            for print_, finding in look.items():
                values = {"changed": told} if print_ in began else {}
                _see(db, host, finding, known.get(print_), run, now, values)
            for print_ in known.keys() - look.keys():
                _miss(db, known[print_], run, now, could_see)
            return _news(db, run, host)

    def open_findings(self, host_names: list[str] | None = None) -> list[Finding]:
        """Findings that are open or acknowledged, on these hosts or on all, worst first."""
        return [living.finding for living in self.living_findings(host_names)]

    def living_findings(self, host_names: list[str] | None = None) -> list[Living]:
        """The same, with how each of them stands."""
        is_here = sa.true() if host_names is None else findings.c.host.in_(host_names)
        now = self._clock.now()
        with reading(self._engine).connect() as db:
            marked = flapping(db, now)
            living = [living_of(row, now, marked) for row in _rows(db, is_here)]
        shown = [one for one in living if one.state in SHOWN]
        return sorted(shown, key=lambda one: -one.finding.severity.rank)

    def present_findings(self, host: str) -> frozenset[tuple[str, str]]:
        """Kind and object of whatever is not resolved on a host, pending and silenced ones included."""
        query = sa.select(findings.c.kind, findings.c.object).where(
            findings.c.host == host, findings.c.state != State.RESOLVED
        )
        with reading(self._engine).connect() as db:
            return frozenset((kind, object_) for kind, object_ in db.execute(query))

    def pending_count(self, host_names: list[str]) -> int:
        """How many findings on these hosts have not been seen for long enough yet."""
        is_pending = sa.and_(findings.c.state == State.PENDING, findings.c.host.in_(host_names))
        with reading(self._engine).connect() as db:
            return db.scalar(sa.select(sa.func.count()).select_from(findings).where(is_pending)) or 0

    def finding_state(self, fingerprint: str) -> State | None:
        """How a finding stands now; None where there is none of this fingerprint."""
        with reading(self._engine).connect() as db:
            for row in _rows(db, findings.c.fingerprint == fingerprint):
                return finding_life.due(life_of(row), self._clock.now())[0].state
        return None

    def acknowledge(self, fingerprint: str, person: str) -> None:
        """A person knows of an open finding; raises MachaError where it is not open."""
        self._answer(fingerprint, Event.ACKNOWLEDGED, State.ACKNOWLEDGED, person)

    def snooze(self, fingerprint: str, person: str, until: datetime) -> None:
        """Nobody wants to hear of it until then, unless it gets worse; raises MachaError where it is resolved."""
        self._answer(fingerprint, Event.SNOOZED, State.SNOOZED, person, until)

    def suppress(self, fingerprint: str, person: str, reason: str, until: datetime | None = None) -> None:
        """It is meant to be so; raises MachaError without a reason, and for a critical one without an end."""
        self._answer(fingerprint, Event.SUPPRESSED, State.SUPPRESSED, person, until, reason)

    def unsuppress(self, fingerprint: str, person: str, reason: str = "") -> None:
        """Take that back; raises MachaError where it is not suppressed."""
        self._answer(fingerprint, Event.UNSUPPRESSED, None, person, None, reason)

    def forget_findings(self, before: datetime) -> None:
        """Remove what was resolved before a moment and has no answer that outlasts it."""
        old = sa.and_(
            findings.c.state == State.RESOLVED, findings.c.resolved_at < stamp(before), findings.c.answer == ""
        )
        with self._engine.begin() as db:
            prints = sa.select(findings.c.fingerprint).where(old)
            db.execute(finding_events.delete().where(finding_events.c.fingerprint.in_(prints)))
            db.execute(findings.delete().where(old))

    def _answer(
        self, fingerprint: str, event: Event, state: State | None, person: str,
        until: datetime | None = None, reason: str = "",
    ) -> None:  # fmt: skip
        now, person, reason = self._clock.now(), safe_line(person, 200), safe_line(redact(reason))
        with self._engine.begin() as db:
            row = next(iter(_rows(db, findings.c.fingerprint == fingerprint)), None)
            if row is None:
                raise MachaError(
                    f"there is no finding {fingerprint}; `macha findings list --all` shows those there are"
                )
            life, _ = finding_life.due(life_of(row), now)
            severity = Severity(row["severity"])
            if why := _why_not(event, life, severity, until, reason, now):
                raise MachaError(f"finding {fingerprint} {why}")
            life = finding_life.answered(life, Answer(state, severity, until) if state else None)
            answer = {"answered_by": person, "answered_at": stamp(now), "reason": reason}
            _put(db, fingerprint, life_values(life) | answer)
            _tell(db, fingerprint, event, now, person=person, reason=reason, until=stamp(until) if until else None)


def _why_not(
    event: Event, life: Life, severity: Severity, until: datetime | None, reason: str, now: datetime
) -> str | None:
    if until is not None and until <= now:
        return "cannot be silenced until a moment that is over"
    match event:
        case Event.ACKNOWLEDGED if life.state is State.ACKNOWLEDGED:
            return "is acknowledged already"
        case Event.ACKNOWLEDGED if life.state is not State.OPEN:
            return f"is {life.state}; only an open one can be acknowledged"
        case Event.SNOOZED if life.state in (State.RESOLVED, State.SUPPRESSED):
            return f"is {life.state}; only one that people hear of can be snoozed"
        case Event.SUPPRESSED if not reason.strip():
            return "can be suppressed only with a reason: --reason TEXT"
        case Event.SUPPRESSED if severity is Severity.CRITICAL and until is None:
            return "is critical; it can be suppressed only for a time: --until WHEN"
        case Event.UNSUPPRESSED if life.answer is None or life.answer.state is not State.SUPPRESSED:
            return f"is not suppressed; it is {life.state}"
    return None


# ---- one finding at a look


def _see(
    db: sa.Connection, host: str, finding: Finding, row: Row | None, run: str, now: datetime, values: dict[str, Any]
) -> None:
    life, events = finding_life.seen(life_of(row) if row else None, finding.severity, finding.hold_seconds, now)
    values |= life_values(life) | {
        "severity": finding.severity.value,
        "summary": finding.summary,
        "evidence": [[line.source, line.text] for line in finding.evidence],
        "details": finding.details,
        "detectors": list(finding.detectors),
        "hold_seconds": finding.hold_seconds,
        "last_seen_at": stamp(now),
        "run": run,
    }
    print_ = finding.fingerprint
    if row:
        is_again = row["run"] == run and row["state"] != State.RESOLVED
        _put(db, print_, values | {"seen_count": row["seen_count"] + (not is_again)})
    else:
        values |= {"fingerprint": print_, "host": host, "kind": finding.kind, "object": finding.object}
        values |= {"first_seen_at": stamp(now), "seen_count": 1, "answered_by": "", "reason": ""}
        db.execute(findings.insert().values(values))
    for event in events:
        _tell(db, print_, event, now, run=run)


def _miss(db: sa.Connection, row: Row, run: str, now: datetime, could_see: Callable[[Finding], bool]) -> None:
    """What a look did not see: over where it could have, else only a moment later."""
    before = life_of(row)
    life, events = finding_life.gone(before, now) if could_see(finding_of(row)) else finding_life.due(before, now)
    if life != before:
        _put(db, row["fingerprint"], life_values(life))
    for event in events:
        _tell(db, row["fingerprint"], event, now, run=run)


def _news(db: sa.Connection, run: str, host: str) -> list[str]:
    """By what was recorded and not by what was done just now: a step that is taken again tells the same."""
    query = (
        sa.select(findings.c.fingerprint)
        .join(finding_events, finding_events.c.fingerprint == findings.c.fingerprint)
        .where(findings.c.host == host, findings.c.state == State.OPEN)
        .where(finding_events.c.run == run, finding_events.c.event.in_(NEWS))
        .order_by(finding_events.c.id)
    )
    return list(dict.fromkeys(db.scalars(query)))


def _rows(db: sa.Connection, where: Any) -> list[Row]:
    return list(db.execute(sa.select(findings).where(where).order_by(findings.c.first_seen_at)).mappings())


def _put(db: sa.Connection, fingerprint: str, values: dict[str, Any]) -> None:
    db.execute(findings.update().where(findings.c.fingerprint == fingerprint).values(values))


def _tell(db: sa.Connection, fingerprint: str, event: Event, now: datetime, **more: Any) -> None:
    values = {"fingerprint": fingerprint, "event": event.value, "at": stamp(now), **more}
    db.execute(finding_events.insert().values(values))
