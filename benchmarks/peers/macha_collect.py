"""Macha's own collect step as a whole process: imports, configuration, every host at once, facts parsed.

python -m benchmarks.peers.macha_collect CONFIGURATION
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from nodes.collect import kinds
from tools.clock import Deadline, SystemClock
from tools.configuration import load
from tools.hosts.fleet import Fleet
from tools.probes.collection import collect, observe
from tools.probes.recording import Recording
from tools.probes.script import Inputs


def main() -> int:
    settings = load(Path(sys.argv[1]))
    fleet, clock, wanted = Fleet(settings), SystemClock(), kinds()

    def look(name: str) -> bool:
        deadline = Deadline(settings.host_deadline, clock)
        recording = collect(fleet.host(name), wanted, Inputs(), deadline=deadline, clock=clock)
        fleet.host(name).close()
        if not isinstance(recording, Recording):
            print(f"{name}: {recording.why}", file=sys.stderr)
            return False
        observe(recording, wanted)
        return True

    with ThreadPoolExecutor(settings.max_concurrency) as pool:
        return 0 if all(pool.map(look, settings.host_names())) else 1


if __name__ == "__main__":
    sys.exit(main())
