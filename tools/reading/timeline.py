"""When lines came, in whatever order: the time from the first to the last in a few equal slots of any length."""

from collections.abc import Iterable

SLOTS = 16


class Timeline:
    """`begin` and `end` are Unix time in seconds; `width` is that of a slot. At first there is room for nothing."""

    def __init__(self) -> None:
        self.begin = self.end = 0.0
        self.width = 1.0

    def reach(self, time: float, counted: Iterable[list[int]]) -> None:
        """Make room for `time`; what was counted in slots moves along."""
        if self.end == 0.0:
            self.begin = float(int(time))
            self.end = self.begin + SLOTS * self.width
        counted = list(counted)
        while not self.begin <= time < self.end:
            self._double(counted, is_before=time < self.begin)

    def _double(self, counted: list[list[int]], *, is_before: bool) -> None:
        empty = [0] * (SLOTS // 2)
        for slots in counted:
            pairs = [one + other for one, other in zip(slots[::2], slots[1::2], strict=True)]
            slots[:] = empty + pairs if is_before else pairs + empty
        if is_before:
            self.begin -= SLOTS * self.width
        self.width *= 2
        self.end = self.begin + SLOTS * self.width
