"""Rows of findings as values; one that is damaged is a known error."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tools.clock import parse_stamp, stamp
from tools.detectors import Evidence, Finding, Severity
from tools.errors import MachaError
from tools.store.finding_life import FLAPPING_WITHIN, FLAPS, Answer, Event, Life, State, due
from tools.store.schema import finding_events

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Living:
    """A finding and how it stands."""

    finding: Finding
    state: State
    first_seen_at: str
    last_seen_at: str
    seen_count: int
    run: str
    """The last one that saw it: of a later one it is not known whether it is still so."""
    is_flapping: bool
    changed: tuple[str, ...] | None
    """What had changed on the host when it began; None where there was no look before."""


def life_of(row: Row) -> Life:
    try:
        answer = None
        if row["answer"]:
            until = _moment(row["answer_until"])
            answer = Answer(State(row["answer"]), Severity(row["answer_severity"]), until)
        opened, resolved = _moment(row["opened_at"]), _moment(row["resolved_at"])
        return Life(State(row["state"]), parse_stamp(row["began_at"]), opened, resolved, answer)
    except (ValueError, TypeError):
        raise _damaged(row) from None


def life_values(life: Life) -> dict[str, Any]:
    answer = life.answer
    return {
        "state": life.state.value,
        "began_at": stamp(life.began_at),
        "opened_at": stamp(life.opened_at) if life.opened_at else None,
        "resolved_at": stamp(life.resolved_at) if life.resolved_at else None,
        "answer": answer.state.value if answer else "",
        "answer_severity": answer.severity.value if answer else "",
        "answer_until": stamp(answer.until) if answer and answer.until else None,
    }


def _moment(text: str | None) -> datetime | None:
    return parse_stamp(text) if text else None


def flapping(db: sa.Connection, now: datetime) -> frozenset[str]:
    """The fingerprints of what reopened too often of late."""
    of = finding_events.c.fingerprint
    query = (
        sa.select(of)
        .where(finding_events.c.event == Event.REOPENED, finding_events.c.at > stamp(now - FLAPPING_WITHIN))
        .group_by(of)
        .having(sa.func.count() >= FLAPS)
    )
    return frozenset(db.scalars(query))


def living_of(row: Row, now: datetime, marked: Container[str]) -> Living:
    return Living(
        finding=finding_of(row),
        state=due(life_of(row), now)[0].state,
        first_seen_at=row["first_seen_at"],
        last_seen_at=row["last_seen_at"],
        seen_count=row["seen_count"],
        run=row["run"],
        is_flapping=row["fingerprint"] in marked,
        changed=None if row["changed"] is None else tuple(row["changed"]),
    )


def finding_of(row: Row) -> Finding:
    try:
        return Finding(
            kind=row["kind"],
            object=row["object"],
            severity=Severity(row["severity"]),
            summary=row["summary"],
            evidence=tuple(Evidence(source, text) for source, text in row["evidence"]),
            host=row["host"],
            details=dict(row["details"]),
            hold_seconds=row["hold_seconds"],
            detectors=tuple(row["detectors"]),
        )
    except (ValueError, TypeError):
        raise _damaged(row) from None


def _damaged(row: Row) -> MachaError:
    return MachaError(f"the database is damaged: the finding {row['fingerprint']} in it cannot be read")
