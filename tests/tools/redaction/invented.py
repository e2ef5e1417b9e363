"""Secrets that no provider ever gave out, made of pieces at run time so that none stands in this repository."""

import random
import string
from base64 import b64encode
from dataclasses import dataclass

LETTERS = string.ascii_letters
WORD = string.ascii_letters + string.digits
LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits
HEX = "0123456789abcdef"
BASE64 = WORD + "+/"
TYPED = WORD + "!#%*+-_.:?^~"
"""What people type into a password field, less what ends a word in most formats."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What a host might say. Nothing of `secrets` may be left in it, all of `keeps` has to."""

    form: str
    text: str
    secrets: tuple[str, ...]
    keeps: tuple[str, ...] = ()

    def leaked(self, redacted: str) -> list[str]:
        """The secrets of which a third, and at least six characters, are still to be read."""
        return [secret for secret in self.secrets if _is_readable(secret, redacted)]

    def lost(self, redacted: str) -> list[str]:
        return [kept for kept in self.keeps if kept not in redacted]


def _is_readable(secret: str, text: str) -> bool:
    size = min(len(secret), max(6, len(secret) // 3))
    return any(secret[at : at + size] in text for at in range(len(secret) - size + 1))


class Inventor:
    """The same secrets in every run; one seed, one sequence."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def text(self, alphabet: str, length: int) -> str:
        return "".join(self._random.choices(alphabet, k=length))

    def mixed(self, length: int, alphabet: str = WORD) -> str:
        """Text with at least one digit, one capital and one small letter, in no fixed place."""
        forced = [*"4K", "q", *self.text(alphabet, length - 3)]
        self._random.shuffle(forced)
        return "".join(forced)

    def password(self, length: int = 14) -> str:
        first, last = self.text(LETTERS, 1), self.text(WORD, 1)
        return first + self.mixed(length - 2, TYPED) + last

    def base64(self, count: int) -> str:
        return b64encode(self._random.randbytes(count)).decode()

    def jwt(self) -> str:
        return ".".join(("eyJ" + self.mixed(33), "eyJ" + self.mixed(60), self.mixed(43)))

    def key_block(self, kind: str = "PRIVATE KEY", lines: int = 4) -> tuple[str, tuple[str, ...]]:
        """A private key in armour, and its body line by line."""
        body = tuple(self.base64(48) for _ in range(lines))
        return "\n".join((armour("BEGIN", kind), *body, armour("END", kind))), body


def armour(word: str, kind: str) -> str:
    return "-" * 5 + f"{word} {kind}" + "-" * 5
