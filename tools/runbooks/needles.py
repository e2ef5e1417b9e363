"""Plain words of which every match of a pattern must hold one: what is looked for first, because it costs nothing."""

import re
from collections.abc import Sequence
from functools import cache

PART = re.compile(r"\\.|\[\^?\]?[^\]]*\]|\(\?[:=!]|\(\?<[=!]|\{\d*,?\d*\}|.", re.DOTALL)
"""One part of a regular expression: an escape, a set, the start of a group, a repeat or a character."""
_PLAIN = re.compile(r"\\[^\w]|[^\\\[\](){}.*+?^$|]")
_QUANTIFIER = re.compile(r"[*+?]|\{\d*,?\d*\}")
SHORTEST = 2
"""A single letter is in every text."""


@cache
def needles_of(pattern: str) -> tuple[str, ...]:
    """Words in small letters, of which every match holds at least one; empty where that cannot be told."""
    return tuple(sorted(_of_choice(PART.findall(pattern))))


def _of_choice(parts: Sequence[str]) -> frozenset[str]:
    """Of alternatives: the needles of each; nothing can be told when one of them has none."""
    found = [_of_sequence(alternative) for alternative in _alternatives(parts)]
    return frozenset().union(*found) if all(found) else frozenset()


def _of_sequence(parts: Sequence[str]) -> frozenset[str]:
    """Of what must all be there one after the other: the needles of the part that tells most."""
    best, run, at = frozenset[str](), "", 0
    while at < len(parts):
        part, start = parts[at], at
        at = _end(parts, at)
        following = parts[at] if at < len(parts) else ""
        is_sure = not _may_be_absent(following)
        character = part[-1] if _PLAIN.fullmatch(part) and part.isascii() else ""
        run = run + character.lower() if character and is_sure else ""
        if part == "(" or part == "(?:":
            inner = _of_choice(parts[start + 1 : at - 1]) if is_sure else frozenset[str]()
            best = _better(best, inner)
        best = _better(best, frozenset({run}))
        if _QUANTIFIER.fullmatch(following):
            run, at = "", at + 1
    return best


def _better(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    return max(one, other, key=lambda needles: min((len(n) for n in needles), default=0) if _is_useful(needles) else 0)


def _is_useful(needles: frozenset[str]) -> bool:
    return bool(needles) and all(len(needle) >= SHORTEST for needle in needles)


def _alternatives(parts: Sequence[str]) -> list[Sequence[str]]:
    found: list[Sequence[str]] = []
    depth = begun = 0
    for at, part in enumerate(parts):
        depth += part.startswith("(") - (part == ")")
        if part == "|" and depth == 0:
            found.append(parts[begun:at])
            begun = at + 1
    return [*found, parts[begun:]]


def _end(parts: Sequence[str], at: int) -> int:
    """Where the part at `at` ends: a group ends behind its bracket."""
    depth = 0
    for end in range(at, len(parts)):
        depth += parts[end].startswith("(") - (parts[end] == ")")
        if depth <= 0:
            return end + 1
    return len(parts)


def _may_be_absent(following: str) -> bool:
    return following[:1] in ("*", "?") or following.startswith(("{0", "{,"))
