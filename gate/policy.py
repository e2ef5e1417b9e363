"""Who has to say yes: autonomy level × risk, and what no level allows."""

import json
from collections.abc import Mapping
from hashlib import sha256

from gate.interface import Judgement
from gate.protected import NEVER_STOPPED, PROTECTED, why_not_touch
from tools.actions import Action, Risk
from tools.configuration import Level, Settings
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
        """`level` is what a person at the command line asked for this run; a host's own level still caps it."""
        self._settings = settings.model_copy(update={"autonomy_level": level}) if level else settings

    def version(self) -> str:
        """8 hex digits over everything an approval depends on, but the level: that is judged anew at execution."""
        content = [PROTECTED, NEVER_STOPPED, sorted(self._settings.protected_services)]
        return sha256(json.dumps(content).encode()).hexdigest()[:8]

    def judge(self, action: Action, facts: Observation) -> Judgement:
        """The answer for an action in the world that the gate has just probed; the strictest rule wins."""
        against = [reason for reason in (self._why_not_touch(action, facts), action.why_not(facts)) if reason]
        level = self._settings.level_of(facts.host)
        if level == Level.OBSERVE:
            against.append("the level of this host is observe: nothing is done")
        if against:
            return Judgement("refuse", action.risk, tuple(against))
        limit = RUNS_UP_TO[level]
        if limit is not None and action.risk.rank <= limit.rank:
            return Judgement("run", action.risk, (f"level {level} allows {action.risk} risk without asking",))
        return Judgement("ask", action.risk, (f"level {level} asks a person about {action.risk} risk",))

    def _why_not_touch(self, action: Action, facts: Observation) -> str | None:
        unit = action.unit()
        if unit is None:
            return None
        graph = facts.get(UnitGraph)
        if isinstance(graph, Skipped):
            return f"the units of this host could not be read: {graph.why}"
        return why_not_touch(graph, unit, action.job, self._settings.protected_services)
