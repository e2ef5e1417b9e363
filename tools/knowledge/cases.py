"""What was done and proven: actions of the ledger whose outcome is `verified`, with the trouble that they ended.

Nothing else is learned from: neither what was proposed or approved, nor what was done without proof, nor what a model
believed. The ledger is read as plain rows; a row that is not as the gate writes it teaches nothing.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.knowledge import Document
from tools.safe_text import safe_line, safe_text
from tools.store.reading import rows

MOST = 2000
"""So many of the newest rows are read."""
MOST_EVIDENCE = 20
_VERIFIED = f"""
SELECT number, host, kind, target, sentence, author, why, verdict, decided_by, finished_at, findings FROM actions
WHERE state = 'verified' AND undo_of IS NULL ORDER BY number DESC LIMIT {MOST}
"""  # noqa: S608 (a number of our own)
_FINDINGS = "SELECT fingerprint, kind, summary, evidence FROM findings"
_TEXTS = ("host", "kind", "target", "sentence", "author", "why", "verdict", "decided_by", "finished_at")
_SAID_BY = {"rules": "cause", "model": "cause, as the model said, unchecked", "person": "cause, as a person said"}


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases of one state folder; the same action on the same thing is one case, told as it was the last time."""

    state: Path

    def documents(self) -> Iterator[Document]:
        """Newest first."""
        verified = [row for row in rows(self.state / "macha.db", _VERIFIED) if _is_whole(row)]
        known = {row["fingerprint"]: row for row in rows(self.state / "macha.db", _FINDINGS)} if verified else {}
        times: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
        for row in verified:
            times.setdefault((row["host"], row["kind"], row["target"]), []).append(row)
        for same in times.values():
            findings = [known[print_] for print_ in _list(same[0]["findings"]) if print_ in known]
            yield case(same[0], findings, len(same))


def case(action: Mapping[str, Any], findings: Sequence[Mapping[str, Any]], times: int = 1) -> Document:
    """One proven action and the findings it answered, as plain values, as a document."""
    troubles = [safe_line(str(finding["summary"])) for finding in findings]
    lines = [
        f"{safe_line(str(finding['kind']), 80)}: {trouble}" for finding, trouble in zip(findings, troubles, strict=True)
    ]
    lines += [f"  | {line}" for finding in findings for line in _evidence(finding)]
    if action["why"]:
        lines.append(f"{_SAID_BY.get(action['author'], 'cause, as somebody said')}: {safe_line(action['why'], 1000)}")
    lines.append(f"done: {safe_line(action['sentence'])}")
    lines.append(f"proof: {safe_line(action['verdict'])}")
    again = f", for the {times}. time" if times > 1 else ""
    return Document(
        id=f"case-{action['number']}",
        kind="case",
        title=(troubles or [safe_line(action["sentence"])])[0],
        text=safe_text("\n".join(lines), limit=1 << 16),
        provenance=f"action {action['number']} on {safe_line(action['host'], 80)}, allowed by "
        f"{safe_line(action['decided_by'], 80)}, verified {safe_line(action['finished_at'], 40)}{again}",
    )


def _is_whole(row: Mapping[str, Any]) -> bool:
    return type(row["number"]) is int and all(isinstance(row[name], str) for name in _TEXTS)


def _evidence(finding: Mapping[str, Any]) -> list[str]:
    pairs = [pair for pair in _list(finding["evidence"]) if isinstance(pair, list) and len(pair) == 2]
    return [safe_line(f"{source}: {text}") for source, text in pairs[:MOST_EVIDENCE]]


def _list(text: object) -> list[Any]:
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return []
    return [one for one in found if isinstance(one, str | list)] if isinstance(found, list) else []
