"""Two raw answers of hosts beside each other, section by section, as lines that were taken out and put in."""

from collections.abc import Iterator
from difflib import unified_diff

from tools.probes.recording import Recording
from tools.probes.script import Section
from tools.safe_text import decode, safe_line

MOST_LINES_COMPARED = 2000
"""Of a section; comparing takes the square of that."""
MOST_LINES_SHOWN = 60
LINE_CHARACTERS = 300


def section_diffs(before: Recording, after: Recording) -> Iterator[tuple[str, list[str]]]:
    """Name and unified diff of every section that differs; a long one ends with how much more there is."""
    for name in sorted(before.sections.keys() | after.sections.keys()):
        old, new = before.sections.get(name), after.sections.get(name)
        if old == new:
            continue
        lines = list(unified_diff(_lines(old), _lines(new), "before", "after", n=0, lineterm=""))[2:]
        if more := len(lines) - MOST_LINES_SHOWN:
            lines = [*lines[:MOST_LINES_SHOWN], f"… and {more} more lines"] if more > 0 else lines
        yield name, lines or ["differs beyond what is compared"]


def _lines(section: Section | None) -> list[str]:
    """As printed, in harmless text; the exit status is a line of its own, for it may be all that differs."""
    if section is None:
        return []
    status = "cut" if section.exit_status is None else f"exit status {section.exit_status}"
    text = decode(section.output).split("\n", MOST_LINES_COMPARED)[:MOST_LINES_COMPARED]
    return [f"({status})", *(safe_line(line, LINE_CHARACTERS) for line in text)]
