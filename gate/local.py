"""The gate in this process: ledger, policy and effects behind the one interface."""

import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from gate.audit import Audit
from gate.effect import Outcome, carry_out, clear_away, look
from gate.interface import (
    IN_FLIGHT,
    OPEN,
    POLICY,
    Entry,
    Explanation,
    Judgement,
    Person,
    Refused,
    Request,
    State,
)  # fmt: skip
from gate.inventory import complete
from gate.ledger import Ledger, digest_of
from gate.policy import Policy
from gate.queue import write_view
from gate.stop_switch import StopSwitch
from tools.actions import Action, Verdict
from tools.actions.catalogue import build, catalogue_version
from tools.clock import Clock, Deadline, parse_stamp, stamp
from tools.configuration import Level, Settings
from tools.errors import MachaError
from tools.hosts import Host, Unreachable
from tools.probes import Skipped
from tools.probes.boots import Boots
from tools.probes.collection import collect, observe
from tools.probes.observation import Observation
from tools.probes.script import Inputs
from tools.probes.unit_graph import UnitGraph
from tools.safe_text import safe_line, safe_text

PROBE_SECONDS = 15
"""For a fresh look at one host; facts older than 30 s would not do (facts-security, rule 5)."""
FENCE_SECONDS = 120
"""How long an action waits for another one on the same host; the longest effect takes 90 s and 10 s of grace."""
PATIENCE_SECONDS = 30
"""How long a verification that can tell neither success nor failure goes on looking."""


