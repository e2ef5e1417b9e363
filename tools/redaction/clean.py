"""Text and bytes without their secrets: the rules over every line that has one of their words."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from tools.redaction import private_key
from tools.redaction.catalogue import RULES
from tools.redaction.export import Field, fields, is_export
from tools.redaction.private_key import PrivateKeys
from tools.redaction.rule import placeholder

_KEYWORDS = sorted({keyword for rule in RULES for keyword in rule.keywords} | set(private_key.KEYWORDS))
_MESSAGE_BYTES = 8192
"""Of a longer message with a keyword the rest is not kept, nor the end of what was searched, which may cut a secret:
anybody can write such lines, searching them takes up to 10 ms per kB, and a parser reads 4096 bytes."""
_MOST_ROUNDS = 8
"""A line that still changes after so many is written by somebody who wants that; nothing of it is kept."""


def redact(text: str) -> str:
    """`text` with `[redacted:RULE]` for every secret; doing it again changes nothing."""
    data = text.encode("utf-8", "surrogatepass")
    cleaned = redact_bytes(data)
    return text if cleaned == data else cleaned.decode("utf-8", "surrogatepass")


def redact_bytes(data: bytes) -> bytes:
    """The same for raw output. An export of the journal stays one: the lengths of its binary fields are put right."""
    words = _among(_KEYWORDS, data)
    if not words:
        return data
    keys = PrivateKeys()
    if is_export(data):
        return b"".join(_clean_fields(data, words, keys))
    return _clean_text(data, words, keys)


def _clean_fields(data: bytes, words: Iterable[bytes], keys: PrivateKeys) -> Iterator[bytes]:
    known: dict[bytes, bytes] = {}
    for field in fields(data):
        if not field.is_text_of_host:
            yield field.raw
        elif field.name == b"MESSAGE":
            yield field.with_value(_clean_message(field, words, keys))
        else:
            # Units and programs come again in every entry: most of a journal is seen here for the second time.
            if field.value not in known:
                known[field.value] = _clean_text(field.value, words, PrivateKeys())
            yield field.with_value(known[field.value])


def _clean_message(field: Field, words: Iterable[bytes], keys: PrivateKeys) -> bytes:
    if len(field.value) <= _MESSAGE_BYTES or not _among(words, field.value):
        return _clean_text(field.value, words, keys)
    begun = _clean_text(field.value[:_MESSAGE_BYTES], words, keys)
    margin = _MESSAGE_BYTES // 8
    return begun[: min(len(begun), _MESSAGE_BYTES) - margin] + b" " + placeholder("rest")


def _clean_text(text: bytes, words: Iterable[bytes], keys: PrivateKeys) -> bytes:
    return b"\n".join([_clean_line(keys.clean(line), words) for line in text.split(b"\n")])


def _clean_line(line: bytes, words: Iterable[bytes]) -> bytes:
    return _cleaned(line) if any(map(line.lower().__contains__, words)) else line


@lru_cache(4096)
def _cleaned(line: bytes) -> bytes:
    """Kept, for the lines that have such a word are nearly the same on every host and in every look."""
    for _ in range(_MOST_ROUNDS):
        found = _among(_KEYWORDS, line)
        before = line
        for rule in RULES:
            if not found.isdisjoint(rule.keywords):
                line = rule.clean(line)
        if line == before:
            return line
    return placeholder("line")


def _among(words: Iterable[bytes], data: bytes) -> set[bytes]:
    lowered = data.lower()
    return {word for word in words if word in lowered}
