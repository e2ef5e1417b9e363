import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors import Severity
from tools.detectors.swap_full import SwapFullLimits, detect
from tools.probes.memory import Memory


def memory(swap_used: int, available: int = 10) -> Memory:
    return Memory(100 << 20, available << 20, 1000 << 20, (1000 - swap_used) << 20)


@pytest.mark.parametrize(
    ("given", "is_open", "severity"),
    [
        (Memory(100, 1, 0, 0), False, None),
        (memory(799), False, None),
        (memory(800), False, Severity.WARNING),
        (memory(800, available=25), False, Severity.WARNING),
        (memory(800, available=26), False, Severity.INFO),
        (memory(701), True, Severity.WARNING),
        (memory(700), True, None),
    ],
)
def test_swap(given: Memory, is_open: bool, severity: Severity | None) -> None:
    remembered = remembering(None, ("mem.swap", "host")) if is_open else FIRST_LOOK
    assert [f.severity for f in detect(given, SwapFullLimits(), remembered)] == ([severity] if severity else [])


def test_it_must_last_two_minutes() -> None:
    (one,) = detect(memory(900), SwapFullLimits(), remembering())
    assert (one.kind, one.object, one.hold_seconds) == ("mem.swap", "host", 120)
