"""Temperatures of /sys/class/hwmon with the limits that the sensor itself knows."""

import re
from dataclasses import dataclass

from tools.probes.value_lines import whole
from tools.safe_text import safe_line

_SENSOR = re.compile(r"/sys/class/hwmon/(hwmon\d{1,4})/(?:(name)|(temp\d{1,4})_(input|label|max|crit|crit_alarm))")
_PLAUSIBLE = range(-60_000, 200_001)
"""Millidegrees; sensors that are not connected show -128 or 255 degrees."""


@dataclass(frozen=True, slots=True)
class Temperature:
    """Degrees Celsius; the limits are None where the sensor has none, or none that makes sense."""

    sensor: str
    degrees: float
    most: float | None
    critical: float | None
    is_alarmed: bool


def temperatures(values: list[tuple[str, str]]) -> tuple[Temperature, ...]:
    """The sensors in lines of /sys/class/hwmon, named `chip label`."""
    chips: dict[str, str] = {}
    sensors: dict[tuple[str, str], dict[str, str]] = {}
    for path, text in values:
        if not (found := _SENSOR.fullmatch(path)):
            continue
        if found[2]:
            chips[found[1]] = safe_line(text, 40)
        else:
            sensors.setdefault((found[1], found[3]), {})[found[4]] = safe_line(text, 40)
    found_all = (
        _temperature(f"{chips.get(chip, chip)} {of.get('label', temp)}", of) for (chip, temp), of in sensors.items()
    )
    return tuple(one for one in found_all if one)


def _temperature(name: str, of: dict[str, str]) -> Temperature | None:
    degrees = _degrees(of.get("input", ""))
    if degrees is None:
        return None
    most, critical = (limit if (limit := _degrees(of.get(key, ""))) and limit > 0 else None for key in ("max", "crit"))
    return Temperature(name, degrees, most, critical, is_alarmed=of.get("crit_alarm") == "1")


def _degrees(text: str) -> float | None:
    value = whole(text)
    return value / 1000 if value is not None and value in _PLAUSIBLE else None
