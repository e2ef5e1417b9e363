"""What stands between the values of a message: by it others like it are known without being cut into pieces."""

import re
from collections.abc import Sequence

from tools.reading.masking import ALIKE, HOLE, STEM, UNIT, VALUE, is_variable, pieces, spans_of

_DIGIT = re.compile(rb"[0-9]")
_NUMBER = re.compile(rb"[0-9]+")


class Constants:
    """Of one message, which was cut. How many blanks stand beside each other makes no difference."""

    __slots__ = ("_head", "_holes", "_tail")

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

    def are_around_values(self, message: bytes) -> bool:
        """Whether a message that has the same signs has them in their order, with values between them.

        A mere word is a value only where words were found to be such.
        """
        if b"  " in message:
            message = b" ".join(message.split())
        if not (message.startswith(self._head) and message.endswith(self._tail)):
            return False
        at = len(self._head)
        for may_be_word, part in self._holes:
            found = message.find(part, at) if part else len(message) - len(self._tail)
            value = message[at:found]
            if found <= at or b" " in value or not (may_be_word or _DIGIT.search(value) or _is_hole(value)):
                return False
            at = found + len(part)
        return bool(self._holes)


def _is_hole(text: bytes) -> bool:
    return pieces(text).texts == (HOLE,)
