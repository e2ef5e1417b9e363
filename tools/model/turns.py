"""Whose turn it is in the queue for the model."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

RISES_AFTER_SECONDS = 600.0
"""Who has waited so long is as urgent as a newcomer of the next priority: a batch is served within half an hour."""


def urgency(priority: int, waited_seconds: float) -> float:
    """Higher is sooner."""
    return priority + waited_seconds / RISES_AFTER_SECONDS


def served(before: Iterable[Sequence[str] | None], own: Sequence[str], free: Mapping[str, int]) -> str | None:
    """The server with a place for who wants one of `own`, once those before have taken theirs; None when it must wait.

    `free` is how many places each server has; each takes the first of its servers that has most of them. Who waits for
    a server without a free place takes none, and who wants None wants any.
    """
    left = dict(free)
    for wanted in before:
        if found := _freest(left if wanted is None else wanted, left):
            left[found] -= 1
    return _freest(own, left)


def _freest(wanted: Iterable[str], free: Mapping[str, int]) -> str | None:
    return max((name for name in wanted if free.get(name, 0) > 0), key=lambda name: free[name], default=None)


def boot_id() -> str:
    """Names the boot of this machine; a lease of another boot is nobody's."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
