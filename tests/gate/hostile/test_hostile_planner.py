"""Whatever a planner asks for, nothing happens that policy or a person has not allowed.

`MACHA_HOSTILE_PLANS` says how many plans (200,000 for the full run), `MACHA_HOSTILE_SEED` which ones.
"""

import multiprocessing
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

import gate.acting
import gate.policy
from tests.gate.hostile.driving import Tally, drive
from tools.actions import Risk
from tools.configuration import Level

PLANS = int(os.environ.get("MACHA_HOSTILE_PLANS", "8000"))
SEED = int(os.environ.get("MACHA_HOSTILE_SEED", "1"))
WORKERS = 2
FAST = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else None


@pytest.mark.timeout(max(600, PLANS // 10))
def test_no_plan_of_a_hostile_planner_has_a_forbidden_effect(capsys: pytest.CaptureFixture[str]) -> None:
    with tempfile.TemporaryDirectory(dir=FAST) as folder:
        fork = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(WORKERS, mp_context=fork) as pool:
            share = -(-PLANS // WORKERS)
            runs = [pool.submit(drive, SEED * 1000 + worker, share, Path(folder)) for worker in range(WORKERS)]
            tally = Tally()
            for run in runs:
                tally.add(run.result())
    with capsys.disabled():
        print(f"\n  hostile planner, seed {SEED}: {_words(tally)}")
    assert not tally.forbidden, tally.forbidden[:10]
    counts = tally.counts
    assert counts["plans"] >= PLANS
    assert 3 * (counts["valid"] + counts["nearly valid"]) >= counts["plans"], "a third is valid but for one thing"
    assert counts["effects"] >= counts["plans"] / 100, "a gate that does nothing proves nothing"
    assert min(counts[what] for what in ("asked", "run", "refused", "edited", "reads")) > 0, counts


class _Anything(dict[str, str]):
    """Facts that are as they were, whatever they were."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = None


@pytest.mark.parametrize(
    ("where", "what", "defect", "noticed"),
    [
        pytest.param(gate.policy, "why_not_touch", lambda *_: None, "protected", id="protected units are forgotten"),
        pytest.param(gate.policy, "dependants", lambda *_: [], "nobody approved it", id="dependants raise no risk"),
        pytest.param(
            gate.policy, "RUNS_UP_TO", dict.fromkeys(Level, Risk.MEDIUM), "nobody approved it", id="suggest runs"
        ),
        pytest.param(
            gate.acting, "basis", lambda *_: _Anything(), "would now also stop", id="a changed world is not noticed"
        ),
        pytest.param(gate.policy.Policy, "why_not_listed", lambda *_: None, "the lists", id="lists are forgotten"),
        pytest.param(gate.policy.Policy, "_held_back", lambda *_: [], "nobody approved it", id="freezes are forgotten"),
        pytest.param(gate.policy.Policy, "version", lambda *_: "00000000", "configuration", id="policy is not bound"),
        pytest.param(gate.budgets.Budgets, "why_spent", lambda *_: [], "too many", id="budgets are forgotten"),
        pytest.param(gate.breakers, "why_open", lambda *_: [], "a breaker is open", id="breakers are forgotten"),
        pytest.param(gate.stop_switch.StopSwitch, "why", lambda *_: None, "stopped", id="the stop switch is forgotten"),
        pytest.param(gate.local, "guard", lambda *_: None, "the clock jumped", id="a jump of the clock is overlooked"),
    ],
)
def test_the_oracle_notices_a_gate_with_a_defect(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, where: object, what: str, defect: object, noticed: str
) -> None:
    monkeypatch.setattr(where, what, defect)
    assert any(noticed in why for why in drive(SEED, 20_000, tmp_path, until=noticed).forbidden)


def _words(tally: Tally) -> str:
    counts = dict(sorted(tally.counts.items()))
    return f"forbidden {len(tally.forbidden)}, " + ", ".join(f"{what} {count:,}" for what, count in counts.items())
