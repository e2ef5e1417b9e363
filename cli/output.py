"""How text reaches a person: made safe once more, wrapped to the terminal, coloured only where that helps."""

import json
import os
import re
import shutil
import sys
import textwrap
from typing import Any

from tools.safe_text import safe_line, safe_text

_COLOURS = {"critical": "1;31", "high": "31", "warning": "33", "info": "36", "good": "32", "bold": "1", "dim": "2"}
WIDEST = 100
_WIDE = re.compile(
    "[\u1100-\u115e\u231a-\u2fff\u3000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe6f\uff01-\uff60\uffe0-\uffe6\U00016fe0-\U0003ffff]"
)
"""Letters that take two cells of a terminal (or may: it is no harm to wrap too early)."""
_SECOND_CELL = "\ue000"
"""Stands for the second cell while a line is measured; `safe_text` lets no such character in."""


def say(text: str = "") -> None:
    """Print text of Macha's own or from outside; nothing in it can steer the terminal."""
    print(safe_text(text, limit=1 << 20))  # noqa: T201


def say_styled(style: str, text: str, rest: str = "") -> None:
    """Print a line whose first part has a style, on a terminal that wants colours; what is too long is wrapped."""
    text, rest = safe_line(text), safe_line(rest, 1 << 16)
    first, *more = _wrapped(text + rest, "", "    ").split("\n")
    wants_colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    if wants_colours and first.startswith(text):
        first = f"\x1b[{_COLOURS[style]}m{text}\x1b[0m" + first.removeprefix(text)
    print("\n".join((first, *more)))  # noqa: T201


def say_json(value: Any) -> None:
    """Print one JSON value; everything beyond ASCII is escaped, so no character of it acts on a terminal."""
    print(json.dumps(value, ensure_ascii=True, indent=1))  # noqa: T201


def say_wrapped(text: str, indent: str = "", first: str | None = None) -> None:
    """Print a paragraph within the width of the terminal; `first` begins its first line instead of `indent`."""
    first = None if first is None else safe_line(first)
    for line in safe_text(text, limit=1 << 16).split("\n"):
        say(_wrapped(line.expandtabs(), indent if first is None else first, indent))
        first = None


def _wrapped(line: str, first: str, others: str) -> str:
    """A safe line as lines that fit the terminal.

    One that the terminal itself had to wrap would go on at its edge, where only Macha's own words may stand.
    """
    width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
    cells = _WIDE.sub(rf"\g<0>{_SECOND_CELL}", line)
    width -= len(cells) > len(line)  # between the two cells of a letter no line can be broken
    filled = textwrap.fill(cells, width, initial_indent=first, subsequent_indent=others, break_on_hyphens=False)
    return filled.replace(_SECOND_CELL, "")


def ask(question: str) -> bool:
    """Whether the person at the terminal says yes; anything else is a no, and so is the end of what they type."""
    print(f"{safe_line(question)} [y/N] ", end="", flush=True)  # noqa: T201
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def can_ask() -> bool:
    """Whether there is a terminal to ask at."""
    return sys.stdin is not None and sys.stdin.isatty()


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
            say(_cut(line, width) if sys.stdout.isatty() else line)


def _cut(line: str, width: int) -> str:
    """A line as it fits into so many cells of a terminal."""
    cells = _WIDE.sub(rf"\g<0>{_SECOND_CELL}", line)
    return (line if len(cells) <= width else cells[: width - 1] + "…").replace(_SECOND_CELL, "")
