"""Every unit that systemd has in memory, and how it is."""

from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe, needs
from tools.probes.shared import UNIT_LIST, Shared
from tools.probes.unit_names import is_unit_name
from tools.safe_text import decode, safe_line


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of `systemctl list-units`; `name` is exact, `description` is text of whoever wrote the unit."""

    name: str
    load: str
    active: str
    sub: str
    description: str


@dataclass(frozen=True, slots=True)
class Units(Probe):
    """All loaded units."""

    shares: ClassVar[tuple[Shared, ...]] = (UNIT_LIST,)
    command: ClassVar[str] = needs.UNITS + """printf '%s\\n' "$unit_list\""""
    limit_bytes: ClassVar[int] = 1 << 20

    units: tuple[Unit, ...]

    @classmethod
    def parse(cls, output: bytes) -> "Units":
        lines = (line.split(None, 4) for line in decode(output).split("\n"))
        return cls(tuple(_unit(words) for words in lines if len(words) >= 4 and is_unit_name(words[0])))

    def failed(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.active == "failed")

    def find(self, name: str) -> Unit | None:
        return next((unit for unit in self.units if unit.name == name), None)


def _unit(words: list[str]) -> Unit:
    load, active, sub = (safe_line(word, 40) for word in words[1:4])
    return Unit(words[0], load, active, sub, safe_line(words[4], 200) if len(words) > 4 else "")
