"""All that is kept about one action or one finding, put together for `macha why`; nothing is stored."""

from datetime import datetime
from pathlib import Path
from typing import Any

from cli.alike import alike
from cli.opinion import opinion
from cli.screen import command
from gate import queue
from tools.errors import MachaError
from tools.safe_text import safe_line
from tools.store import finding_list
from tools.store.reading import json_of, rows

MOST_CASES = 3
MOST_DIGITS = 18
"""Of a number that is typed: it fits into 64 bits."""
_NUMBERS = "SELECT number, findings, undo_of FROM actions ORDER BY number"


def story(folder: Path, now: datetime, asked: str, config: Path | None) -> dict[str, Any]:
    """The story of a ledger number, else of the finding whose id begins so.

    `findings` with what Macha makes of each, `forgotten` ids of those no longer kept, `actions` by number,
    `knowledge` that fits. Raises MachaError where there is neither.
    """
    row = _row(folder, asked)
    if row is None:
        prints = [_finding(folder, now, asked)["id"]]
        numbers = _numbers(folder, prints, None)
    else:
        prints, numbers = [str(print_) for print_ in row["findings"]], _numbers(folder, row["findings"], row)
    known = {one["id"]: one for one in finding_list.listed(folder, now, every=True)}
    findings = [finding_list.finding(folder, now, print_) for print_ in prints if print_ in known]
    told = [one | opinion(folder, one, list(known.values()), config) for one in findings]
    actions = [found for number in numbers if (found := queue.row(folder, number))]
    return {
        "asked": asked,
        "number": row["number"] if row else None,
        "findings": told,
        "forgotten": [print_ for print_ in prints if print_ not in known],
        "actions": [one | {"runs": command(one)} for one in actions],
        "knowledge": _similar(folder, findings, actions),
    }


def _row(folder: Path, asked: str) -> dict[str, Any] | None:
    is_number = asked.isascii() and asked.isdecimal() and len(asked) <= MOST_DIGITS
    return queue.row(folder, int(asked)) if is_number else None


def _finding(folder: Path, now: datetime, asked: str) -> dict[str, Any]:
    try:
        return finding_list.finding(folder, now, asked)
    except MachaError:
        if not (asked.isascii() and asked.isdecimal()):
            raise
        raise MachaError(
            f"there is no action number {safe_line(asked, 40)}, and no one finding whose id begins so; "
            "`macha-approve list` and `macha findings list --all` show those there are"
        ) from None


def _numbers(folder: Path, prints: list[str], row: dict[str, Any] | None) -> list[int]:
    """Rows about any of these findings, the row itself, what it undid and what undid it, refused ones too."""
    wanted, own = set(prints), {row["number"], row["undo_of"]} if row else set()
    found: list[int] = []
    for one in rows(folder / "macha.db", _NUMBERS):
        is_about = bool(wanted & _prints(one["findings"]))
        if is_about or one["number"] in own or (one["undo_of"] is not None and one["undo_of"] in {*own, *found}):
            found.append(one["number"])
    return found


def _prints(text: str) -> set[str]:
    try:
        found = json_of(text)
    except MachaError:
        return set()  # `queue.row` says so of a row that is shown
    return {one for one in found if isinstance(one, str)} if isinstance(found, list) else set()


def _similar(folder: Path, findings: list[dict[str, Any]], actions: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Notes and proven cases that fit by words alone, so that no index and no model is needed."""
    said = [text for one in findings for text in (one["summary"], *(line["text"] for line in one["evidence"]))]
    own = frozenset(f"case-{one['number']}" for one in actions)
    found = alike(folder, "\n".join(said), MOST_CASES, own)
    return [{"id": one.id, "title": one.title, "provenance": one.provenance} for one in found]
