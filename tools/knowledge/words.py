"""Text as the words that tell one trouble from another."""

import re
from collections.abc import Iterator

MOST_CHARACTERS = 1 << 15
"""Of a text only so much is read: who floods a log must not make a search slow."""

_ANNOUNCED = re.compile(
    r"systemd\[1\]|(?:main|control) process exited|failed with result|exit-code|code=exited|status=\d+(?:/[a-z]+)?"
    r"|error\(s\) occurred while switching to the new configuration|\.service\b|/nix/store/\S*?-|<[a-z_ -]+>"
    r"|\[redacted:\w+\]"
)
"""What systemd and NixOS say of every failure, whatever it is; and what stands in the place of something left out."""
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_HASH = re.compile(r"[0-9a-f]{8,}")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PLAIN = re.compile(r"\w+")
_ENDINGS = (
    "ations", "ation", "ively", "ings", "ing", "ied", "ies", "ive", "ely", "ly", "ed", "es", "s", "e",
)  # fmt: skip
_EMPTY = {
    "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "for", "from", "had", "has", "have",
    "if", "in", "into", "is", "it", "its", "no", "not", "of", "on", "or", "so", "than", "that", "the", "then",
    "there", "this", "to", "was", "were", "when", "which", "will", "with",
}  # fmt: skip


def words(text: str) -> list[str]:
    """The words of a text in order: lower case, without endings, numbers, hashes and what every failure says."""
    shown = _HUMP.sub(" ", text[:MOST_CHARACTERS]).lower()
    return list(_stems(_HASH.sub("", _ANNOUNCED.sub(" ", shown))))


def plain_words(text: str) -> list[str]:
    """The words as they stand, in lower case: what BM25 alone would be given."""
    return _PLAIN.findall(text[:MOST_CHARACTERS].lower())


def _stems(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        if word not in _EMPTY:
            yield _stem(word)


def _stem(word: str) -> str:
    """Enough of a stemmer for the words of logs: `locked`, `locking` and `locks` are one."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word
