"""An approved row carried out at most once, its outcome found after a crash, and proof that it helped."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from gate import breakers
from gate.budgets import Budgets
from gate.effect import Outcome, carry_out, clear_away, look, names_left, take_name
from gate.interface import IN_FLIGHT, POLICY, Entry, Refused, State
from gate.ledger import Ledger, digest_of
from gate.policy import Policy, basis
from gate.probing import PROBE_SECONDS, Prober
from gate.recording import Recorder
from gate.stop_switch import StopSwitch
from gate.telling import already, difference
from tools.actions import Action, Verdict
from tools.actions.catalogue import build, catalogue_version
from tools.clock import Clock, Deadline, stamp
from tools.errors import MachaError
from tools.probes import Skipped
from tools.probes.boots import Boots
from tools.probes.observation import Observation
from tools.probes.unit_graph import UnitGraph
from tools.safe_text import safe_line
from tools.store.locks import exclusive

FENCE_SECONDS = 120
"""How long an action waits for another one on the same host; the longest effect takes 90 s and 10 s of grace."""
PATIENCE_SECONDS = 30
"""How long a verification that can tell neither success nor failure goes on looking."""
MOST_AT_ONCE = 8
"""Hosts that are asked side by side how an effect ended."""
UNKNOWN_HOURS = 24
"""How long the host is asked again for an outcome that could not be told; after that only a person can tell."""
LATE_MINUTES = 10
"""A command that was sent when a connection broke may come late, but not so late: so long its name stays taken on the
host, and nothing else is done there while it is not known what became of it."""
FRESH_SECONDS = 30
"""Facts that are older when the effect is due do not do (facts-security, rule 5): this process may have been stopped,
or have waited for a lock."""

_UNSETTLED: frozenset[State] = IN_FLIGHT | {"unknown"}


@dataclass(frozen=True, slots=True)
class Actor:
    """Acts on rows of a ledger."""

    folder: Path
    ledger: Ledger
    policy: Policy
    budgets: Budgets
    prober: Prober
    recorder: Recorder
    switch: StopSwitch
    clock: Clock

    # ---- doing

    def execute(self, number: int) -> Entry | Refused:
        entry = self.ledger.get(number)
        if entry.state != "approved":
            return Refused(already(entry))
        with self._fence(entry.host, FENCE_SECONDS) as is_held:
            if not is_held:
                return Refused(f"another process is acting on {entry.host}; number {number} stays approved")
            self._settle_on(entry.host)
            if other := self._may_still_come(entry.host):
                return Refused(f"what became of number {other.number} is not known; number {number} stays approved")
            entry = self.recorder.expired(self.ledger.get(number))
            if entry.state != "approved":
                return Refused(already(entry))
            looked_at = self.clock.monotonic()
            ready = self._ready(entry)
            if isinstance(ready, str):
                return self._stale(entry, ready)
            ended = self._act(entry, *ready, looked_at)
            self._tidy(entry.host, ready[1])
            return ended

    def _ready(self, entry: Entry) -> tuple[Action, Observation] | str:
        """The action and the fresh facts it may be done on, or what has changed since it was approved."""
        if why := self.switch.why():
            return why
        action = build(entry.kind, entry.parameters)
        if isinstance(action, str):
            return action
        if action.sentence() != entry.sentence:
            return "what people were shown of it is not what it would do"
        if why := self._why_not_as_approved(entry):
            return why
        facts = self.prober.facts(entry.host, action)
        if isinstance(facts, str):
            return facts
        judgement = self.policy.judge(action, facts, self.clock.now(), [])
        if judgement.answer == "refuse":
            return "; ".join(judgement.reasons)
        if judgement.answer == "ask" and entry.decided_by == str(POLICY):
            return f"policy allowed it without asking; now it asks a person ({'; '.join(judgement.reasons)})"
        now_there = basis(action, facts)
        if now_there != dict(entry.basis):
            return "the world changed: " + difference(dict(entry.basis), now_there)
        return action, facts

    def _why_not_as_approved(self, entry: Entry) -> str | None:
        """What an approval covers besides the world, and is no longer as it was."""
        if digest_of(entry) != entry.digest:
            return "the row in the ledger is not the one that was approved: it was changed since"
        if entry.policy_version != self.policy.version():
            return "the policy in the configuration was changed after this was proposed; it is judged anew"
        if entry.catalogue_version != catalogue_version():
            return "the catalogue of actions was changed after this was proposed, by another version of Macha"
        return None

    def _act(self, entry: Entry, action: Action, facts: Observation, looked_at: float) -> Entry | Refused:
        boots = facts.get(Boots)
        claimed = self._claim(entry, action, "" if isinstance(boots, Skipped) else boots.boot_id)
        if isinstance(claimed, str):
            return self._stale(entry, claimed)
        armed = self.ledger.move(claimed, "armed")
        if armed is None:
            return Refused(already(self.ledger.get(entry.number)))
        self.recorder.record()
        if why := self.switch.why():
            return self._end(armed, Outcome("failed", f"nothing was done: {why}"))
        if self.clock.monotonic() - looked_at > FRESH_SECONDS:
            return self._end(armed, Outcome("failed", f"nothing was done: its facts are over {FRESH_SECONDS} s old"))
        return self._end(armed, carry_out(self.prober.host_of(entry.host), entry.id, action))

    def _claim(self, entry: Entry, action: Action, boot_id: str) -> Entry | str:
        """`approved` → `claimed` in one transaction with everything that must not change in between: the fence of the
        host, the budgets and the breakers; or why not."""

        def claim(db: sa.Connection) -> Entry | str:
            now = self.clock.now()
            if self.ledger.is_busy(db, entry.host):
                return f"another action on {entry.host} is in flight"
            if against := [*self.budgets.why_spent(db, entry, action, now), *breakers.why_open(db, entry)]:
                return "; ".join(against)
            moved = self.ledger.move_in(db, entry, "claimed", claimed_at=stamp(now), boot_id=boot_id)
            return moved or "somebody else moved it"

        return self.ledger.transact(claim)

    def _stale(self, entry: Entry, why: str) -> Entry | Refused:
        moved = self.ledger.move(entry, "stale", reason=safe_line(why))
        return self.recorder.recorded(moved) if moved else Refused(already(self.ledger.get(entry.number)))

    def _end(self, entry: Entry, outcome: Outcome) -> Entry:
        has_run = outcome.state not in ("absent", "taken")
        to: State = outcome.state if has_run else "failed"  # type: ignore[assignment]
        values = {
            "reason": safe_line(outcome.reason),
            "finished_at": stamp(self.clock.now()),
            "exit_status": outcome.exit_status,
            "output": outcome.output,
        }

        def end(db: sa.Connection) -> Entry | None:
            moved = self.ledger.move_in(db, entry, to, **values)
            if moved and to == "failed":
                self.recorder.open_breakers(db, moved)
            return moved

        ended = self.recorder.recorded(self.ledger.transact(end) or self.ledger.get(entry.number))
        action = build(ended.kind, ended.parameters)
        if has_run and ended.state in ("done", "failed") and isinstance(action, Action) and action.changes:
            clear_away(self.prober.host_of(ended.host), ended.id)
        return ended

    def _tidy(self, host: str, facts: Observation) -> None:
        """Remove transient units whose outcome is in the ledger: of a process that died before it could, and names
        that were taken from commands that did not come."""
        graph = facts.get(UnitGraph)
        left = set() if isinstance(graph, Skipped) else names_left(graph.units)
        long_ago = stamp(self.clock.now() - timedelta(minutes=LATE_MINUTES))
        for entry in self.ledger.find(host=host) if left else ():
            if entry.id in left and entry.state not in _UNSETTLED and entry.finished_at < long_ago:
                clear_away(self.prober.host_of(host), entry.id)

    # ---- finding out

    def settle(self) -> None:
        """Find the outcome of every row whose claimant died; rows that a living process is at are left to it.

        Hosts side by side, for one that does not answer takes its time.
        """
        hosts = sorted({row.host for row in self._unsettled()})
        with ThreadPoolExecutor(max(1, min(MOST_AT_ONCE, len(hosts)))) as pool:
            list(pool.map(self._settle_if_free, hosts))

    def _settle_if_free(self, host: str) -> None:
        with self._fence(host, 0) as is_held:
            if is_held:
                self._settle_on(host)

    def _unsettled(self, host: str | None = None) -> list[Entry]:
        recently = stamp(self.clock.now() - timedelta(hours=UNKNOWN_HOURS))
        rows = self.ledger.find(_UNSETTLED, host=host)
        return [row for row in rows if row.state in IN_FLIGHT or row.claimed_at > recently]

    def _settle_on(self, host: str) -> None:
        """Find out how rows ended whose claimant is gone: who holds a fence knows that nobody acts there.

        A host that could not tell of one row is asked about no other, for it would take as long again.
        """
        for entry in self._unsettled(host):
            outcome = self._found(entry)
            if outcome.state != entry.state:
                self._end(entry, replace(outcome, reason=f"found after an interruption: {outcome.reason}"))
            if outcome.state == "unknown":
                return

    def _may_still_come(self, host: str) -> Entry | None:
        """A row of which nobody knows whether it is still under way on a host."""
        just_now = stamp(self.clock.now() - timedelta(minutes=LATE_MINUTES))
        return next((row for row in self._unsettled(host) if row.claimed_at > just_now), None)

    def _found(self, entry: Entry) -> Outcome:
        """How an effect ended, as the host tells it. No trace of it proves that it did not run only as long as the
        host has not booted since, and cannot run any more only when its name is taken."""
        if entry.state == "claimed":
            return Outcome("taken", "it did not run: nothing had been sent")
        action = build(entry.kind, entry.parameters)
        if isinstance(action, Action) and not action.changes:
            return Outcome("failed", "interrupted while it was reading; nothing was to be changed")
        try:
            host = self.prober.host_of(entry.host)
        except MachaError as error:
            return Outcome("unknown", str(error))
        deadline = Deadline(PROBE_SECONDS, self.clock)
        outcome = look(host, entry.id, deadline)
        if outcome.state != "absent":
            return outcome
        if not entry.boot_id or self.prober.boot_id(entry.host) != entry.boot_id:
            return Outcome("unknown", "the host may have booted since, and has no trace of it")
        if take_name(host, entry.id, deadline):
            return Outcome("taken", "the host has no trace of it, and it cannot run any more")
        return Outcome("unknown", "the host has no trace of it, and it may still come")

    # ---- proving

    def verify(self, number: int) -> Entry | Refused:
        entry = self.ledger.get(number)
        if entry.state != "done":
            return Refused(already(entry))
        action = build(entry.kind, entry.parameters)
        verdict = Verdict("unproven", action) if isinstance(action, str) else self._watch(entry, action)
        to: State = "inconclusive" if verdict.outcome == "unproven" else verdict.outcome

        def prove(db: sa.Connection) -> Entry | None:
            moved = self.ledger.move_in(db, entry, to, verdict=safe_line(verdict.why))
            if moved and to in ("not_helped", "inconclusive"):
                self.recorder.open_breakers(db, moved)
            return moved

        moved = self.ledger.transact(prove)
        return self.recorder.recorded(moved) if moved else Refused(already(self.ledger.get(number)))

    def _watch(self, entry: Entry, action: Action) -> Verdict:
        """Look again and again until the effect has settled; a failure is believed at once, a success at the end."""
        begun = self.clock.monotonic()
        while True:
            facts = self.prober.facts(entry.host, action)
            verdict = Verdict("unproven", facts) if isinstance(facts, str) else action.verify(entry.basis, facts)
            watched = self.clock.monotonic() - begun
            patience = PATIENCE_SECONDS if verdict.outcome == "unproven" else action.settle_seconds
            if verdict.outcome == "not_helped" or watched >= patience:
                return verdict
            self.clock.sleep(min(1.0, patience - watched))

    def _fence(self, host: str, seconds: float) -> AbstractContextManager[bool]:
        """One action on a host at a time, whatever process it is in."""
        return exclusive(self.folder, f"host-{host}", seconds)
