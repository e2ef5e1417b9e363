"""Which keys say the same: they differ in words, and there is evidence that these words are values.

Nothing is known of any writer. A group of keys with the same signs in the same order is divided until what still varies
in each part is open: names with numbers, dotted names, words after `user` or `from`, or so many different words that no
programmer wrote them all down. A place with few different plain words divides the group: `closed` and `reset` are two
messages. Doubt divides: two templates of one message cost a line, one template of two errors costs an error.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from tools.reading.masking import HOLE, NOTHING, STEM, VALUE, is_word

Key = tuple[bytes, ...]

_ENOUGH_WORDS = {0: 10**9, 1: 10**9, 2: 12, 3: 8}
"""How many different words make a place open, by the number of words that are the same in all keys of the group."""
_ENOUGH_WORDS_ELSE = 5
_ENOUGH_ENCLOSED = 8
_ENOUGH_NAMED = 3
_ENOUGH_IDENTIFIERS = 2
_NAMING = frozenset(
    b"user for from to by at host device named name unit process interface domain client server service = @".split()
)
"""Words and signs after which a name stands."""
_OPENING, _CLOSING = frozenset(b"' \" ( [ < `".split()), frozenset(b"' \" ) ] > `".split())
_OF_ERRORS = re.compile(rb"(?i)exception|error$|fail|refus|denied|timeout")
_INSIDE = re.compile(rb".[.@_$].", re.DOTALL)
_MOST_WORK = 400_000
"""Cells looked at in one merging, a tenth of a second; what is not divided by then stays apart. Real logs need few of
them: 13,000 for ten megabytes of a composite journal."""


def merged(keys: Iterable[Key], values: set[bytes]) -> list[list[Key]]:
    """Every key in exactly one group. `values` are words that were values elsewhere; those found here are added."""
    by_signs: dict[tuple[bytes, ...], list[Key]] = defaultdict(list)
    for key in dict.fromkeys(keys):
        by_signs[tuple(b"" if _is_open_text(cell) else cell for cell in key)].append(key)
    merging = _Merging(values)
    return [part for group in by_signs.values() for part in merging.divide(group)]


class _Merging:
    def __init__(self, values: set[bytes]) -> None:
        self.values = values
        self.work = 0

    def divide(self, group: list[Key]) -> list[list[Key]]:
        done: list[list[Key]] = []
        waiting = [group]
        while waiting:
            group = waiting.pop()
            self.work += len(group) * len(group[0])
            if len(group) == 1:
                done.append(group)
            elif self.work > _MOST_WORK:
                done += [[key] for key in group]
            elif parts := self._parts(group):
                waiting += reversed(parts)
            else:
                done.append(group)
        return done

    def _parts(self, group: list[Key]) -> list[list[Key]]:
        """What the group falls into; nothing if its keys say the same."""
        columns = [Counter(column) for column in zip(*group, strict=True)]
        varying = [(place, values) for place, values in enumerate(columns) if len(values) > 1]
        words = sum(len(values) == 1 and is_word(next(iter(values))) for values in columns)
        if words and words >= len(varying):
            closed = [
                (len(values), place) for place, values in varying if not self._is_open(place, values, group, words)
            ]
            if closed:
                return _by_cell(group, min(closed)[1])
            self.values.update(word for _, values in varying for word in values if is_word(word) and not word.isupper())
            return []
        if words and not any(is_word(value) and not _is_identifier(value) for _, values in varying for value in values):
            return []
        return _by_commonest_word(group, varying) or [[key] for key in group]

    def _is_open(self, place: int, values: Counter[bytes], group: list[Key], words: int) -> bool:
        if any(value in (HOLE, VALUE) or STEM in value for value in values):
            return True
        if not all(map(is_word, values)):
            return False
        key = group[0]
        before = key[place - 1] if place else b""
        after = key[place + 1] if place + 1 < len(key) else b""
        enough = _ENOUGH_WORDS.get(words, _ENOUGH_WORDS_ELSE)
        if before in _OPENING and after in _CLOSING:
            enough = min(enough, _ENOUGH_ENCLOSED)
        if words > 1 and before in _NAMING and not any(value.isupper() for value in values):
            enough = min(enough, _ENOUGH_NAMED)
        identifiers = sum(_is_identifier(value) or value in self.values for value in values)
        if identifiers == len(values):
            enough = _ENOUGH_IDENTIFIERS
        elif identifiers * 2 >= len(values):
            enough = min(enough, _ENOUGH_NAMED)
        return len(values) >= enough


def _by_cell(group: list[Key], place: int) -> list[list[Key]]:
    parts: dict[bytes, list[Key]] = defaultdict(list)
    for key in group:
        parts[key[place]].append(key)
    return list(parts.values())


def _by_commonest_word(group: list[Key], varying: Sequence[tuple[int, Counter[bytes]]]) -> list[list[Key]]:
    """The keys that have the commonest word at its place, and those that have not; nothing if no word is common."""
    best = (1, 0, b"")
    for place, values in varying:
        for word, count in values.most_common(3):
            if is_word(word) and not _is_identifier(word):
                best = max(best, (count, -place, word))
                break
    count, place, word = best
    if count < 2:
        return []
    return [[key for key in group if (key[-place] == word) is has] for has in (True, False)]


def _is_open_text(cell: bytes) -> bool:
    """What is no sign: a hole, a word, or where one could be."""
    return cell in (HOLE, VALUE, NOTHING) or is_word(cell)


def _is_identifier(word: bytes) -> bool:
    """Made by machines or programmers: dots or underscores inside. The name of an error is none."""
    return word in (HOLE, VALUE) or STEM in word or bool(_INSIDE.search(word) and not _OF_ERRORS.search(word))
