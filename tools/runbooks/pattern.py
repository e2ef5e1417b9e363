"""What a runbook looks for in a line: a regular expression of a kind that can be tried on hostile text in no time."""

import math
import re
import warnings
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from tools.runbooks.needles import PART, needles_of

MOST_CHARACTERS = 400
"""A line is looked at no further than this; every line of Macha's facts is cut there anyway."""
MOST_WIDE, MOST_NARROW = 2, 8
"""Repeats without an upper bound in one pattern: of what fits nearly everything (`.*`), of what fits less (`[a-z]*`).
Each one can multiply the worst case by the length of a line."""
MOST_TIMES = 6
"""A group that repeats something itself may be repeated so often."""
_REPEAT = re.compile(r"[*+]|\{\d*,?\d*\}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, tried without regard to case on one line at a time."""

    text: str

    def matches(self, line: str) -> bool:
        return _compiled(self.text).search(line[:MOST_CHARACTERS]) is not None

    def may_match(self, lowered: str) -> bool:
        """False only where no line of this text, in small letters, can match: what is looked at first, for speed."""
        needles = needles_of(self.text)
        return not needles or any(needle in lowered for needle in needles)

    def why_not(self) -> str | None:
        """The reason this may not be a pattern, or None."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", FutureWarning)
                _compiled(self.text)
        except (re.error, FutureWarning) as error:
            return f"not a regular expression: {error}"
        if _matches_anything(self.text):
            return "it matches an empty line, and so any"
        if _has_repeat_of_group(self.text):
            return "a group is repeated that repeats something itself: such a pattern can take for ever"
        if _has_repeats_side_by_side(self.text):
            return "two repeats stand side by side: the first can take what the second needs"
        wide, narrow = _open_repeats(self.text)
        if wide > MOST_WIDE or narrow > MOST_NARROW:
            return "too many repeats without a bound; write .{0,80} instead of .*"
        return None


@cache
def _compiled(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def _matches_anything(text: str) -> bool:
    return _compiled(text).search("") is not None


def _open_repeats(text: str) -> tuple[int, int]:
    """How many repeats have no upper bound: of wide characters, and of narrow ones."""
    parts = PART.findall(text)
    repeated = [part for part, repeat in pairwise(parts) if _is_open(repeat)]
    wide = sum(part in (".", r"\S", ")") or part.startswith("[^") for part in repeated)
    return wide, len(repeated) - wide


def _has_repeats_side_by_side(text: str) -> bool:
    """Whether a repeat without a bound is followed by one of nearly anything: `\\w*.{0,60}`."""
    parts = PART.findall(text)
    following = zip(parts, parts[1:], parts[2:], strict=False)
    return any(
        _is_open(part) and then in (".", r"\S", r"\w") and _REPEAT.fullmatch(repeat) is not None
        for part, then, repeat in following
    )


def _is_open(part: str) -> bool:
    return part in ("*", "+") or re.fullmatch(r"\{\d+,\}", part) is not None


def _has_repeat_of_group(text: str) -> bool:
    """Whether a repeated group holds a repeat: `(a+)+`. An optional group, `(a+)?`, is harmless."""
    plain = _without_escapes_and_sets(text)
    starts: list[int] = []
    for at, character in enumerate(plain):
        if character == "(":
            starts.append(at)
        elif character == ")" and starts:
            begun = starts.pop()
            repeat = _REPEAT.match(plain, at + 1)
            if repeat and _most_times(repeat.group()) > MOST_TIMES and _REPEAT.search(plain, begun, at):
                return True
    return False


def _most_times(repeat: str) -> float:
    bound = re.fullmatch(r"\{\d*,?(\d+)\}", repeat)
    return int(bound[1]) if bound else math.inf


def _without_escapes_and_sets(text: str) -> str:
    """The pattern with each escape and each set of characters as one plain `x`."""
    return re.sub(r"\\.|\[\^?\]?[^\]]*\]", "x", text)
