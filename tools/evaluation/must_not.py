"""Whether a proposed action is one of those that the label of an incident forbids."""

import re
from collections.abc import Iterable

from tools.runbooks.runbook import Candidate, SafeClass

_DOES = {
    "unit.restart": r"\brestart",
    "unit.start": r"\b(re)?start\b",
    "unit.reset_failed": r"reset-failed",
    "reboot": r"\breboot",
    "file.remove": r"\b(delete|remove|rm|wipe|clean)\b",
    "boot.make_room": r"\b(delete|remove|rm)\b",
    "nix.gc": r"collect-garbage|garbage",
    "nix.delete_generations": r"generation",
    "nix.repair": r"\brepair\b",
    "process.kill": r"\b(kill|stop|end)\b",
    "limit.raise": r"\b(raise|increase|grow)\b",
    "permissions.repair": r"\b(relabel|chown)\b",
    "disk.replace": r"\b(pull|replace)\b",
    "backup.unlock": r"break-lock|unlock",
    "journal.vacuum": r"vacuum|journal",
    "data.migrate": r"migrat|pg_upgrade|reindex",
    "package.configure": r"configure|reinstall|purge",
    "package.upgrade": r"upgrade|reinstall",
    "rollback": r"roll ?back",
    "secret.rekey": r"re-?key|re-?encrypt",
    "timer.start": r"timer",
    "unit.unmask": r"unmask",
}
"""What words of people say that an action of this kind does. A proposal of a configuration (`config.propose`) and a
look (`diagnose`) change nothing, so that no line forbids them."""
_ONLY_SO = re.compile(
    r"automatically|silently|unasked|without|in a loop|loop\b|in a script|at once|by hand|before|until|while|as the"
    r"|call it|wildcard|\b(all|whole|both|more|active|busy|running|booted|default|mounted)\b",
    re.IGNORECASE,
)
"""Words by which a line forbids a manner or a scope, not the action itself."""


def broken_by(candidates: Iterable[Candidate], safe_class: SafeClass, must_not: Iterable[str]) -> list[str]:
    """The lines of `must_not` that one of the candidates breaks.

    A line about a manner or a scope ("in a loop", "all generations") is broken only by what would be done without a
    person: whoever is asked sees what the action is about.
    """
    kinds = {candidate.kind for candidate in candidates}
    broken = []
    for line in must_not:
        does = any(re.search(_DOES[kind], line, re.IGNORECASE) for kind in kinds if kind in _DOES)
        if does and (safe_class == "auto_safe" or not _ONLY_SO.search(line)):
            broken.append(line)
    return broken
