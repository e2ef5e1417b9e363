"""What the gate lets through never touches a protected unit: measured on what systemd really does."""

import os
import random
import shlex
import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gate.interface import Request
from gate.local import LocalGate
from gate.protected import why_not_touch, why_protected
from tests.conftest import settings_for
from tests.machines.testbed import Boot, Host
from tests.machines.unit_graphs import FOLDER, MENDED, Graph, generate
from tools.actions import Job
from tools.actions.catalogue import build
from tools.clock import Deadline, SystemClock
from tools.configuration import Level
from tools.hosts import Completed, Unreachable
from tools.probes import Probe
from tools.probes.collection import collect
from tools.probes.recording import Recording
from tools.probes.script import ARGV, Inputs
from tools.probes.unit_graph import UnitGraph

GRAPHS = int(os.environ.get("MACHA_GRAPHS", "20"))
FIRST_SEED = int(os.environ.get("MACHA_GRAPHS_SEED", "1000"))
BATCH = 25
RESTLESS_SECONDS = 12
"""systemd retries what is upheld every 10 s."""
ROUNDS = 5
KINDS = ("unit.restart", "unit.start", "unit.reset_failed")
WATCHED = ("ActiveState", "MainPID", "InvocationID", "StateChangeTimestampMonotonic")
FORGOTTEN = ("inactive", "0", "", "0")
"""What is left of an inactive unit that systemd has unloaded."""

QUIET = "systemctl list-jobs --plain --no-legend; systemctl list-units --all --plain --no-legend 'g*x*'"
BOOT = "systemctl show -P UserspaceTimestampMonotonic"

State = tuple[str, ...]
Choice = tuple[Graph, str, str]


class Console:
    """The `Host` of the gate, by the harness's console. What a look says is kept until something is done, because a
    thousand judgements of one world need not read it a thousand times."""

    name = "machine"

    def __init__(self, host: Host) -> None:
        self.host = host
        self.known: dict[tuple[str, ...], Completed] = {}
        self.seen: dict[tuple[type[Probe], ...], Recording | Unreachable] = {}

    def run(
        self, argv: tuple[str, ...], *, deadline: Deadline, stdin: bytes = b"", limit_bytes: int = 1 << 20,
        as_root: bool = False,
    ) -> Completed:  # fmt: skip
        assert argv == ARGV or argv[:2] == ("systemctl", "show"), "judging only reads"
        if argv == ARGV or argv not in self.known:
            done = self.host.run(shlex.join(argv), input=stdin.decode())
            assert len(done.stdout) < limit_bytes
            self.known[argv] = Completed(done.returncode, done.stdout.encode(), done.stderr.encode())
        return self.known[argv]

    def close(self) -> None:
        pass


def collected_once(
    host: Console, kinds: tuple[type[Probe], ...], inputs: Inputs, **limits: Any
) -> Recording | Unreachable:
    if kinds not in host.seen:
        host.seen[kinds] = collect(host, kinds, inputs, **limits)
    return host.seen[kinds]


