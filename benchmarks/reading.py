"""Reading logs without a model, beside drain3 in one run: what is lost, how well lines are grouped, tokens, speed.

    python -m benchmarks.reading LOGHUB [--needles FOLDER] [--peer-python PYTHON] [--rounds 3] [--json]

LOGHUB holds `NAME/NAME_2k.log_structured_corrected.csv` of any number of systems, and where there is one the log
itself beside it; LogHub's data may be used for research and is not ours to give. drain3 (benchmarks/requirements.in)
is run by PYTHON as it comes, and said to be missing where it is not installed. Macha reads everything in one way,
without any setting. All tokens are estimates of `tools.reading.tokens`, for both. An error is lost if no shown line
is an example of its published template, nor names its words where few words differ. The composite is all messages of
LOGHUB, from the second time on with other numbers, and as many composed by the tests: 10 MB in all.
"""

import argparse
import json
import math
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.composite import composite
from benchmarks.labelled_logs import Source, accuracy, sources
from benchmarks.needles import needles
from benchmarks.reading_table import say
from tools.reading.baseline import Baseline
from tools.reading.chunks import chunks
from tools.reading.counting import Counting
from tools.reading.kind import Kind
from tools.reading.line import Line
from tools.reading.reduction import Reduction, reduce, reduction
from tools.reading.table import table
from tools.reading.tokens import estimated_tokens

PROMPT_TOKENS, ANSWER_TOKENS = 500, 150
WINDOW = 250
CALL_TOKENS = 2000


@dataclass
class Figures:
    """What a reader made of one source; `kept` are the true templates that a shown line is an example of."""

    seconds: list[float] = field(default_factory=list)
    ga: float = 0.0
    fga: float = 0.0
    templates: int = 0
    tokens: int = 0
    kept: set[str] = field(default_factory=set)


def lines_of(messages: Iterable[str]) -> Iterable[Line]:
    return (Line(number, 1_770_000_000.0 + number, "log", 6, message) for number, message in enumerate(messages, 1))


def cost(rows: Iterable[tuple[int, str]]) -> int:
    """Tokens of a list of templates with their counts, as any reader would hand it on."""
    return sum(estimated_tokens(f"{count} {text[:400]}\n") for count, text in rows)


def ours(messages: Sequence[str], rounds: int) -> tuple[list[float], Reduction, list[int]]:
    """CPU seconds of each round, what was read, and for each line the family it was counted in."""
    taken = []
    for _ in range(rounds):
        lines = list(lines_of(messages))
        begun = time.process_time()
        reduce(lines)
        taken.append(time.process_time() - begun)
    counting = Counting()
    kinds: list[Kind] = []
    for line in lines_of(messages):
        counting.count((line,))
        if counting.last:
            kinds.append(counting.last)
    reduced = reduction(counting)
    families = {kind: template.family for template in reduced.templates for kind in template.kinds}
    return taken, reduced, [families[kind.current] for kind in kinds]


def of_ours(source: Source, rounds: int) -> Figures:
    taken, reduced, found = ours(source.messages, rounds)
    ga, fga = accuracy(source.truth, found)
    shown = {source.truth[kind.id - 1] for template in reduced.templates for kind in template.named}
    tokens = cost((template.count, template.text) for template in reduced.templates)
    return Figures(taken, ga, fga, len(reduced.templates), tokens, shown)


def of_drain3(source: Source, results: Sequence[dict[str, Any]]) -> Figures:
    groups, templates = results[0]["groups"], results[0]["templates"]
    ga, fga = accuracy(source.truth, groups)
    first = {group: source.truth[number] for number, group in reversed(list(enumerate(groups)))}
    seconds = [result["seconds"] for result in results]
    return Figures(seconds, ga, fga, len(templates), cost(map(tuple, templates.values())), set(first.values()))


def run_drain3(python: str, logs: Sequence[Sequence[str]]) -> list[dict[str, Any]] | None:
    command = [python, str(Path(__file__).parent / "peers" / "drain3_grouping.py")]
    done = subprocess.run(command, input=json.dumps(logs), capture_output=True, text=True, check=False)
    if done.returncode:
        if "No module named 'drain3'" in done.stderr:
            return None
        raise SystemExit(f"{command}: exit status {done.returncode}: {done.stderr[-500:]}")
    results: list[dict[str, Any]] = json.loads(done.stdout)["results"]
    return results


def calls(tokens: int, window: int) -> int:
    return math.ceil(tokens / (window - PROMPT_TOKENS - ANSWER_TOKENS))


def of_composite(messages: Sequence[str], reduced: Reduction) -> dict[str, Any]:
    raw = sum(estimated_tokens(message + "\n") for message in messages)
    found: dict[str, Any] = {"lines": len(messages), "bytes": sum(map(len, messages)), "raw_tokens": raw}
    found["templates"] = len(reduced.templates)
    for window in (4096, 8192):
        parts = chunks(reduced.templates, window - PROMPT_TOKENS - ANSWER_TOKENS)
        tokens = sum(estimated_tokens(table(part)) + PROMPT_TOKENS for part in parts)
        naive = calls(raw, window)
        naive_tokens = raw + naive * PROMPT_TOKENS
        found[f"window_{window}"] = {
            "naive_calls": naive, "calls": len(parts), "calls_ratio": round(naive / len(parts), 1),
            "naive_tokens": naive_tokens, "tokens": tokens, "tokens_ratio": round(naive_tokens / tokens, 1),
        }  # fmt: skip
    return found


