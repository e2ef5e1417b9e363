"""Who has to say yes: autonomy level × risk, and what no level allows. The strictest rule wins."""

import difflib
import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from gate.interface import Judgement
from gate.protected import NEVER_STOPPED, PROTECTED, dependants, why_not_touch
from tools.actions import Action, Risk
from tools.actions.catalogue import actions
from tools.configuration import Level, PolicySettings, Settings
from tools.errors import MachaError
from tools.probes import Skipped
from tools.probes.observation import Observation
from tools.probes.unit_graph import UnitGraph

RUNS_UP_TO: Mapping[Level, Risk | None] = {
    Level.OBSERVE: None,
    Level.SUGGEST: None,
    Level.AUTO_SAFE: Risk.LOW,
    Level.AUTO_FULL: Risk.MEDIUM,
}
"""The highest risk that a level lets Macha run without asking; None: it never does."""


class Policy:
    """The configuration's word on every action; code owns the risk, and nothing in data lowers it."""

    def __init__(self, settings: Settings, level: Level | None = None) -> None:
        """`level` is what a person at the command line asked for this run; every stricter rule still holds.

        Raises MachaError when the configuration names a kind of action that there is not.
        """
        self._settings = settings
        self._default = level or settings.autonomy_level
        _require_known(settings)

    def version(self) -> str:
        """8 hex digits over all that an approval depends on but the default level, which is judged anew later."""
        policy = self._settings.model_dump(
            mode="json",
            include={
                "actions", "budgets", "freezes", "groups", "hosts", "maintenance_windows", "protected_services",
                "this_host", "time_zone",
            },
        )  # fmt: skip
        content = json.dumps([PROTECTED, NEVER_STOPPED, policy], sort_keys=True)
        return sha256(content.encode()).hexdigest()[:8]

    def level_for(self, host: str, kind: str, now: datetime) -> tuple[Level, str]:
        """The level that holds for a kind of action on a host at a moment, and the rule that makes it so strict."""
        found = [(self._default, f"the level is {self._default}")]
        for where, policy in self._policies(host).items():
            if policy.autonomy_level:
                found.append((policy.autonomy_level, f"the level of {where} is {policy.autonomy_level}"))
        if kind in self._settings.actions.levels:
            level = self._settings.actions.levels[kind]
            found.append((level, f"the level of {kind} is {level}"))
        found += [(Level.SUGGEST, reason) for reason in self._held_back(host, now)]
        return min(found, key=lambda rule: rule[0].rank)

    def risk_of(self, action: Action, facts: Observation) -> tuple[Risk, list[str]]:
        """The action's own risk, raised one step by each circumstance; and what raised it."""
        risk, raised = self.base_risk(facts.host, action.kind)
        if not action.changes:
            return risk, raised
        if others := _stopped_too(action, facts):
            named = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
            return _riskier(risk), [*raised, f"{named} would be stopped with it"]
        return risk, raised

    def base_risk(self, host: str, kind: str) -> tuple[Risk, list[str]]:
        """The risk of a kind of action on a host whatever its target, and what raised it."""
        action = actions()[kind]
        critical = [where for where, policy in self._policies(host).items() if policy.critical]
        if critical and action.changes:
            return _riskier(action.risk), [f"{critical[0]} is marked critical"]
        return action.risk, []

    def why_not_listed(self, kind: str) -> str | None:
        """Why the lists of the configuration keep a kind of action from being done at all."""
        listed = self._settings.actions
        if kind in listed.deny:
            return f"{kind} is on the list actions.deny"
        return f"{kind} is not on the list actions.allow" if listed.allow and kind not in listed.allow else None

    def judge(self, action: Action, facts: Observation, now: datetime, against: list[str]) -> Judgement:
        """The answer for an action in the world that the gate has just probed.

        `against` holds what speaks against it besides: spent budgets, open breakers, the stop switch.
        """
        level, why_level = self.level_for(facts.host, action.kind, now)
        risk, raised = self.risk_of(action, facts)
        refusals = [
            *against,
            *([why] if (why := self.why_not_listed(action.kind)) else []),
            *([why] if (why := self._why_not_touch(action, facts)) else []),
            *([why] if (why := action.why_not(facts)) else []),
            *([f"{why_level}: nothing is done"] if level == Level.OBSERVE else []),
        ]
        if refusals:
            return Judgement("refuse", risk, tuple(dict.fromkeys(refusals)))
        limit = RUNS_UP_TO[level]
        may_run = limit is not None and risk.rank <= limit.rank
        what = f"{risk} risk, {'done without asking' if may_run else 'a person is asked'}"
        return Judgement("run" if may_run else "ask", risk, (f"{why_level}: {what}", *raised))

    def _policies(self, host: str) -> dict[str, PolicySettings]:
        groups = {f"group {name}": group for name, group in self._settings.groups_of(host).items()}
        return {f"host {host}": self._settings.policy_of(host), **groups}

    def _held_back(self, host: str, now: datetime) -> list[str]:
        """Why nothing runs by itself at this moment: a freeze, or a maintenance window that is not open."""
        here = now.astimezone(ZoneInfo(self._settings.time_zone))
        reasons = [
            f"changes are frozen until {freeze.last}" + (f" ({freeze.reason})" if freeze.reason else "")
            for freeze in self._settings.freezes
            if freeze.first <= here.date() <= freeze.last
        ]
        windows = {"all hosts": self._settings.maintenance_windows}
        windows |= {where: policy.maintenance_windows for where, policy in self._policies(host).items()}
        return reasons + [
            f"no maintenance window of {where} is open"
            for where, given in windows.items()
            if given and not any(window.covers(here) for window in given)
        ]

    def _why_not_touch(self, action: Action, facts: Observation) -> str | None:
        unit = action.unit()
        if unit is None:
            return None
        graph = facts.get(UnitGraph)
        if isinstance(graph, Skipped):
            return f"the units of this host could not be read: {graph.why}"
        return why_not_touch(graph, unit, action.job, self._settings.protected_services)


def basis(action: Action, facts: Observation) -> dict[str, str]:
    """The world that an approval rests on: the action's own facts, and what else it would stop."""
    others = _stopped_too(action, facts)
    return {**action.basis(facts), **({"also stops": ", ".join(others)} if others else {})}


def _stopped_too(action: Action, facts: Observation) -> list[str]:
    unit, graph = action.unit(), facts.get(UnitGraph)
    return dependants(graph, unit, action.job) if unit and isinstance(graph, UnitGraph) else []


def _riskier(risk: Risk) -> Risk:
    return list(Risk)[min(risk.rank + 1, len(Risk) - 1)]


def _require_known(settings: Settings) -> None:
    listed = settings.actions
    for key, kinds in (("allow", listed.allow), ("deny", listed.deny), ("levels", list(listed.levels))):
        for kind in kinds:
            if kind not in actions():
                near = difflib.get_close_matches(kind, actions(), 1, 0.5)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(actions())}"
                raise MachaError(f"configuration: actions.{key}: there is no kind of action {kind}; {hint}")
