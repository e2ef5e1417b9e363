"""One law over every threshold: just below it and just above it a host is on the right side, however it is set."""

import pytest

from tests.conftest import ManualClock
from tests.laws.thresholds.case import Case
from tests.laws.thresholds.catalogue import CASES, numbers
from tools.store.memory import Store


@pytest.fixture(scope="module")
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, clock: ManualClock) -> Store:
    """One for all: each case has hosts of its own."""
    return Store(tmp_path_factory.mktemp("thresholds") / "macha.db", clock)


def test_every_threshold_has_exactly_one_case() -> None:
    assert sorted(case.field for case in CASES) == sorted(numbers())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.field)
def test_a_host_is_on_the_right_side_of_a_threshold(case: Case, store: Store, clock: ManualClock) -> None:
    assert list(case.wrong(store, clock)) == []
