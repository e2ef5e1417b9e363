"""Whose turn it is in the queue for the model."""

from pathlib import Path

RISES_AFTER_SECONDS = 600.0
"""Who has waited so long is as urgent as a newcomer of the next priority: a batch is served within half an hour."""


def urgency(priority: int, waited_seconds: float) -> float:
    """Higher is sooner."""
    return priority + waited_seconds / RISES_AFTER_SECONDS


def boot_id() -> str:
    """Names the boot of this machine; a lease of another boot is nobody's."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
