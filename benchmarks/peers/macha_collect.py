"""Macha's own step `collect` as a whole process: imports, configuration, store, every host at once, snapshots kept.

python -m benchmarks.peers.macha_collect CONFIGURATION

Prints a line `host snapshot` for each host that was seen, and `step WALL CPU` with the seconds of the step alone, in
which the SSH library is imported and the rules of redaction are compiled.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

from gate.interface import Gate
from nodes.collect import collect
from nodes.context import Context
from nodes.state import HostTask, Look
from tools.clock import SystemClock
from tools.configuration import load
from tools.hosts.fleet import Fleet
from tools.model.opening import NoModel
from tools.store.memory import Store
from tools.store.readings import Readings
from tools.store.snapshots import Snapshots


def main() -> int:
    settings = load(Path(sys.argv[1]))
    assert settings.state_directory
    folder, clock, fleet = settings.state_directory, SystemClock(), Fleet(settings)
    context = Context(
        run="benchmark",
        settings=settings,
        store=Store(folder / "macha.db", clock),
        snapshots=Snapshots(folder / "snapshots"),
        readings=Readings(folder / "readings"),
        model_of=lambda _: NoModel(),
        gate=cast(Gate, None),  # it belongs to every context, and `collect` has nothing to ask it
        fleet=fleet,
        clock=clock,
    )

    def look(name: str) -> Look:
        return collect(HostTask(host=name), context)["looks"][0]

    begun, cpu = time.monotonic(), time.process_time()
    with ThreadPoolExecutor(settings.max_concurrency) as pool:
        looks = list(pool.map(look, settings.host_names()))
    step = f"step {time.monotonic() - begun:.4f} {time.process_time() - cpu:.4f}"
    fleet.close()
    print(step)
    for one in looks:
        print(one["host"], one["snapshot"], one["why"])
    return 0 if all(one["snapshot"] for one in looks) else 1


if __name__ == "__main__":
    sys.exit(main())
