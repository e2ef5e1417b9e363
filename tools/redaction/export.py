"""The journal's export format, field by field, so that a field can be shortened and the rest still be read.

A field is `NAME=value`, or `NAME`, eight bytes of length and the value, which may hold line breaks; an empty line ends
an entry. Read exactly as `tools/probes/journal_export.py` reads it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NAME = re.compile(rb"[A-Z0-9_]{1,64}")
_LENGTH_BYTES = 8
_MOST_BYTES = 1 << 40
"""A longer field is no field: it is a line of capitals in something that is no export."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an entry, or any other line; `raw` is all of it with what ends it."""

    raw: bytes
    name: bytes = b""
    value: bytes = b""
    size: int | None = None
    """What a binary field claims; more than `value` has where the export was cut."""
    end: bytes = b""

    @property
    def is_text_of_host(self) -> bool:
        """Cursor and times are journald's own, and no name begins like theirs that is not."""
        return bool(self.value) and not self.name.startswith(b"__")

    def with_value(self, value: bytes) -> bytes:
        if value == self.value:
            return self.raw
        if self.size is None:
            return (self.name + b"=" if self.name else b"") + value + self.end
        is_cut = self.size > len(self.value)
        size = max(self.size, len(value)) if is_cut else len(value)
        return self.name + b"\n" + size.to_bytes(_LENGTH_BYTES, "little") + value + self.end


def is_export(data: bytes) -> bool:
    return data.startswith((b"__CURSOR=", b"MACHA_UNIT=")) or b"\n__CURSOR=" in data


def fields(data: bytes) -> Iterator[Field]:
    """All of `data` in pieces that join to it again."""
    at = 0
    while at < len(data):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        head, line_end = data[at:end], data[end : end + 1]
        name, equals, value = head.partition(b"=")
        begun, at = at, end + 1
        if not _NAME.fullmatch(name):
            yield Field(head + line_end, b"", head, None, line_end)
        elif equals:
            yield Field(head + line_end, name, value, None, line_end)
        else:
            size = int.from_bytes(data[at : at + _LENGTH_BYTES], "little")
            if size > _MOST_BYTES or at + _LENGTH_BYTES > len(data):
                yield Field(head + line_end, b"", head, None, line_end)
                continue
            at += _LENGTH_BYTES
            value = data[at : at + size]
            at += size + 1
            yield Field(data[begun:at], name, value, size, data[at - 1 : at])
