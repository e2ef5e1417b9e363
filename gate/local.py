"""The gate in this process: ledger, policy and effects behind the one interface."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from gate import breakers, refusals
from gate.acting import LATE_MINUTES, Actor
from gate.asking import harmless, why_malformed
from gate.audit import Audit, anchor
from gate.budgets import Budgets
from gate.clock_guard import guard
from gate.interface import (
    IN_FLIGHT,
    OPEN,
    POLICY,
    Breaker,
    Entry,
    Explanation,
    Judgement,
    Person,
    Refused,
    Request,
    State,
)  # fmt: skip
from gate.ledger import Ledger
from gate.policy import Policy, basis
from gate.probing import Prober
from gate.recording import Recorder
from gate.stop_switch import StopSwitch
from gate.telling import already
from tools.actions import Action
from tools.actions.catalogue import build, catalogue_version
from tools.clock import Clock, stamp
from tools.configuration import Level, Settings
from tools.hosts import Host
from tools.probes.observation import Observation
from tools.redaction import redact
from tools.safe_text import safe_line
from tools.store.ballast import Ballast
from tools.store.trouble import known_trouble


class LocalGate:
    """The gate over a state folder; any number of processes may have one over the same folder at the same time."""

    def __init__(
        self, folder: Path, settings: Settings, host_of: Callable[[str], Host], clock: Clock, level: Level | None = None
    ) -> None:
        """Raises MachaError when the configuration or the ledger cannot be used."""
        self._folder = folder
        self._settings = settings
        self._clock = clock
        ballast = Ballast(folder)
        ballast.make_room()
        self._policy = Policy(settings, level)
        self._budgets = Budgets(settings.budgets)
        self._ledger = Ledger(folder / "macha.db", clock, ballast)
        self._audit = Audit(folder)
        self._switch = StopSwitch(folder)
        self._prober = Prober(host_of, clock)
        self._recorder = Recorder(folder, self._ledger, self._audit, ballast, clock, frozenset(settings.host_names()))
        self._actor = Actor(
            folder, self._ledger, self._policy, self._budgets, self._prober, self._recorder, self._switch, clock
        )
        ballast.fill()
        guard(self._ledger, clock, self._let_go)
        self._recorder.catch_up()

    # ---- asking

    def propose(self, request: Request) -> Entry:
        action = why_malformed(request) or build(request.kind, request.parameters)
        if isinstance(action, str):
            return self._refuse(self._entry(request, None), action)
        entry = self._entry(request, action)
        if same := self._ledger.transact(lambda db: self._open_already(db, entry)):
            return same
        facts = self._prober.facts(request.host, action)
        if isinstance(facts, str):
            return self._refuse(entry, facts)
        entry = replace(entry, basis=basis(action, facts))
        answer = self._ledger.transact(lambda db: self._admit(db, entry, action, facts))
        if isinstance(answer, Judgement):
            return self._refuse(replace(entry, risk=answer.risk), "; ".join(answer.reasons))
        return self._recorder.recorded(answer)

    def judge(self, request: Request) -> Judgement:
        action = why_malformed(request) or build(request.kind, request.parameters)
        if isinstance(action, str):
            return Judgement("refuse", "unknown", (action,))
        facts = self._prober.facts(request.host, action)
        if isinstance(facts, str):
            return Judgement("refuse", action.risk, (facts,))
        entry = self._entry(request, action)
        against = self._ledger.transact(lambda db: self._against(db, entry, action))
        return self._policy.judge(action, facts, self._clock.now(), against)

    def _admit(self, db: sa.Connection, entry: Entry, action: Action, facts: Observation) -> Entry | Judgement:
        """Judge a request and, unless it is refused, record it: in one transaction, so that two cannot both be the
        last that a budget allows, and so that the same action is not recorded twice."""
        if same := self._open_already(db, entry):
            return same
        self._recorder.open_breakers(db, entry)
        now = self._clock.now()
        judgement = self._policy.judge(action, facts, now, self._against(db, entry, action))
        if judgement.answer == "refuse":
            return judgement
        entry = replace(entry, risk=judgement.risk, reason="; ".join(judgement.reasons))
        if judgement.answer == "run":
            entry = replace(entry, state="approved", decided_by=str(POLICY), decided_at=stamp(now))
        else:
            entry = replace(entry, is_prompt=self._budgets.is_prompt(db, now))
        return self._ledger.add_in(db, entry)

    def _open_already(self, db: sa.Connection, entry: Entry) -> Entry | None:
        """The row of the same action that is still open, or of which it is not known yet what became of it."""
        alike = self._ledger.find_in(db, OPEN | {"unknown"}, host=entry.host, kind=entry.kind, target=entry.target)
        just_now = stamp(self._clock.now() - timedelta(minutes=LATE_MINUTES))
        is_open = (row for row in alike if row.state in OPEN or row.claimed_at > just_now)
        return next((row for row in is_open if row.parameters == entry.parameters), None)

    def _against(self, db: sa.Connection, entry: Entry, action: Action) -> list[str]:
        stopped = self._switch.why()
        return [
            *([stopped] if stopped else []),
            *breakers.why_open(db, entry),
            *self._budgets.why_spent(db, entry, action, self._clock.now()),
            *self._budgets.why_too_many(db, entry.run, entry.host),
        ]

    def _entry(self, request: Request, action: Action | None) -> Entry:
        now = self._clock.now()
        shown = harmless(request)
        return Entry(
            number=0,
            id=uuid4().hex[:16],
            host=shown.host,
            kind=shown.kind,
            target=action.target() if action else str(next(iter(shown.parameters.values()), "")),
            parameters=action.model_dump() if action else shown.parameters,
            sentence=action.sentence() if action else "",
            risk=action.risk if action else "unknown",
            state="proposed",
            digest="",
            why=shown.why,
            author=shown.author,
            reason="",
            findings=shown.findings,
            run=shown.run,
            basis={},
            policy_version=self._policy.version(),
            catalogue_version=catalogue_version(),
            proposed_at=stamp(now),
            expires_at=stamp(now + timedelta(hours=self._settings.approval_hours)),
        )

    def _refuse(self, entry: Entry, why: str) -> Entry:
        entry = replace(entry, state="refused", reason=safe_line(redact(why)))
        now = self._clock.now()
        row = self._ledger.transact(lambda db: refusals.recorded_in(db, self._ledger, entry, now))
        return row if row.seen_count > 1 else self._recorder.recorded(row)  # counting again is no event

    # ---- deciding

    def approve(
        self, number: int, who: Person, reason: str = "", parameters: Mapping[str, str | int] | None = None
    ) -> Entry | Refused:
        if parameters is not None:
            return self._approve_edited(number, who, reason, parameters)
        expires = stamp(self._clock.now() + timedelta(hours=self._settings.approval_hours))
        return self._decide(number, "approved", who, reason, expires_at=expires)

    def _approve_edited(
        self, number: int, who: Person, reason: str, parameters: Mapping[str, str | int]
    ) -> Entry | Refused:
        entry = self._ledger.get(number)
        if entry.state != "proposed":
            return Refused(already(entry))
        malformed = why_malformed(Request(entry.host, entry.kind, parameters, reason))
        action = malformed or build(entry.kind, {**entry.parameters, **parameters})
        facts = action if isinstance(action, str) else self._prober.facts(entry.host, action)
        if isinstance(action, str) or isinstance(facts, str):
            return Refused(f"number {number} stays as it is: {facts}")
        request = Request(
            entry.host, entry.kind, action.model_dump(), f"number {number}, edited by {who}", entry.findings, entry.run,
            author="person",
        )  # fmt: skip
        edited = replace(self._entry(request, action), basis=basis(action, facts))
        reason = f"edited: {reason}" if reason else "edited"
        answer = self._ledger.transact(lambda db: self._replace(db, entry, edited, action, facts, who, reason))
        if isinstance(answer, Judgement):
            return Refused(f"number {number} stays as it is: {'; '.join(answer.reasons)}")
        return self._recorder.recorded(answer) if answer else Refused(already(self._ledger.get(number)))

    def _replace(
        self, db: sa.Connection, entry: Entry, edited: Entry, action: Action, facts: Observation, who: Person,
        reason: str,
    ) -> Entry | Judgement | None:  # fmt: skip
        """Withdraw a proposal, and record what a person allows instead, in one transaction; None when somebody else
        has answered the proposal meanwhile."""
        now = self._clock.now()
        against = self._against(db, replace(edited, run=""), action)  # it takes the place of one of its cycle
        judgement = self._policy.judge(action, facts, now, against)
        if judgement.answer == "refuse":
            return judgement
        decision: dict[str, Any] = {
            "decided_by": str(who),
            "decided_at": stamp(now),
            "reason": safe_line(redact(reason)),
        }
        if self._ledger.move_in(db, entry, "withdrawn", **decision) is None:
            return None
        if same := self._open_already(db, edited):
            return self._ledger.move_in(db, same, "approved", **decision) if same.state == "proposed" else same
        return self._ledger.add_in(db, replace(edited, state="approved", risk=judgement.risk, **decision))

    def reject(self, number: int, who: Person, reason: str = "") -> Entry | Refused:
        return self._decide(number, "rejected", who, reason)

    def withdraw(self, number: int, reason: str) -> Entry | Refused:
        return self._decide(number, "withdrawn", POLICY, reason)

    def _decide(self, number: int, to: State, who: Person, reason: str, **values: Any) -> Entry | Refused:
        entry = self._recorder.expired(self._ledger.get(number))
        if entry.state != "proposed":
            return Refused(already(entry))
        moved = self._ledger.move(
            entry, to, decided_by=str(who), decided_at=stamp(self._clock.now()),
            reason=safe_line(redact(reason)) or entry.reason, **values,
        )  # fmt: skip
        return self._recorder.recorded(moved) if moved else Refused(already(self._ledger.get(number)))

    # ---- acting

    def execute(self, number: int) -> Entry | Refused:
        return self._actor.execute(number)

    def verify(self, number: int) -> Entry | Refused:
        return self._actor.verify(number)

    def undo(self, number: int, who: Person) -> Entry | Refused:
        entry = self._ledger.get(number)
        action = build(entry.kind, entry.parameters)
        back = None if isinstance(action, str) else action.undo(entry.basis)
        if back is None:
            return Refused(f"number {number} ({entry.kind} {entry.target}) has no undo")
        why = f"undo of number {number}, asked for by {who}"
        return self.propose(Request(entry.host, back.kind, back.model_dump(), why, entry.findings, entry.run))

    def settle(self) -> list[Entry]:
        unsettled = frozenset({"proposed", "approved", "unknown", *IN_FLIGHT})
        before = {row.number: row.state for row in self._ledger.find(unsettled)}
        for row in self._ledger.find(frozenset({"proposed", "approved"})):
            self._recorder.expired(row)
        self._actor.settle()
        rows = (self._ledger.get(number) for number in before)
        return [row for row in rows if row.state != before[row.number]]

    # ---- telling

    def list(self, states: frozenset[State] | None = None, run: str | None = None) -> list[Entry]:
        return self._ledger.find(states, run=run)

    def explain(self, number: int) -> Explanation:
        return Explanation(self._ledger.get(number), tuple(self._ledger.events_of(number)))

    def breakers(self) -> Sequence[Breaker]:
        return self._ledger.transact(breakers.listed)

    def close_breaker(self, number: int, who: Person, reason: str = "") -> Refused | None:
        now = self._clock.now()

        def close(db: sa.Connection) -> bool:
            is_closed = breakers.close(db, number, who, safe_line(reason), now)
            if is_closed:
                self._ledger.note_in(db, "breaker_closed", breaker=number, by=str(who), reason=safe_line(reason))
            return is_closed

        if not self._ledger.transact(close):
            return Refused(f"there is no open breaker {number}; `macha breaker list` shows them")
        self._recorder.record()
        return None

    def anchor(self) -> tuple[int, str]:
        with known_trouble(self._folder):
            return anchor(self._audit)

    # ---- inside

    def _let_go(self, db: sa.Connection, seconds: float) -> None:
        for row in self._ledger.find_in(db, frozenset({"proposed", "approved"})):
            self._ledger.move_in(db, row, "expired", reason=f"the clock jumped by {seconds:.0f} s; it is judged anew")