class LocalGate:
    """The gate over a state folder; any number of processes may have one over the same folder at the same time."""

    def __init__(
        self, folder: Path, settings: Settings, host_of: Callable[[str], Host], clock: Clock, level: Level | None = None
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._host_of = host_of
        self._clock = clock
        self._policy = Policy(settings, level)
        self._ledger = Ledger(folder / "macha.db", clock)
        self._audit = Audit(folder)
        self._switch = StopSwitch(folder)
        self._record()

    # ---- asking

    def propose(self, request: Request) -> Entry:
        host = safe_line(request.host, 80)
        action = build(request.kind, request.parameters)
        if isinstance(action, str):
            return self._refuse(self._entry(request, host, None), action)
        for row in self._ledger.find(OPEN, host=host, kind=action.kind):
            if row.parameters == action.model_dump():
                return row
        entry = self._entry(request, host, action)
        facts = self._facts(host, action)
        if isinstance(facts, str):
            return self._refuse(entry, facts)
        judgement = self._policy.judge(action, facts)
        if judgement.answer == "refuse":
            return self._refuse(entry, "; ".join(dict.fromkeys(judgement.reasons)))
        entry = replace(entry, basis=dict(action.basis(facts)), reason="; ".join(judgement.reasons))
        if judgement.answer == "run":
            entry = replace(entry, state="approved", decided_by=str(POLICY), decided_at=stamp(self._clock.now()))
        return self._recorded(self._ledger.add(entry))

    def judge(self, number: int) -> Judgement:
        entry = self._ledger.get(number)
        action = build(entry.kind, entry.parameters)
        if isinstance(action, str):
            return Judgement("refuse", entry.risk, (action,))
        facts = self._facts(entry.host, action)
        return (
            Judgement("refuse", entry.risk, (facts,)) if isinstance(facts, str) else self._policy.judge(action, facts)
        )

    def _entry(self, request: Request, host: str, action: Action | None) -> Entry:
        now = self._clock.now()
        given = {safe_line(str(key), 40): safe_line(str(value), 200) for key, value in request.parameters.items()}
        return Entry(
            number=0,
            id=uuid4().hex[:16],
            host=host,
            kind=action.kind if action else safe_line(request.kind, 80),
            target=action.target() if action else next(iter(given.values()), ""),
            parameters=action.model_dump() if action else given,
            sentence=action.sentence() if action else "",
            risk=action.risk if action else "unknown",
            state="proposed",
            digest="",
            why=safe_line(request.why),
            reason="",
            findings=request.findings,
            run=request.run,
            basis={},
            policy_version=self._policy.version(),
            catalogue_version=catalogue_version(),
            proposed_at=stamp(now),
            expires_at=stamp(now + timedelta(hours=self._settings.approval_hours)),
        )

    def _refuse(self, entry: Entry, why: str) -> Entry:
        """Record a refusal; one that was given before for the same reason is counted, not written again."""
        reason = safe_line(why)
        for row in self._ledger.find(frozenset({"refused"}), host=entry.host, kind=entry.kind):
            if row.parameters == entry.parameters and row.reason == reason:
                return self._ledger.seen_again(row)
        return self._recorded(self._ledger.add(replace(entry, state="refused", reason=reason)))

    # ---- deciding

    def approve(self, number: int, who: Person, reason: str = "") -> Entry | Refused:
        expires = stamp(self._clock.now() + timedelta(hours=self._settings.approval_hours))
        return self._decide(number, "approved", who, reason, expires_at=expires)

    def reject(self, number: int, who: Person, reason: str = "") -> Entry | Refused:
        return self._decide(number, "rejected", who, reason)

    def withdraw(self, number: int, reason: str) -> Entry | Refused:
        return self._decide(number, "withdrawn", POLICY, reason)

    def _decide(self, number: int, to: State, who: Person, reason: str, **values: Any) -> Entry | Refused:
        entry = self._expired(self._ledger.get(number))
        if entry.state != "proposed":
            return Refused(_told(entry))
        moved = self._ledger.move(
            entry, to, decided_by=str(who), decided_at=stamp(self._clock.now()),
            reason=safe_line(reason) or entry.reason, **values,
        )  # fmt: skip
        return self._recorded(moved) if moved else Refused(_told(self._ledger.get(number)))

    def _expired(self, entry: Entry) -> Entry:
        if entry.state in ("proposed", "approved") and parse_stamp(entry.expires_at) <= self._clock.now():
            moved = self._ledger.move(entry, "expired", reason=f"nobody acted on it until {entry.expires_at}")
            return self._recorded(moved) if moved else self._ledger.get(entry.number)
        return entry

    # ---- acting

    def execute(self, number: int) -> Entry | Refused:
        entry = self._ledger.get(number)
        if entry.state != "approved":
            return Refused(_told(entry))
        with self._fence(entry.host, FENCE_SECONDS) as is_held:
            if not is_held:
                return Refused(f"another process is acting on {entry.host}; number {number} stays approved")
            self._settle_on(entry.host)
            entry = self._expired(self._ledger.get(number))
            if entry.state != "approved":
                return Refused(_told(entry))
            ready = self._ready(entry)
            if isinstance(ready, str):
                moved = self._ledger.move(entry, "stale", reason=safe_line(ready))
                return self._recorded(moved) if moved else Refused(_told(self._ledger.get(number)))
            action, facts = ready
            return self._act(entry, action, facts)

    def _ready(self, entry: Entry) -> tuple[Action, Observation] | str:
        """The action and the fresh facts it may be done on, or what has changed since it was approved."""
        if why := self._switch.why():
            return why
        action = build(entry.kind, entry.parameters)
        if isinstance(action, str):
            return action
        now = replace(entry, policy_version=self._policy.version(), catalogue_version=catalogue_version())
        if digest_of(now) != entry.digest:
            return "the policy, the catalogue of actions or the row itself changed after it was approved"
        facts = self._facts(entry.host, action)
        if isinstance(facts, str):
            return facts
        judgement = self._policy.judge(action, facts)
        if judgement.answer == "refuse":
            return "; ".join(dict.fromkeys(judgement.reasons))
        if judgement.answer == "ask" and entry.decided_by == str(POLICY):
            return "policy allowed it without asking; now it asks a person"
        basis = dict(action.basis(facts))
        if basis != dict(entry.basis):
            return "the world changed: " + _difference(dict(entry.basis), basis)
        return action, facts

    def _act(self, entry: Entry, action: Action, facts: Observation) -> Entry | Refused:
        boots = facts.get(Boots)
        claimed = self._ledger.claim(entry, "" if isinstance(boots, Skipped) else boots.boot_id)
        if claimed is None:
            return Refused(f"number {entry.number} was not carried out: another action on {entry.host} is in flight")
        armed = self._ledger.move(self._recorded(claimed), "armed")
        if armed is None:
            return Refused(_told(self._ledger.get(entry.number)))
        self._record()
        if why := self._switch.why():
            return self._end(armed, Outcome("failed", f"nothing was done: {why}"))
        outcome = carry_out(self._host_of(entry.host), entry.id, action)
        if outcome.state == "absent":
            outcome = replace(outcome, state="unknown")
        return self._end(armed, outcome)

    def _end(self, entry: Entry, outcome: Outcome) -> Entry:
        moved = self._ledger.move(
            entry,
            "failed" if outcome.state == "absent" else outcome.state,
            reason=safe_line(outcome.reason),
            finished_at=stamp(self._clock.now()),
            exit_status=outcome.exit_status,
            output=outcome.output,
        )
        ended = self._recorded(moved or self._ledger.get(entry.number))
        action = build(ended.kind, ended.parameters)
        if ended.state in ("done", "failed") and isinstance(action, Action) and action.changes:
            clear_away(self._host_of(ended.host), ended.id)
        return ended

    def settle(self) -> list[Entry]:
        before = {row.number: row.state for row in self._ledger.find(frozenset({"proposed", "approved", *IN_FLIGHT}))}
        for row in self._ledger.find(frozenset({"proposed", "approved"})):
            self._expired(row)
        for host in sorted({row.host for row in self._ledger.find(IN_FLIGHT)}):
            with self._fence(host, 0) as is_held:
                if is_held:
                    self._settle_on(host)
        rows = (self._ledger.get(number) for number in before)
        return [row for row in rows if row.state != before[row.number]]

    def _settle_on(self, host: str) -> None:
        """Find out how rows ended whose claimant is gone: who holds a fence knows that nobody acts there."""
        for entry in self._ledger.find(IN_FLIGHT, host=host):
            action = build(entry.kind, entry.parameters)
            if isinstance(action, Action) and not action.changes:
                self._end(entry, Outcome("failed", "interrupted while it was reading; nothing was to be changed"))
                continue
            outcome = look(self._host_of(host), entry.id, Deadline(PROBE_SECONDS, self._clock))
            if outcome.state == "absent":
                outcome = self._absent(entry, outcome)
            self._end(entry, replace(outcome, reason=f"found after an interruption: {outcome.reason}"))

    def _absent(self, entry: Entry, outcome: Outcome) -> Outcome:
        """No trace of an effect proves that it did not run only as long as the host has not booted since."""
        facts = self._look(entry.host, (Boots,))
        boots = facts if isinstance(facts, str) else facts.get(Boots)
        if isinstance(boots, Boots) and entry.boot_id and boots.boot_id == entry.boot_id:
            return replace(outcome, reason="it did not run")
        return replace(outcome, state="unknown", reason="the host may have booted since, and has no trace of it")

    # ---- proving

    def verify(self, number: int) -> Entry | Refused:
        entry = self._ledger.get(number)
        if entry.state != "done":
            return Refused(_told(entry))
        action = build(entry.kind, entry.parameters)
        verdict = Verdict("unproven", action) if isinstance(action, str) else self._watch(entry, action)
        to: State = "inconclusive" if verdict.outcome == "unproven" else verdict.outcome
        moved = self._ledger.move(entry, to, verdict=safe_line(verdict.why))
        return self._recorded(moved) if moved else Refused(_told(self._ledger.get(number)))

    def _watch(self, entry: Entry, action: Action) -> Verdict:
        """Look again and again until the effect has settled; a failure is believed at once, a success at the end."""
        begun = self._clock.monotonic()
        while True:
            facts = self._facts(entry.host, action)
            verdict = Verdict("unproven", facts) if isinstance(facts, str) else action.verify(entry.basis, facts)
            watched = self._clock.monotonic() - begun
            patience = PATIENCE_SECONDS if verdict.outcome == "unproven" else action.settle_seconds
            if verdict.outcome == "not_helped" or watched >= patience:
                return verdict
            self._clock.sleep(min(1.0, patience - watched))

    def undo(self, number: int, who: Person) -> Entry | Refused:
        entry = self._ledger.get(number)
        action = build(entry.kind, entry.parameters)
        back = None if isinstance(action, str) else action.undo(entry.basis)
        if back is None:
            return Refused(f"number {number} ({entry.kind} {entry.target}) has no undo")
        why = f"undo of number {number}, asked for by {who}"
        return self.propose(Request(entry.host, back.kind, back.model_dump(), why, entry.findings, entry.run))

    # ---- telling

    def list(self, states: frozenset[State] | None = None, run: str | None = None) -> list[Entry]:
        return self._ledger.find(states, run=run)

    def explain(self, number: int) -> Explanation:
        return Explanation(self._ledger.get(number), tuple(self._ledger.moves_of(number)))

    # ---- inside

    def _facts(self, host: str, action: Action) -> Observation | str:
        """The facts that an action is judged and proven by, as they are on the host now."""
        facts = self._look(host, (*action.needs, Boots))
        unit = action.unit()
        graph = facts if isinstance(facts, str) else facts.get(UnitGraph)
        if unit is None or isinstance(facts, str) or not isinstance(graph, UnitGraph):
            return facts
        whole = complete(graph, unit, self._host_of(host), Deadline(PROBE_SECONDS, self._clock))
        return whole if isinstance(whole, str) else replace(facts, facts={**facts.facts, UnitGraph.name: whole})

    def _look(self, host: str, kinds: tuple[Any, ...]) -> Observation | str:
        """A fresh probe of the gate's own, or why there is none."""
        try:
            machine = self._host_of(host)
        except MachaError as error:
            return str(error)
        deadline = Deadline(PROBE_SECONDS, self._clock)
        recording = collect(machine, kinds, Inputs(), deadline=deadline, clock=self._clock)
        if isinstance(recording, Unreachable):
            return f"{host} could not be looked at: {recording.why}"
        return observe(recording, kinds)

    @contextmanager
    def _fence(self, host: str, seconds: float) -> Iterator[bool]:
        """One action on a host at a time, across processes; the kernel frees it when its holder dies."""
        from filelock import FileLock, Timeout  # takes 60 ms to import, and only an effect needs it

        locks = self._folder / "locks"
        locks.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(locks / f"host-{host}.lock", timeout=seconds)
        try:
            lock.acquire()
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    def _recorded(self, entry: Entry) -> Entry:
        self._record()
        return entry

    def _record(self) -> None:
        """Bring the files that follow the ledger up to date: the audit with its views, and the queue for people."""
        if self._audit.follow(self._ledger.moves_after):
            write_view(self._folder, stamp(self._clock.now()))


def person() -> Person:
    """Who runs this process, as the kernel has it; behind sudo the real caller is named as well."""
    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = "unknown"
    caller = os.environ.get("SUDO_USER", "")
    return Person(uid, f"{name} through sudo by {safe_line(caller, 40)}" if uid == 0 and caller else name)


def _told(entry: Entry) -> str:
    by = f" by {entry.decided_by} at {entry.decided_at}" if entry.decided_by else ""
    return f"number {entry.number} is {entry.state} already{by}"


def _difference(before: dict[str, str], now: dict[str, str]) -> str:
    changed = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
    return safe_text(", ".join(f"{k} was {before.get(k, 'nothing')!r}, is {now.get(k, 'nothing')!r}" for k in changed))
