"""What to read on a machine: one file per kind of fact, a read-only command and its parser.

The file name is the probe's name everywhere; adding one is one file and one test. Commands are fixed text: no data
enters them but the exported variables of `tools.probes.script.Inputs`, which are checked before they are sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self

from tools.history import Measure
from tools.probes.shared import Shared


@dataclass(frozen=True, slots=True)
class Skipped:
    """A fact that could not be read, and why: absence has a type."""

    why: str
    is_trouble: bool = False
    """Whether the eye itself broke (too slow, too long, an error), rather than there being nothing to see."""


class Probe:
    """Base of a kind of fact: a frozen dataclass of what was read, with the command that reads it."""

    name: ClassVar[str]
    """The name of its file."""
    command: ClassVar[str]
    """POSIX shell text, read-only, run in a shell of its own with LC_ALL=C and no standard input.

    It finds the inputs of `tools.probes.script.Inputs`, what it `shares`, and `$moment`: the host's clock and uptime
    when the look began, as in `1780000000.123456789 4711.08`."""
    shares: ClassVar[tuple[Shared, ...]] = ()
    """What `command` and `sign` find in variables because other probes ask the same."""
    sign: ClassVar[str] = ""
    """A condition in shell builtins ($hour_minute is the host's time, as 0605); false: no process is started at all
    (each costs 2 ms of CPU on the host), and the fact is `Skipped` because of `no_sign`."""
    no_sign: ClassVar[str] = "nothing asks for it"
    timeout_seconds: ClassVar[int] = 5
    limit_bytes: ClassVar[int] = 256 * 1024
    allowed_exits: ClassVar[tuple[int, ...]] = (0,)
    """Exit statuses whose output is parsed; any other makes the fact `Skipped`."""
    is_useful_when_cut: ClassVar[bool] = False
    """Whether `parse` makes sense of an output whose end is missing; else a cut output is `Skipped`."""

    def __init_subclass__(cls) -> None:
        cls.name = cls.__module__.rpartition(".")[2]

    @classmethod
    def parse(cls, output: bytes) -> Self | Skipped:
        """Facts from the command's output; never raises on anything a machine may print."""
        raise NotImplementedError

    def measures(self) -> Iterable[Measure]:
        """The figures of these facts that are kept from cycle to cycle, named `<probe>.<figure>`; none by default."""
        return ()
