"""Text from outside made harmless: nothing in it may steer a terminal, reorder a line or hide what stands there."""

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2028\u2029\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""What is invisible without being of a category C: joiners, fillers, variation selectors (256 of them, which can carry
any text unseen), the two separators, and the blank of Braille."""
_KEPT_CONTROLS = {"\n", "\t"}


def safe_text(text: str, *, limit: int = 4096, one_line: bool = False) -> str:
    """Escape every character that is not plainly visible and cut at `limit` characters.

    Control (Cc), format (Cf: bidirectional overrides, zero-width, tags), private-use, surrogate and unassigned
    characters and whatever else is invisible (`_INVISIBLE`) come out as `\\xNN`, `\\uNNNN` or `\\UNNNNNNNN`. A newline
    or tab is kept unless `one_line` is true, which escapes them too. A cut text ends with `…`.
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text  # nearly all there is, at a hundredth of the time
    kept: list[str] = []
    length = 0
    for character in text:
        visible = _visible(character, one_line)
        length += len(visible)
        if length > limit:
            kept.append("…")
            break
        kept.append(visible)
    return "".join(kept)


def safe_line(text: str, limit: int = 400) -> str:
    """`safe_text` for a single line: a name, a message, a cell of a table."""
    return safe_text(text, limit=limit, one_line=True)


def decode(output: bytes) -> str:
    """Bytes of a machine as text: UTF-8, and what is not UTF-8 as `\\xNN`."""
    return output.decode("utf-8", "backslashreplace")


def _visible(character: str, one_line: bool) -> str:
    if " " <= character <= "~":
        return character
    if character in _KEPT_CONTROLS and not one_line:
        return character
    if unicodedata.category(character)[0] == "C" or _INVISIBLE.match(character):
        return _escaped(character)
    return character


def _escaped(character: str) -> str:
    code = ord(character)
    if code in (0x0A, 0x0D, 0x09):
        return {0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t"}[code]
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
