"""Services that ought to run and do not, and when timers fire."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from tools.probes import Probe, Skipped, needs
from tools.probes.parts import parts
from tools.probes.shared import UNIT_LIST, Shared
from tools.probes.unit_names import is_unit_name, number, properties, unit_names
from tools.safe_text import decode, safe_line

_NOW = re.compile(r"(\d{1,10}\.\d\d)\n(\d{9,11})\n")
_TIMER_BASE = re.compile(r"\b(On[A-Za-z]{1,20}?)(?:U?Sec)?=")
_KEEPS_RUNNING = {"simple", "exec", "notify", "notify-reload", "forking", "dbus", "idle", ""}
_BOOT_BASES = {"OnBoot", "OnStartup", "OnActive"}
"""What counts from a moment that comes once in a boot: such a timer is done after it fired."""


@dataclass(frozen=True, slots=True)
class StoppedService:
    """A service that is enabled and does not run; moments are seconds since the boot, None where there was none."""

    id: str
    load_state: str
    sub_state: str
    type: str
    result: str
    unit_file_state: str
    condition_result: str
    wanted_by: tuple[str, ...]
    """Units that want or require it."""
    requires: tuple[str, ...]
    triggered_by: tuple[str, ...]
    active_exit: float | None
    main_exit: float | None
    inactive_enter: float | None

    @property
    def is_lasting(self) -> bool:
        """Whether it runs on once it is started, as a daemon does."""
        return self.type in _KEEPS_RUNNING

    @property
    def was_stopped_by_request(self) -> bool:
        """Whether it was stopped: then it left `active` before its process ended; one that ends by itself is later."""
        if self.active_exit is None or self.main_exit is None:
            return False
        return self.active_exit < self.main_exit


@dataclass(frozen=True, slots=True)
class TimerHealth:
    """A timer; moments are Unix seconds by the host's clock, None where there is none."""

    id: str
    load_state: str
    active_state: str
    sub_state: str
    unit_file_state: str
    condition_result: str
    wanted_by: tuple[str, ...]
    next_elapse: float | None
    last_trigger: float | None
    bases: tuple[str, ...]
    """What it counts from: `OnCalendar`, `OnBoot`, `OnUnitActive` …; empty where unknown."""

    @property
    def is_for_boot_only(self) -> bool:
        return bool(self.bases) and set(self.bases) <= _BOOT_BASES


@dataclass(frozen=True, slots=True)
class UnitHealth(Probe):
    """The enabled services that are inactive, and the timers, by Id. 20 ms of CPU on the host for 10 timers.

    `systemctl show` costs 0.7 ms a unit, so only what stands in somebody's `.wants` or `.requires` is
    asked for.
    """

    shares: ClassVar[tuple[Shared, ...]] = (UNIT_LIST,)
    command: ClassVar[str] = (
        needs.UNITS
        + """\
echo '== now'
echo "${moment#* }"; echo "${moment%%.*}"
enabled=' '
for link in /etc/systemd/system/*.wants/* /etc/systemd/system/*.requires/*; do enabled="$enabled${link##*/} "; done
echo '== units'
set -f
names=
IFS='
'
for line in $unit_list; do
    case $line in *.timer' '*|*' inactive '*) ;; *) continue;; esac
    IFS=' '
    set -- $line
    case $1:$3 in
        *.timer:*) names="$names $1";;
        *.service:inactive) case $enabled in *" $1 "*) names="$names $1";; esac;;
    esac
done
[ -z "$names" ] || systemctl show --no-pager -p Id,LoadState,ActiveState,SubState,Type,Result,UnitFileState \
-p ConditionResult,WantedBy,RequiredBy,Requires,BindsTo,TriggeredBy -p ActiveExitTimestampMonotonic \
-p ExecMainExitTimestampMonotonic,InactiveEnterTimestampMonotonic -p NextElapseUSecRealtime,NextElapseUSecMonotonic \
-p LastTriggerUSec,TimersCalendar,TimersMonotonic -- $names"""
    )
    timeout_seconds: ClassVar[int] = 8
    limit_bytes: ClassVar[int] = 512 * 1024

    uptime_seconds: float
    now: float
    stopped: dict[str, StoppedService]
    timers: dict[str, TimerHealth]

    @classmethod
    def parse(cls, output: bytes) -> "UnitHealth | Skipped":
        said = parts(decode(output))
        clock = _NOW.match(said.get("now", "").lstrip())
        if clock is None:
            return Skipped("the time of the host was not told")
        uptime, now = float(clock[1]), float(clock[2])
        blocks = [block for block in properties(said.get("units", "")) if is_unit_name(block.get("Id", ""))]
        services = (block for block in blocks if block["Id"].endswith(".service"))
        return cls(
            uptime_seconds=uptime,
            now=now,
            stopped={block["Id"]: _service(block) for block in services if block.get("ActiveState") == "inactive"},
            timers={block["Id"]: _timer(block, now - uptime) for block in blocks if block["Id"].endswith(".timer")},
        )


