"""The number that says how something ended: the status of a request or of a process.

It is no value like others: one 500 among a hundred thousand 200s is what the log was read for.
"""

import re
from collections.abc import Collection
from functools import cache

_WORDS = ["status", "code", "errno", "exit", "exited", "rc", "returned", "signal"]
_SPELLED = {spelled.encode(): spelled.encode() for word in _WORDS for spelled in (word, word.title(), word.upper())}
_REQUEST = b"HTTP"


def ending_in(pieces: Collection[bytes], message: bytes) -> re.Pattern[bytes] | None:
    """A pattern whose first group is the outcome, for messages like this one; None where nothing has ended."""
    for piece in pieces:
        if piece in _SPELLED or piece == _REQUEST:
            pattern = _after(piece)
            if pattern.search(message):
                return pattern
    return None


@cache
def _after(word: bytes) -> re.Pattern[bytes]:
    """It begins with plain letters, which are found quickly."""
    if word == _REQUEST:
        return re.compile(rb"HTTP/[0-9.]{1,4}[\"'] ([0-9]{3})(?![\w.])")
    return re.compile(word + rb"[\"')]?(?: ?[=:]| status| code| with| is){0,3} ?[\"'(]?(-?[0-9]{1,3})(?![\w.])")
