"""What a host always says: fingerprints of its templates, as plain JSON, without a word of its logs."""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tools.errors import MachaError
from tools.reading.masking import HOLE

_VERSION = 1
_FINGERPRINT = re.compile(r"(\d{1,4}):((?:\d{1,4}(?:,\d{1,4})*)?):([0-9a-f]{16}):([0-9-]{0,4})")
_MOST = 20_000
"""Beyond that, what was seen last is kept."""
Cells = tuple[bytes, ...]


def fingerprint(cells: Cells, values: Sequence[int], outcome: str) -> str:
    """Of a message with these cells, whose `values` are the places of words that differ from line to line."""
    known = list(cells)
    for place in values:
        known[place] = HOLE
    digest = hashlib.blake2b(b"\0".join(known), digest_size=8).hexdigest()
    return f"{len(cells)}:{','.join(map(str, values))}:{digest}:{outcome}"


@dataclass(frozen=True)
class Baseline:
    """The fingerprints of what was said before, the oldest first."""

    fingerprints: tuple[str, ...] = ()

    def knows(self, cells: Cells, outcome: str) -> bool:
        """Whether a message like this was seen, with any words in the places of its values."""
        return any(fingerprint(cells, values, outcome) in self._known for values in self._values[len(cells)])

    def with_seen(self, fingerprints: Iterable[str]) -> "Baseline":
        """What is seen again is as fresh as what is new."""
        seen = dict.fromkeys(fingerprints)
        return Baseline((*(old for old in self.fingerprints if old not in seen), *seen)[-_MOST:])

    def to_json(self) -> str:
        return json.dumps({"version": _VERSION, "fingerprints": self.fingerprints})

    @classmethod
    def from_json(cls, text: str) -> "Baseline":
        try:
            stored = json.loads(text)
            is_ours = stored["version"] == _VERSION and all(map(_FINGERPRINT.fullmatch, stored["fingerprints"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            is_ours = False
        if not is_ours:
            raise MachaError("this is no baseline of version 1: forget it, and the host's next log makes a new one")
        return cls(tuple(stored["fingerprints"])[-_MOST:])

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.fingerprints)

    @cached_property
    def _values(self) -> dict[int, set[tuple[int, ...]]]:
        found: dict[int, set[tuple[int, ...]]] = defaultdict(set)
        for known in self.fingerprints:
            length, values, *_ = known.split(":")
            found[int(length)].add(tuple(map(int, values.split(","))) if values else ())
        return found
