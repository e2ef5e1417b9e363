"""Connections refused because a server does not take them fast enough."""

from collections.abc import Iterator
from typing import ClassVar

from tools.detectors import Evidence, Finding, Memory
from tools.detectors.growth import per_second
from tools.detectors.levels import rising
from tools.detectors.limits import Limits, NotNegative, Positive
from tools.probes.counters import Counters


class ListenOverflowLimits(Limits):
    """Connections a second that found a queue full, over `window_seconds`.

    Anchor: netdata, above 1 a second over a minute a warning, above 5 critical, cleared at 1 (and 0). A cycle sees five
    minutes, so the average is over these; critical is not ours to say: who is refused comes again.
    """

    rising: ClassVar[tuple[tuple[str, ...], ...]] = (("clear_per_second", "warning_per_second", "high_per_second"),)

    warning_per_second: Positive = 1
    """connections a second from which it is a warning"""
    high_per_second: Positive = 5
    """connections a second from which it is high"""
    clear_per_second: NotNegative = 0.2
    """connections a second at which it is over"""
    window_seconds: Positive = 300
    """seconds over which is counted"""


_FIGURES = {
    "listen_overflows": "accept queue full",
    "listen_drops": "dropped while listening",
    "syn_drops": "request queue full",
    "syn_cookies": "answered by SYN cookie",
}


def detect(counters: Counters, limits: ListenOverflowLimits, memory: Memory) -> Iterator[Finding]:
    """`net.listen_overflow` with the object `host`: the kernel does not count by server."""
    rates = {name: per_second(memory.history, f"counters.{name}", "", limits.window_seconds) for name in _FIGURES}
    known = {name: rate for name, rate in rates.items() if rate is not None}
    severity = rising(
        max(known.values(), default=0.0),
        is_open=memory.is_open("net.listen_overflow", "host"),
        clear=limits.clear_per_second,
        warning=limits.warning_per_second,
        high=limits.high_per_second,
    )
    if severity is None:
        return
    said = ", ".join(f"{_FIGURES[name]} {rate:.1f}/s" for name, rate in known.items() if rate)
    yield Finding(
        kind="net.listen_overflow",
        object="host",
        severity=severity,
        summary=f"connections are lost because a server takes them too slowly: {said or 'calming down'}",
        evidence=(Evidence("counters", f"{said}; since boot: {counters.events}"),),
        details={name: f"{rate:.2f}" for name, rate in known.items()},
    )
