"""Parts of the machine that are too hot, by the limits that their own sensors know."""

from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold, rising
from tools.detectors.limits import Limits, NotNegative
from tools.probes.hardware import Hardware
from tools.probes.temperatures import Temperature


class TemperatureHighLimits(Limits):
    """Degrees Celsius below a sensor's own limit.

    Anchor: awesome-prometheus-alerts, above the sensor's maximum for 5 min a warning, its alarm critical at once.
    """

    clear_degrees: NotNegative = 5
    """degrees below the sensor's maximum at which it is over"""
    hold_seconds: NotNegative = 300
    """seconds that a warning must last; what is critical counts at once"""


def detect(hardware: Hardware, limits: TemperatureHighLimits, memory: Memory) -> Iterator[Finding]:
    """`hardware.temperature` with the sensor as object; sensors without limits say nothing."""
    for sensor in hardware.temperatures:
        if severity := _severity(sensor, limits, is_open=memory.is_open("hardware.temperature", sensor.sensor)):
            most = ", ".join(
                f"{name} {value:.0f}"
                for name, value in (("maximum", sensor.most), ("critical", sensor.critical))
                if value
            )
            said = f"{sensor.sensor} is at {sensor.degrees:.0f} °C ({most or 'alarm of the sensor'})"
            yield Finding(
                kind="hardware.temperature",
                object=sensor.sensor,
                severity=severity,
                summary=said,
                evidence=(Evidence("hardware", said),),
                details={"degrees": f"{sensor.degrees:.0f}"},
                hold_seconds=0.0 if severity is Severity.CRITICAL else hold(limits.hold_seconds, memory),
            )


def _severity(sensor: Temperature, limits: TemperatureHighLimits, *, is_open: bool) -> Severity | None:
    if sensor.is_alarmed:
        return Severity.CRITICAL
    first = sensor.most if sensor.most is not None else sensor.critical
    if first is None:
        return None
    return rising(
        sensor.degrees,
        is_open=is_open,
        clear=first - limits.clear_degrees,
        warning=sensor.most,
        critical=sensor.critical,
    )