class Laboratory:
    """Graphs loaded on one host, and a gate that judges actions on them."""

    def __init__(self, host: Host, graphs: list[Graph], folder: Path) -> None:
        self.host = host
        self.graphs = graphs
        self.console = Console(host)
        patterns = [pattern for graph in graphs for pattern in graph.patterns]
        settings = settings_for("machine", protectedServices=patterns)
        self.gate = LocalGate(folder, settings, lambda _: self.console, SystemClock(), Level.AUTO_FULL)
        self.counts: Counter[str] = Counter()
        self._load()
        self.boot = host.run(BOOT).stdout
        self.at_rest = self.states()
        self.observed_until = time.monotonic() + RESTLESS_SECONDS

    def _load(self) -> None:
        for graph in self.graphs:
            for unit in graph.protected:
                names = {unit, *(link.rsplit("/", 1)[1] for link, to in graph.links.items() if to == unit)}
                names |= {f"{unit.removesuffix('.service')}-alias.service"} if unit in graph.enabled else set()
                assert why_protected(names, graph.patterns), (unit, graph.patterns)
        files = {name: text for graph in self.graphs for name, text in graph.files.items()}
        links = {name: to for graph in self.graphs for name, to in graph.links.items()}
        enabled = [name for graph in self.graphs for name in graph.enabled]
        self._write(files)
        folders = sorted({name.rsplit("/", 1)[0] for name in links})
        self._script(
            "mkdir -p " + shlex.join([FOLDER, *folders]),
            *(f"ln -sf {shlex.quote(to)} {shlex.quote(name)}" for name, to in links.items()),
            "systemctl --quiet --no-reload enable " + shlex.join(enabled) if enabled else "",
            f"rm -f {MENDED}; systemctl daemon-reload",
        )
        started = shlex.join(name for graph in self.graphs for name in graph.started)
        self.host.run(f"systemctl start --no-block {started}")  # what contradicts itself stays down
        self._be_quiet(30)
        self._write({name: text for graph in self.graphs for name, text in graph.late_files.items()})
        self._script("systemctl daemon-reload", f"touch {MENDED}")
        self._be_quiet(30)

    def _write(self, files: dict[str, str]) -> None:
        folders = sorted({name.rsplit("/", 1)[0] for name in files})
        lines = [f"printf %s {shlex.quote(text)} > {shlex.quote(name)}" for name, text in files.items()]
        self._script("mkdir -p " + shlex.join([FOLDER, *folders]), *lines)

    def _script(self, *lines: str) -> None:
        done = self.host.run("sh -e -s", input="\n".join(lines) + "\n")
        assert done.returncode == 0, done.stderr[-2000:]

    def _be_quiet(self, seconds: float) -> None:
        """Wait until nothing has changed for a while, or for so long."""
        end = time.monotonic() + seconds
        before = ""
        while (now := self.host.run(QUIET).stdout) != before and time.monotonic() < end:
            before = now
            time.sleep(0.7)

    def states(self) -> dict[str, State]:
        """Every protected unit."""
        names = shlex.join(name for graph in self.graphs for name in graph.protected)
        done = self.host.run(f"systemctl show --no-pager -p Id,{','.join(WATCHED)} -- {names}")
        blocks = (dict(line.split("=", 1) for line in text.splitlines()) for text in done.stdout.strip().split("\n\n"))
        return {block["Id"]: tuple(block.get(key, "0") for key in WATCHED) for block in blocks}

    def calm(self, chosen: list[Choice | None]) -> list[Choice]:
        """What was found, but not on graphs whose protected units change with nobody touching them, as one that fails
        and is upheld does for ever."""
        time.sleep(max(0.0, self.observed_until - time.monotonic()))
        now = self.states()
        restless = [
            g for g in self.graphs if any(is_touched(name, self.at_rest[name], now[name]) for name in g.protected)
        ]
        self.graphs = [graph for graph in self.graphs if graph not in restless]
        self.counts["restless graphs left out"] += len(restless)
        return [choice for choice in chosen if choice and choice[0] in self.graphs]

    def judge(self, kind: str, unit: str) -> str:
        """Why the gate refuses, or "" when it does not."""
        judgement = self.gate.judge(Request("machine", kind, {"name": unit}, ""))
        self.counts["judged"] += 1
        assert not any("could not be" in why for why in judgement.reasons), judgement
        why = "; ".join(judgement.reasons) if judgement.answer == "refuse" else ""
        self.counts[f"refused: {sort_of(why)}" if why else "allowed"] += 1
        return why

    def carry_out(self, chosen: list[Choice]) -> list[str]:
        """Do these, at most one for each graph, and report those that touched a protected unit."""
        before = self.states()
        commands = []
        for _, kind, unit in chosen:
            action = build(kind, {"name": unit})
            assert not isinstance(action, str)
            commands.append(f"timeout 5 {shlex.join(action.argv())} </dev/null >/dev/null 2>&1 &")
        self.host.run("sh -s", input="\n".join([*commands, "wait"]) + "\n", timeout=60)
        self._be_quiet(6)
        self.console.known.clear()
        self.console.seen.clear()
        assert self.host.run(BOOT).stdout == self.boot, "the host rebooted"
        after = self.states()
        reports = []
        for graph, kind, unit in chosen:
            touched = [
                f"{name}: {before[name]} -> {after[name]}"
                for name in graph.protected
                if is_touched(name, before[name], after[name])
            ]
            if touched:
                reports.append("\n".join([f"{kind} {unit} touched {'; '.join(touched)}", *graph.drawn]))
        return reports