def steady(messages: Sequence[str]) -> dict[str, Any]:
    """After half of a log is known: in how many windows nobody needs to be asked, and what asking costs otherwise."""
    lines = list(lines_of(messages))
    half = len(lines) // 2
    known = reduce(lines[:half], Baseline()).baseline
    asked = []
    left_out = 0
    windows = [lines[at : at + WINDOW] for at in range(half, len(lines), WINDOW)]
    for window in windows:
        reduced = reduce(window, known)
        known = reduced.baseline
        if reduced.new:
            text = table(reduced.new, CALL_TOKENS - PROMPT_TOKENS)
            asked.append(estimated_tokens(text) + PROMPT_TOKENS)
            left_out += sum(new.is_error and f"L{new.id} " not in text for new in reduced.new)
    return {
        "windows": len(windows), "without_call": round(1 - len(asked) / len(windows), 3),
        "most_tokens_of_a_call": max(asked, default=0), "errors_left_out": left_out,
    }  # fmt: skip


def memory(lines: int) -> int:
    command = [sys.executable, "-m", "benchmarks.peers.macha_reading", str(lines)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[1])


def measure(
    folder: Path, needle_folder: Path | None, python: str, rounds: int, progress: Callable[[str], None]
) -> dict[str, Any]:
    known = sources(folder)
    mixed, whole = composite(known)
    macha: dict[str, Figures] = {}
    peer: dict[str, Figures] = {}
    for source in known:
        progress(source.name)
        runs = [results for _ in range(rounds) if (results := run_drain3(python, [source.messages]))]
        macha[source.name] = of_ours(source, rounds)
        if runs:
            peer[source.name] = of_drain3(source, [results[0] for results in runs])
    progress("composite")
    speed = {"messages": _speed(mixed, python, rounds), "whole_lines": _speed(whole, python, rounds)}
    reduced = reduce(lines_of(mixed))
    progress("steady state, needles, memory")
    return {
        "benchmark": "reading",
        "sources": {source.name: _of_source(source, macha[source.name], peer.get(source.name)) for source in known},
        "means": _means(known, {"macha": macha, "drain3": peer}),
        "composite": of_composite(mixed, reduced),
        "speed": speed,
        "steady": {source.name: steady(source.messages) for source in known} | {"composite": steady(mixed)},
        "needles": needles(needle_folder) if needle_folder else [],
        "memory": {"lines": 100_000, "resident_bytes": memory(100_000)},
    }


def _speed(messages: Sequence[str], python: str, rounds: int) -> dict[str, float]:
    """Lines per CPU second of each reader, rounds in turns; the quickest counts, for others use the machine as well."""
    seconds: dict[str, list[float]] = {"macha": [], "drain3": []}
    for _ in range(rounds):
        if results := run_drain3(python, [messages]):
            seconds["drain3"].append(results[0]["seconds"])
        lines = list(lines_of(messages))
        begun = time.process_time()
        reduce(lines)
        seconds["macha"].append(time.process_time() - begun)
    speeds: dict[str, float] = {name: round(len(messages) / min(taken)) for name, taken in seconds.items() if taken}
    if seconds["drain3"]:
        speeds["ratio"] = round(min(seconds["drain3"]) / min(seconds["macha"]), 2)
    return speeds


def _of_source(source: Source, macha: Figures, peer: Figures | None) -> dict[str, Any]:
    published = published_tokens(source)
    readers = {"macha": macha, **({"drain3": peer} if peer else {})}
    return {
        name: {
            "ga": round(figures.ga, 3), "fga": round(figures.fga, 3), "templates": figures.templates,
            "tokens_ratio": round(figures.tokens / published, 2), "errors_lost": len(source.errors - figures.kept),
            "lines_per_cpu_second": round(len(source.messages) / min(figures.seconds)),
        }
        for name, figures in readers.items()
    } | {
        "published": {"templates": len(source.templates), "tokens": published, "errors": len(source.errors)},
    }  # fmt: skip


def published_tokens(source: Source) -> int:
    counts = Counter(source.truth)
    return cost((counts[name], text) for name, text in source.templates.items())


def _means(known: Sequence[Source], readers: dict[str, dict[str, Figures]]) -> dict[str, Any]:
    published = sum(map(published_tokens, known))
    lines = sum(len(source.messages) for source in known)
    return {
        name: {
            "ga": round(sum(figures.ga for figures in by_source.values()) / len(by_source), 3),
            "fga": round(sum(figures.fga for figures in by_source.values()) / len(by_source), 3),
            "tokens_ratio": round(sum(figures.tokens for figures in by_source.values()) / published, 3),
            "errors": sum(len(source.errors) for source in known),
            "errors_lost": sum(len(source.errors - by_source[source.name].kept) for source in known),
            "lines_per_cpu_second": round(lines / sum(min(figures.seconds) for figures in by_source.values())),
        }
        for name, by_source in readers.items()
        if by_source
    }  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("loghub", type=Path)
    options.add_argument("--needles", type=Path)
    options.add_argument("--peer-python", default=sys.executable)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()

    def progress(what: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\x1b[K{what}", end="", file=sys.stderr)

    found = measure(given.loghub, given.needles, given.peer_python, given.rounds, progress)
    if given.json:
        print(json.dumps(found))
    else:
        say(found)


if __name__ == "__main__":
    main()
