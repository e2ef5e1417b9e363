"""Private keys in armour, which go over several lines: of one text, or of one journal entry each."""

from tools.redaction.rule import PLACEHOLDER, compiled, placeholder

NAME = "armour"
KEYWORDS = (b"private key", b"putty-user-key-file", b"private-lines:")
_BEGIN = rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
_END = rb"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
_PUTTY = rb"(?i)Private-Lines:[ \t]*\d{1,3}[ \t]*\r?$"
_MOST_LINES = 400


class PrivateKeys:
    """Reads lines in their order, keeps a key's headings and takes its body, whatever stands before it in a line."""

    def __init__(self) -> None:
        self._lines_left = 0

    def clean(self, line: bytes) -> bytes:
        if b"-----BEGIN " in line or b"rivate-" in line:
            return self._from_heading(line)
        if not self._lines_left:
            return line
        self._lines_left -= 1
        if b"-----END " in line:
            self._lines_left = 0
            return line
        return compiled(rb"(?:^|(?<=\s))(?:[A-Za-z0-9+/]{16,}={0,2}|[A-Za-z0-9+/]{2,}={1,2})(?=\r?$)").sub(
            placeholder(NAME), line
        )

    def _from_heading(self, line: bytes) -> bytes:
        if compiled(_PUTTY).search(line):
            self._lines_left = _MOST_LINES
            return line
        pieces = compiled(rb"(" + _BEGIN + rb")").split(line)
        cleaned = [pieces[0]]
        for heading, rest in zip(pieces[1::2], pieces[2::2], strict=True):
            end = compiled(_END).search(rest)
            body = rest[: end.start()] if end else rest
            cleaned += [heading, _without_body(body), rest[end.start() :] if end else b""]
            self._lines_left = 0 if end else _MOST_LINES
        return b"".join(cleaned)


def _without_body(body: bytes) -> bytes:
    """Line breaks may be written out (`\\\\n`); a body of nothing but such is none."""
    return placeholder(NAME) if compiled(rb"[A-Za-z0-9+/]{8,}").search(compiled(PLACEHOLDER).sub(b"", body)) else body
