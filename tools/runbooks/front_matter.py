"""A runbook's file as text: TOML between two lines `+++`, then advice in plain words. Errors name the line."""

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tools.errors import MachaError
from tools.runbooks.pattern import Pattern
from tools.runbooks.runbook import Runbook
from tools.safe_text import safe_line

FENCE = "+++"
_LARGEST = 64 * 1024


def read(file: Path) -> Runbook:
    """The runbook in a file, all of it checked; raises MachaError with file, line and what is wrong."""
    try:
        with file.open("rb") as stream:
            text = stream.read(_LARGEST + 1)
    except OSError as error:
        raise MachaError(f"{safe_line(str(file))}: cannot be read: {error.strerror}") from None
    if len(text) > _LARGEST:
        raise MachaError(f"{safe_line(str(file))}: larger than {_LARGEST >> 10} kB; a runbook is one cause")
    try:
        return parse(text.decode("utf-8", "replace"), file.stem.replace("-", "_"))
    except _WrongError as error:
        raise MachaError(f"{safe_line(str(file))}:{error.line}: {safe_line(error.what, 300)}") from None


class _WrongError(Exception):
    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line, self.what = line, what


def parse(text: str, name: str) -> Runbook:
    """The runbook of this name in a text."""
    lines = text.splitlines()
    if not lines or lines[0].rstrip() != FENCE:
        raise _WrongError(1, f"must begin with a line {FENCE}")
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if end is None:
        raise _WrongError(len(lines), f"there is no second line {FENCE} after the front matter")
    values = _toml("\n".join(lines[1:end]))
    given = {"family": name, **values, "name": name, "advice": "\n".join(lines[end + 1 :]).strip()}
    try:
        runbook = Runbook.model_validate(given)
    except ValidationError as error:
        problem = error.errors()[0]
        raise _WrongError(_line_of(problem["loc"], lines, end), _words(problem["loc"], problem)) from None
    for pattern in patterns_of(runbook):
        if why := pattern.why_not():
            raise _WrongError(_line_with(pattern.text, lines), f"{pattern.text}: {why}")
    return runbook


def patterns_of(runbook: Runbook) -> list[Pattern]:
    """Every pattern of a runbook."""
    signals = runbook.signals
    lists = (signals.telling, signals.supporting, signals.against, signals.required, signals.excluded_by)
    return [pattern for patterns in lists for pattern in patterns]


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        raise _WrongError(int(found[1]) + 1 if found else 2, f"not TOML: {error}") from None


def _line_of(location: tuple[int | str, ...], lines: list[str], end: int) -> int:
    """The line of the innermost key of a location that stands in the text; the advice begins after the front matter."""
    if location == ("advice",):
        return end + 1
    for key in reversed([part for part in location if isinstance(part, str)]):
        for at, line in enumerate(lines[:end], 1):
            if re.match(rf"\s*\[?\[?{re.escape(key)}\b\s*(=|\]|\.)", line):
                return at
    return 1


def _line_with(pattern: str, lines: list[str]) -> int:
    return next((at for at, line in enumerate(lines, 1) if pattern in line), 1)


def _words(location: tuple[int | str, ...], problem: Any) -> str:
    where = ".".join(str(part) for part in location) or "front matter"
    if problem["type"] == "extra_forbidden":
        return f"{where}: unknown key"
    if problem["type"] == "missing":
        return f"{where}: this key is required"
    return f"{where}: {problem['msg'].removeprefix('Value error, ')}"
