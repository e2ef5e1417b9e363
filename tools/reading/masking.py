"""A message cut into pieces, with holes where it names one thing out of many: a number, an address, a path, an id.

All of it works on bytes in which every digit is a 0 (`ALIKE`): words that differ in digits alone are cut once.
"""

import re
import string
from functools import lru_cache
from typing import NamedTuple

HOLE = b"*"
"""What stands in a key where the message had something that differs from line to line."""
VALUE = b"*?"
"""What stands where different words were found to be values of one message."""
UNIT = b"*%"
"""What stands where the unit of a measure was found to differ: KB and MB."""
STEM = b"#"
"""What stands for the digits of a name that has one number: `eth#`, `user_#`."""
NOTHING = b"_"
"""What `name=` is followed by when no value follows: as good a value as any."""
ALIKE = bytes.maketrans(b"123456789", b"000000000")
"""For `bytes.translate`: every digit becomes a 0, in its place."""

_MOST_WORDS = 30_000
_LONGEST_WORD = 256
_LONGEST_STEM = 24

_PIECE = re.compile(
    rb"""
      (?P<address> [A-Za-z][A-Za-z+.-]{1,15}:// [^\s"'<>(){}|,;\\]+         # a URL
        | [\w.+%-]{1,64} @ [\w-]+ (?:\.[\w-]+)+                             # mail, an instance of a unit
        | [\w-]+ (?:\.[\w-]+)+ : [0-9]{1,5} (?!\w) )                        # host and port
    | (?P<path> (?:~|\.{1,2}|(?<![\w.)\]]))? / [\w.@%+~#-]+ (?:[/:][\w.@%+~#-]+)* /?
        | [A-Za-z]:\\ [^\s"'<>|,;:()]*
        | [\w.~-]+ (?:/[\w.@%+~-]+){2,} /? )
    | (?P<hardware> [0-9A-Fa-f]{2} (?::[0-9A-Fa-f]{2}){3,} (?!\w)           # of a network card
        | [0-9A-Fa-f]{0,4} (?:::?[0-9A-Fa-f]{1,4}){3,7} (?!\w) )            # IPv6
    | (?P<stamp> [0-9]{4} -[0-9]{2} -[0-9]{2} T [0-9:.,]+ (?:Z|[+-][0-9:]+)? (?!\w) )
    | (?P<number> (?<!\w) [+-]? [0-9]+ (?:[.,:/_-]+[0-9]+)* (?! \w | [.-]+\w*[A-Za-z] ) )
    | (?P<name> \w [\w.@$#+-]* [\w$#] | \w )
    | (?P<sign> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_IN_NAMES = string.ascii_letters.encode() + b"0_.-"
_HEXADECIMAL = re.compile(rb"(?:0[xX])?[0-9A-Fa-f]+[hLuU]?|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_DOTTED = re.compile(rb"[a-z0_-]+(?:\.[a-z0_-]+){2,}")
"""A name of a host or a thing of the desktop's; the names of errors have capitals."""
_NUMBER = re.compile(rb"[0-9]+")
_VALUES = frozenset(
    b"""true false True False TRUE FALSE null NULL nil None
    Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr Jun Jul Aug Sep Oct Nov Dec""".split()
)


class Pieces(NamedTuple):
    """Of a word without blanks: what each piece counts as, and how many bytes it has; together they are the word."""

    texts: tuple[bytes, ...]
    sizes: tuple[int, ...]


@lru_cache(_MOST_WORDS)
def pieces(word: bytes) -> Pieces:
    if len(word) > _LONGEST_WORD:
        return Pieces((HOLE,), (len(word),))
    if not word.translate(None, _IN_NAMES) and word[:1].isalnum() and word[-1:].isalnum():
        return Pieces((_name(word),), (len(word),))  # what the pattern would find, in a fifth of the time
    if word == b"()":
        return Pieces((b"(", HOLE, b")"), (1, 0, 1))
    texts: list[bytes] = []
    sizes: list[int] = []
    for match in _PIECE.finditer(word):
        piece = match.group()
        kind = match.lastgroup
        texts.append(piece if kind == "sign" else _name(piece) if kind == "name" else HOLE)
        sizes.append(len(piece))
    if len(word) > 1 and texts[-1] == b"=":
        texts.append(NOTHING)
        sizes.append(0)
    return Pieces(tuple(texts), tuple(sizes))


def texts_of(alike: bytes) -> list[bytes]:
    """What every piece of a message counts as."""
    found: list[bytes] = []
    for word in alike.split():
        found += pieces(word)[0]
    return found


def spans_of(alike: bytes) -> list[tuple[int, int]]:
    """Where every piece of a message begins and ends."""
    found: list[tuple[int, int]] = []
    at = 0
    for word in alike.split():
        at = alike.index(word, at)
        sizes = pieces(word)[1]
        if len(sizes) == 1:
            found.append((at, at + len(word)))
            at += len(word)
        else:
            for size in sizes:
                found.append((at, at + size))
                at += size
    return found


def is_word(piece: bytes) -> bool:
    """Anything but a sign; holes are signs."""
    return (len(piece) > 1 and piece not in (VALUE, UNIT)) or piece.isalpha()


def is_variable(piece: bytes) -> bool:
    return piece in (HOLE, VALUE, UNIT) or STEM in piece


def _name(name: bytes) -> bytes:
    """A name as it is, where it has no digit and is no value; the stem where it has one number; else a hole."""
    if name in _VALUES or _DOTTED.fullmatch(name):
        return HOLE
    if not _NUMBER.search(name):
        return HOLE if len(name) >= 8 and _HEXADECIMAL.fullmatch(name) else name
    if name[:1].isdigit() or len(name) > _LONGEST_STEM or _HEXADECIMAL.fullmatch(name):
        return HOLE
    stem = _NUMBER.sub(STEM, name)
    return stem if stem.count(STEM) == 1 else HOLE
