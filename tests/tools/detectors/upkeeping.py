"""An `Upkeep` in which nothing is left undone but what a test says."""

from dataclasses import replace
from typing import Any

from tools.probes.upkeep import Upkeep

NOTHING = Upkeep(
    uptime_seconds=100_000.0, reboot=(), is_generation_unbooted=False, undecrypted=(), damaged_journals=(),
    unattended_upgrade_age_seconds=None, packages=(), backups=(), folders={}, locks=(),
)  # fmt: skip


def upkeep(**other: Any) -> Upkeep:
    return replace(NOTHING, **other)
