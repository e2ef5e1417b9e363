"""What a runbook looks for in a line: a regular expression of a kind that can be tried on hostile text in no time."""

import re
from dataclasses import dataclass
from functools import cache

MOST_CHARACTERS = 400
"""A line is looked at no further than this; every line of Macha's facts is cut there anyway."""
MOST_OPEN_REPEATS = 2
"""Repeats without an upper bound (`.*`, `+`) in one pattern: each one multiplies the worst case by the line."""
_REPEAT = re.compile(r"[*+]|\{\d*,?\d*\}")
_QUANTIFIER = re.compile(r"[*+?]|\{\d*,?\d*\}")
_BOUNDED = re.compile(r"\{\d+(,\d+)?\}|\{,\d+\}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, tried without regard to case on one line at a time."""

    text: str

    def matches(self, line: str) -> bool:
        return _compiled(self.text).search(line[:MOST_CHARACTERS]) is not None

    def may_match(self, lowered: str) -> bool:
        """False only where no line of this text, in small letters, can match: what is looked at first, for speed."""
        return _needle(self.text) in lowered

    def why_not(self) -> str | None:
        """The reason this may not be a pattern, or None."""
        try:
            _compiled(self.text)
        except re.error as error:
            return f"not a regular expression: {error}"
        if _matches_anything(self.text):
            return "it matches an empty line, and so any"
        if _has_repeat_of_group(self.text):
            return "a group is repeated that repeats something itself: such a pattern can take for ever"
        if _open_repeats(self.text) > MOST_OPEN_REPEATS:
            return f"more than {MOST_OPEN_REPEATS} repeats without a bound; write .{{0,80}} instead of .*"
        return None


@cache
def _compiled(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def _matches_anything(text: str) -> bool:
    return _compiled(text).search("") is not None


def _open_repeats(text: str) -> int:
    plain = _without_escapes_and_sets(text)
    return sum(1 for repeat in _REPEAT.finditer(plain) if not _BOUNDED.fullmatch(repeat.group()))


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
            if repeat and repeat.group() not in ("{0,1}", "{1}") and _REPEAT.search(plain, begun, at):
                return True
    return False


def _without_escapes_and_sets(text: str) -> str:
    """The pattern with each escape and each set of characters as one plain `x`."""
    return re.sub(r"\\.|\[\^?\]?[^\]]*\]", "x", text)


@cache
def _needle(text: str) -> str:
    """The longest run of plain characters that every match must hold, in small letters; "" where there is none."""
    runs, run, depth = [""], "", 0
    parts = re.findall(r"\\.|\[\^?\]?[^\]]*\]|\(\?[:=!]|\(\?<[=!]|\{\d*,?\d*\}|.", text, re.DOTALL)
    for at, part in enumerate(parts):
        following = parts[at + 1] if at + 1 < len(parts) else ""
        depth += part.startswith("(") - (part == ")")
        if part == "|" and depth == 0:
            return ""
        character = part[-1] if re.fullmatch(r"\\[^\w]|[^\\\[\](){}.*+?^$|]", part) else ""
        is_sure = character and character.isascii() and depth == 0 and not _may_be_absent(following)
        run = run + character.lower() if is_sure else ""
        runs.append(run)
        if is_sure and _QUANTIFIER.fullmatch(following):
            run = ""
    return max(runs, key=len)


def _may_be_absent(following: str) -> bool:
    return following[:1] in ("*", "?") or following.startswith(("{0", "{,"))
