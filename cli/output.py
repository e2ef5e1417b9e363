"""How text reaches a person: made safe once more, wrapped to the terminal, coloured only where that helps."""

import json
import os
import shutil
import sys
import textwrap
from typing import Any

from tools.safe_text import safe_line, safe_text

_COLOURS = {"critical": "1;31", "high": "31", "warning": "33", "info": "36", "good": "32", "bold": "1", "dim": "2"}
WIDEST = 100


def say(text: str = "") -> None:
    """Print text of Macha's own or from outside; nothing in it can steer the terminal."""
    print(safe_text(text, limit=1 << 20))  # noqa: T201


def say_styled(style: str, text: str, rest: str = "") -> None:
    """Print a line whose first part has a style, on a terminal that wants colours."""
    text, rest = safe_line(text), safe_line(rest, 1 << 16)
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb":
        text = f"\x1b[{_COLOURS[style]}m{text}\x1b[0m"
    print(text + rest)  # noqa: T201


def say_json(value: Any) -> None:
    """Print one JSON value; everything beyond ASCII is escaped, so no character of it acts on a terminal."""
    print(json.dumps(value, ensure_ascii=True, indent=1))  # noqa: T201


def say_wrapped(text: str, indent: str = "", first: str | None = None) -> None:
    """Print a paragraph within the width of the terminal; `first` begins its first line instead of `indent`."""
    width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
    for line in safe_text(text, limit=1 << 16).split("\n") or [""]:
        say(
            textwrap.fill(
                line, width, initial_indent=indent if first is None else first, subsequent_indent=indent,
                break_long_words=False, break_on_hyphens=False,
            )
        )  # fmt: skip
        first = None


def say_error(command: str, message: str) -> None:
    """One line on standard error."""
    print(f"{command}: {safe_line(message, 2000)}", file=sys.stderr)  # noqa: T201


def say_table(rows: list[tuple[str, ...]], heading: tuple[str, ...]) -> None:
    """Print columns; the last one takes what is left of the width and is cut there."""
    width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
    cells = [tuple(safe_line(cell, 200) for cell in row) for row in (heading, *rows)]
    sizes = [max(len(row[column]) for row in cells) for column in range(len(heading) - 1)]
    for at, row in enumerate(cells):
        line = "  ".join([*(cell.ljust(size) for cell, size in zip(row, sizes, strict=False)), row[-1]])
        if at == 0:
            say_styled("bold", line.rstrip())
        else:
            say(line if len(line) <= width or not sys.stdout.isatty() else line[: width - 1] + "…")
