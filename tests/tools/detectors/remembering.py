"""What Macha remembers of a host, for tests: what is open, and series of figures."""

from collections.abc import Iterable, Mapping

from tools.detectors import Memory
from tools.history import History, Point

FIRST_LOOK = Memory()
CYCLE_SECONDS = 300.0

Series = Mapping[tuple[str, str], Iterable[float]]


def remembering(series: Series | None = None, *opened: tuple[str, str], every: float = CYCLE_SECONDS) -> Memory:
    """A memory with `opened` findings and a value a cycle of each series, after one look before this one at least."""
    given: Series = {("looks", ""): (1.0, 2.0), **(series or {})}
    points = {key: tuple(Point(every * at, value) for at, value in enumerate(values)) for key, values in given.items()}
    return Memory(open=frozenset(opened), history=History(points))


def grown(by_second: float, cycles: int = 5, start: float = 1000.0) -> tuple[float, ...]:
    """A counter that grows steadily, over `cycles` intervals of five minutes."""
    return tuple(start + by_second * CYCLE_SECONDS * at for at in range(cycles + 1))
