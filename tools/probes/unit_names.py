"""Which texts are names of systemd units, and the blocks that `systemctl show` prints about them."""

import re
from collections.abc import Iterator

_UNIT_NAME = re.compile(
    r"[A-Za-z0-9:_.\\@-]{1,253}"
    r"\.(?:service|socket|target|device|mount|automount|swap|timer|path|slice|scope)"
)


def is_unit_name(text: str) -> bool:
    """Whether systemd could have a unit of exactly this name: its character set, a known suffix, no glob."""
    return len(text) <= 255 and _UNIT_NAME.fullmatch(text) is not None


def unit_names(text: str) -> tuple[str, ...]:
    """The unit names in a list separated by spaces; anything else in it is dropped."""
    return tuple(name for name in text.split() if is_unit_name(name)) if text else ()


def properties(text: str) -> Iterator[dict[str, str]]:
    """The `Key=value` blocks of `systemctl show`, one for each unit, values exactly as printed."""
    for block in text.split("\n\n"):
        pairs = (line.partition("=") for line in block.split("\n"))
        if found := {key: value for key, equals, value in pairs if equals and key.isalnum()}:
            yield found


def number(text: str) -> int | None:
    """A count of `systemctl show`; None for `[not set]`, `infinity` and the largest integer, which means the same."""
    if not re.fullmatch(r"[0-9]{1,20}", text):
        return None
    value = int(text)
    return None if value >= 2**64 - 1 else value