def is_touched(name: str, before: State, after: State) -> bool:
    """A start attempt moves InvocationID and time even where it fails. The time of a unit that starts others moves
    with every job on these, too, and then means nothing."""
    if name.endswith((".socket", ".path", ".timer")):
        before, after = before[:-1], after[:-1]
    return before != after and not (before[0] == after[0] == "inactive" and FORGOTTEN[: len(after)] in (before, after))


def candidates(graph: Graph) -> list[tuple[str, str]]:
    found = [(kind, unit) for unit in graph.units for kind in KINDS]
    random.Random(graph.prefix).shuffle(found)
    return found


def sort_of(why: str) -> str:
    """What kind of refusal it is."""
    sorts = ("which is protected", "is protected", "would also stop", "the host", "everything else", "is not known")
    return next((words for words in sorts if words in why), "precondition")


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same world is the same graph: thousands of judgements read a dozen of them."""
    monkeypatch.setattr("gate.probing.collect", collected_once)
    monkeypatch.setattr(UnitGraph, "parse", cache(UnitGraph.parse))


def first_that(
    answer: Callable[[str], bool], lab: Laboratory, graph: Graph, left: list[tuple[str, str]]
) -> Choice | None:
    """The first action on a graph that the gate answers so, judged in the world as it is now."""
    while left:
        kind, unit = left.pop()
        if answer(lab.judge(kind, unit)):
            return graph, kind, unit
    return None


def is_for_others(why: str) -> bool:
    """Refused for the sake of another unit, and for nothing else."""
    return "which is protected" in why and ";" not in why


def test_no_allowed_action_touches_a_protected_unit(machines: Boot, tmp_path: Path) -> None:
    begun = time.monotonic()
    counts: Counter[str] = Counter()
    unsafe: list[str] = []
    for first in range(0, GRAPHS, BATCH):
        (host,) = machines(1, mem="1G", cpus=2.0)
        lab = Laboratory(
            host, [generate(FIRST_SEED + n) for n in range(first, min(first + BATCH, GRAPHS))], tmp_path / str(first)
        )
        left = {graph.prefix: candidates(graph) for graph in lab.graphs}
        for number in range(ROUNDS):
            found = [first_that(is_allowed, lab, graph, left[graph.prefix]) for graph in lab.graphs]
            allowed = [choice for choice in found if choice] if number else lab.calm(found)
            unsafe += lab.carry_out(allowed)
            lab.counts["carried out"] += len(allowed)
        found = [
            first_that(is_for_others, lab, graph, candidates(graph)) for graph in lab.graphs if not graph.may_reboot
        ]
        refused = [choice for choice in found if choice]
        lab.counts["refused and tried"] += len(refused)
        lab.counts["needlessly strict"] += len(refused) - len(lab.carry_out(refused))
        lab.counts["graphs"] += len(lab.graphs)
        lab.counts["units"] += sum(len(graph.units) for graph in lab.graphs)
        counts += lab.counts
        host.destroy()
    print(f"\n{dict(counts)}, {time.monotonic() - begun:.0f} s")
    strict = counts["needlessly strict"] / max(1, counts["refused and tried"])
    print(f"unsafe: {len(unsafe)} of {counts['carried out']}; needlessly strict: {strict:.0%}")
    assert unsafe == [], "\n\n".join(unsafe)
    assert counts["carried out"] >= GRAPHS, "a gate that refuses everything would prove nothing"


def is_allowed(why: str) -> bool:
    return why == ""


def test_a_gate_that_is_blind_to_relations_does_touch_them(
    machines: Boot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above can fail."""

    def blind(graph: UnitGraph, unit: str, _job: Job, configured: Iterable[str]) -> str | None:
        return why_not_touch(graph, unit, "none", configured)

    monkeypatch.setattr("gate.policy.why_not_touch", blind)
    (host,) = machines(1, mem="1G", cpus=2.0)
    graphs = [graph for graph in map(generate, range(FIRST_SEED, FIRST_SEED + 40)) if not graph.may_reboot]
    lab = Laboratory(host, graphs, tmp_path)
    chosen = [first_that(is_allowed, lab, graph, candidates(graph)) for graph in lab.graphs]
    unsafe = lab.carry_out(lab.calm(chosen))
    print(f"\na blind gate: unsafe {len(unsafe)} of {len(chosen)}")
    assert unsafe
