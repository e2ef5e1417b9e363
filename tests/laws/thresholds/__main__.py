"""Counts the hosts beside each threshold, and those on the wrong side."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conftest import ManualClock
from tests.laws.thresholds.catalogue import CASES, numbers
from tools.store.memory import Store

with TemporaryDirectory() as folder:
    clock = ManualClock()
    store = Store(Path(folder) / "macha.db", clock)
    wrong = [one for case in CASES for one in case.wrong(store, clock)]
for one in wrong:
    print(one)
print(
    f"{len(numbers())} thresholds, {sum(case.observations() for case in CASES)} observations just below and just above "
    f"them, {len(wrong)} on the wrong side"
)
sys.exit(bool(wrong))
