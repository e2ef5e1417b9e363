"""Logs of which is known what was said, and how well a grouping of their lines agrees with that."""

import csv
import re
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path

ERRORS = re.compile(
    r"(?i)\b(?:error|fail|fatal|panic|exception|denied|refused|critical|abort|severe|timed? ?out|invalid)"
)
_LEVELS = re.compile(r"(?i)^(?:e|f|err|error|fatal|severe|crit|critical|failure|alert|emerg)$")


@dataclass(frozen=True)
class Source:
    """One system's log. `truth` names the published template of each message; `errors` are those that tell of trouble.

    A template does so if a message of it has a level or a word of trouble.
    """

    name: str
    messages: list[str]
    lines: list[str]
    """The same with what stands before each message in the file."""
    truth: list[str]
    templates: dict[str, str]
    errors: frozenset[str]


def sources(folder: Path) -> list[Source]:
    """LogHub's `NAME/NAME_2k.log_structured_corrected.csv`; those without `_corrected` where there are no such."""
    files = sorted(folder.rglob("*structured_corrected.csv")) or sorted(folder.rglob("*structured.csv"))
    return [_read(file) for file in files]


def accuracy(truth: Sequence[Hashable], found: Sequence[Hashable]) -> tuple[float, float]:
    """GA and FGA. A group is right if its lines are exactly those of one template.

    GA is the part of lines in right groups, FGA the harmonic mean of two parts that are right: of the groups found, and
    of the true ones.
    """
    true, seen = _groups(truth), _groups(found)
    right = true & seen
    precision, recall = len(right) / len(seen), len(right) / len(true)
    fga = 2 * precision * recall / (precision + recall) if right else 0.0
    return sum(map(len, right)) / len(truth), fga


def _groups(names: Sequence[Hashable]) -> set[frozenset[int]]:
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for number, name in enumerate(names):
        groups[name].append(number)
    return {frozenset(group) for group in groups.values()}


def _read(file: Path) -> Source:
    with file.open(newline="", encoding="utf-8", errors="surrogateescape") as opened:
        rows = list(csv.DictReader(opened))
    messages = [row["Content"] for row in rows]
    whole = file.with_name(file.name.partition(".log")[0] + ".log")
    lines = whole.read_text(encoding="utf-8", errors="surrogateescape").splitlines() if whole.exists() else []
    errors = {row["EventId"] for row in rows if ERRORS.search(row["Content"]) or _LEVELS.match(row.get("Level", ""))}
    return Source(
        name=file.parent.name,
        messages=messages,
        lines=lines if len(lines) == len(messages) else messages,
        truth=[row["EventId"] for row in rows],
        templates={row["EventId"]: row["EventTemplate"] for row in rows},
        errors=frozenset(errors),
    )