def _text(block: dict[str, str], key: str) -> str:
    return safe_line(block.get(key, ""), 200)


def _service(block: dict[str, str]) -> StoppedService:
    return StoppedService(
        id=block["Id"],
        load_state=_text(block, "LoadState"),
        sub_state=_text(block, "SubState"),
        type=_text(block, "Type"),
        result=_text(block, "Result"),
        unit_file_state=_text(block, "UnitFileState"),
        condition_result=_text(block, "ConditionResult"),
        wanted_by=unit_names(f"{block.get('WantedBy', '')} {block.get('RequiredBy', '')}"),
        requires=unit_names(f"{block.get('Requires', '')} {block.get('BindsTo', '')}"),
        triggered_by=unit_names(block.get("TriggeredBy", "")),
        active_exit=_since_boot(block, "ActiveExit"),
        main_exit=_since_boot(block, "ExecMainExit"),
        inactive_enter=_since_boot(block, "InactiveEnter"),
    )


def _since_boot(block: dict[str, str], event: str) -> float | None:
    microseconds = number(block.get(f"{event}TimestampMonotonic", ""))
    return microseconds / 1e6 if microseconds else None


def _timer(block: dict[str, str], booted_at: float) -> TimerHealth:
    realtime, monotonic = _moment(block.get("NextElapseUSecRealtime", "")), _span(block.get("NextElapseUSecMonotonic"))
    by_uptime = None if monotonic is None else booted_at + monotonic
    upcoming = [moment for moment in (realtime, by_uptime) if moment is not None]
    bases = _TIMER_BASE.findall(f"{block.get('TimersCalendar', '')} {block.get('TimersMonotonic', '')}"[:4000])
    return TimerHealth(
        id=block["Id"],
        load_state=_text(block, "LoadState"),
        active_state=_text(block, "ActiveState"),
        sub_state=_text(block, "SubState"),
        unit_file_state=_text(block, "UnitFileState"),
        condition_result=_text(block, "ConditionResult"),
        wanted_by=unit_names(block.get("WantedBy", "")),
        next_elapse=min(upcoming, default=None),
        last_trigger=_moment(block.get("LastTriggerUSec", "")),
        bases=tuple(dict.fromkeys(bases)),
    )


def _moment(text: str) -> float | None:
    """Unix seconds of `Sun 2026-11-22 08:58:23 UTC`; None where it is no such time."""
    try:
        return datetime.strptime(text, "%a %Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return None


_SPAN = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(y|month|w|d|h|min|s|ms|us)(?: |$)")
_SECONDS = {
    "y": 31557600,
    "month": 2629800,
    "w": 604800,
    "d": 86400,
    "h": 3600,
    "min": 60,
    "s": 1,
    "ms": 1e-3,
    "us": 1e-6,
}


def _span(text: str | None) -> float | None:
    """Seconds of `1h 2min 3.5s`, as systemd prints a time since the boot; None where it is no such span."""
    found = _SPAN.findall(text or "")
    return sum(float(value) * _SECONDS[unit] for value, unit in found) if found else None
