import pytest

from tests.tools.detectors.upkeeping import upkeep
from tools.detectors.stale_locks import StaleLocksLimits, detect
from tools.probes.upkeep import Lock


@pytest.mark.parametrize(
    ("holder", "age", "is_found"), [(7, 59, False), (7, 60, True), (None, 3599, False), (None, 3600, True)]
)
def test_a_lock_whose_holder_is_gone_for_long_enough(holder: int | None, age: float, is_found: bool) -> None:
    found = detect(upkeep(locks=(Lock("/run/lock/backup", holder, age),)), StaleLocksLimits())
    assert [one.object for one in found] == (["/run/lock/backup"] if is_found else [])


def test_no_lock_is_no_finding() -> None:
    assert list(detect(upkeep(), StaleLocksLimits())) == []
