"""What stands between the values of a message: by it others like it are known without being cut into pieces."""

import re
from collections.abc import Sequence

from tools.reading.masking import ALIKE, HOLE, STEM, UNIT, VALUE, is_variable, pieces, spans_of

OF_NUMBERS = b"0123456789abcdefABCDEF"
"""Messages that are the same without these say the same, if they have the same constants."""
_HAS_OF_NUMBERS = re.compile(rb"[0-9a-fA-F]")
_NUMBER = re.compile(rb"[0-9]+")


class Constants:
    """Of one message, which was cut. How many blanks stand beside each other makes no difference."""

    __slots__ = ("_between", "_head", "_holes", "_tail")

    def __init__(self, message: bytes, cut: Sequence[bytes]) -> None:
        message = b" ".join(message.split())
        between: list[bytes] = []
        are_values: list[bool] = []
        at = 0
        for piece, (begin, end) in zip(cut, spans_of(message.translate(ALIKE)), strict=True):
            if is_variable(piece):
                number = _NUMBER.search(message, begin, end) if STEM in piece else None
                hole = number.span() if number else (begin, end)
                between.append(message[at : hole[0]])
                are_values.append(piece in (VALUE, UNIT))
                at = hole[1]
        self._head = between[0] if between else message
        self._tail = message[at:]
        self._holes = tuple(zip(are_values, (*between[1:], b""), strict=True)) if between else ()
        self._between = tuple(filter(_HAS_OF_NUMBERS.search, between[1:]))

    def are_in(self, message: bytes) -> bool:
        """Whether they are in a message that is the same without `OF_NUMBERS`."""
        return self._come_in_order(message) or self._come_in_order(b" ".join(message.split()))

    def are_around_values(self, message: bytes) -> bool:
        """Whether they are in a message of which nothing is known but that it has the same signs.

        Between them must be values: a mere word only where words were found to be such.
        """
        if b"  " in message:
            message = b" ".join(message.split())
        if not (message.startswith(self._head) and message.endswith(self._tail)):
            return False
        at = len(self._head)
        for may_be_word, part in self._holes:
            found = message.find(part, at) if part else len(message) - len(self._tail)
            if found < at or not (may_be_word or _is_value(message[at:found])):
                return False
            at = found + len(part)
        return bool(self._holes)

    def _come_in_order(self, message: bytes) -> bool:
        if not (message.startswith(self._head) and message.endswith(self._tail)):
            return False
        at = len(self._head)
        for part in self._between:
            at = message.find(part, at) + len(part)
            if at < len(part):
                return False
        return True


def _is_value(text: bytes) -> bool:
    return not text.isalpha() or pieces(text).texts[0] == HOLE
