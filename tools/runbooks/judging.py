"""From evidence to a cause: every runbook is weighed, and one is named only where it stands out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from tools.runbooks.pattern import Pattern
from tools.runbooks.runbook import DARING, Candidate, Runbook, SafeClass

TELLING, FURTHER_TELLING, SUPPORTING, FINDING, AGAINST = 3.0, 1.0, 0.8, 0.8, -2.0
"""Points: the first telling sign, each further one, each supporting one, each kind of finding, each contrary one."""
MOST_SUPPORT = 3.2
"""Many lines that fit every trouble still say little."""
GENERAL = -0.5
"""A general cause steps back behind a special one that is as likely."""
MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class Bar:
    """From how many points on a cause is named, and by how many it has to lead over the next one of another family."""

    points: float = 2.4
    lead: float = 0.75


BAR = Bar()


@dataclass(frozen=True, slots=True)
class Suspect:
    """A cause that something speaks for."""

    runbook: Runbook
    points: float
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...] = ()

    @property
    def confidence(self) -> float:
        """Between 0 and 1, in order of the points; no probability."""
        return round(max(self.points, 0) / (max(self.points, 0) + 2), 2)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Suspects, the likeliest first. `named` is the cause that stands out, or None: then `why_not` says why."""

    suspects: tuple[Suspect, ...] = ()
    named: Suspect | None = None
    why_not: str = ""
    look_at: tuple[str, ...] = field(default=())

    @property
    def safe_class(self) -> SafeClass:
        """What may be done at most: without a named cause only a closer look; where another cause has a telling sign
        as well, no more than that one allows."""
        if not self.named:
            return "collect_more"
        likely = [one for one in self.suspects if one is self.named or one.points >= TELLING]
        return min((one.runbook.safe_class for one in likely), key=DARING.__getitem__)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Actions that may help, in their order; none where another cause forbids what the named one allows."""
        if not self.named or self.safe_class != self.named.runbook.safe_class:
            return ()
        return self.named.runbook.actions

    @property
    def why_no_restart(self) -> str | None:
        """The reason a restart would not help, where the cause is named and says so."""
        if self.named and self.named.runbook.restart in ("no", "harmful"):
            return self.named.runbook.restart_why
        return None


def judge(
    lines: Sequence[str], runbooks: Iterable[Runbook], kinds: Collection[str] = (), system: str = ""
) -> Judgement:
    """Weigh lines of logs and facts, and the kinds of what was found, on a `system` (debian, fedora, nixos or "")."""
    return judged(suspects(lines, runbooks, kinds, system))


def suspects(
    lines: Sequence[str], runbooks: Iterable[Runbook], kinds: Collection[str] = (), system: str = ""
) -> tuple[Suspect, ...]:
    """The likeliest runbook of each family that anything speaks for, the likeliest first."""
    lines = list(dict.fromkeys(lines))[-MOST_LINES:]
    lowered = "\n".join(lines).lower()
    weighed = (_weigh(runbook, lines, lowered, kinds) for runbook in runbooks if _fits(runbook, system))
    return _one_a_family(sorted((one for one in weighed if one), key=lambda one: (-one.points, one.runbook.name)))


def _fits(runbook: Runbook, system: str) -> bool:
    return not system or "any" in runbook.applies_to or system in runbook.applies_to


def _weigh(runbook: Runbook, lines: Sequence[str], lowered: str, kinds: Collection[str]) -> Suspect | None:
    signals = runbook.signals
    proven = [kind for kind in signals.telling_findings if kind in kinds]
    told = [*_lines(signals.telling, lines, lowered), *(f"{kind} was found" for kind in proven)]
    supported = _lines(signals.supporting, lines, lowered)
    if not told and not supported:
        return None
    if signals.required and not proven and not _lines(signals.required, lines, lowered):
        return None
    if _lines(signals.excluded_by, lines, lowered):
        return None
    contrary = _lines(signals.against, lines, lowered)
    found = sum(FINDING for kind in signals.findings if kind in kinds)
    points = (TELLING + FURTHER_TELLING * (len(told) - 1)) if told else 0.0
    points += min(SUPPORTING * len(supported) + found, MOST_SUPPORT) + AGAINST * len(contrary)
    points += GENERAL if runbook.is_general else 0.0
    return Suspect(runbook, points, _distinct((*told, *supported)), _distinct(contrary)) if points > 0 else None


def _lines(patterns: tuple[Pattern, ...], lines: Sequence[str], lowered: str) -> list[str]:
    """For each pattern that matches anywhere the first line it matches."""
    hits = (
        next((line for line in lines if pattern.matches(line)), None)
        for pattern in patterns
        if pattern.may_match(lowered)
    )
    return [line for line in hits if line is not None]


def _distinct(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(lines))


def _one_a_family(suspects: list[Suspect]) -> tuple[Suspect, ...]:
    best: dict[str, Suspect] = {}
    for suspect in suspects:
        best.setdefault(suspect.runbook.family, suspect)
    return tuple(best.values())


def judged(suspects: tuple[Suspect, ...], bar: Bar = BAR) -> Judgement:
    """Name the first suspect, if it stands out."""
    if not suspects:
        return Judgement(why_not="no known cause fits")
    first, *others = suspects
    others = [one for one in others if not one.runbook.is_general or first.runbook.is_general]
    looks = _distinct(look for suspect in suspects[:3] for look in suspect.runbook.look_at[:1])
    if first.points < bar.points:
        return Judgement(suspects, None, "not enough evidence", looks)
    if others and first.points - others[0].points < bar.lead:
        return Judgement(suspects, None, "several causes fit as well", looks)
    return Judgement(suspects, first, "", first.runbook.look_at)
