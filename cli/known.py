"""What is known, each piece under an id that an answer can name: findings, actions, knowledge, the latest readings."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from cli.alike import alike
from gate import queue
from tools.errors import MachaError
from tools.probes import Skipped
from tools.probes.collection import observe
from tools.probes.facts_for_people import SHOWN, facts_for_people
from tools.probes.journal_errors import JournalErrors
from tools.probes.observation import Observation
from tools.questions import Reference
from tools.store import finding_list
from tools.store.reading import rows
from tools.store.snapshot_list import listed
from tools.store.snapshots import Snapshots

MOST_FINDINGS, MOST_ACTIONS, MOST_KNOWLEDGE, MOST_LINES = 30, 20, 4, 12
MOST_EVIDENCE = 3
_NUMBERS = "SELECT number FROM actions ORDER BY number DESC LIMIT 200"


def known(folder: Path, now: datetime, question: str, hosts: Sequence[str]) -> list[Reference]:
    """Of these hosts, what matters first first."""
    seen = (*_findings(folder, now, hosts), *_readings(folder, hosts))
    return [*seen, *_actions(folder, hosts), *_knowledge(folder, question)]


def _findings(folder: Path, now: datetime, hosts: Sequence[str]) -> Iterator[Reference]:
    found = [one for one in finding_list.listed(folder, now, every=True) if one["host"] in hosts]
    for place, one in enumerate(found[:MOST_FINDINGS], 1):
        seen = "; ".join(f"{line['source']}: {line['text']}" for line in one["evidence"][:MOST_EVIDENCE])
        changed = f"; changed before: {'; '.join(one['changed'][:MOST_EVIDENCE])}" if one["changed"] else ""
        words = f"{one['severity']}, {one['state']}, since {one['began_at']}: {one['summary']} ({seen}){changed}"
        yield Reference(f"f{place}", f"finding {one['id']} on {one['host']}", f"{one['kind']}, {words}")


def _actions(folder: Path, hosts: Sequence[str]) -> Iterator[Reference]:
    found = (queue.row(folder, row["number"]) for row in rows(folder / "macha.db", _NUMBERS))
    here = (row for row in found if row and row["host"] in hosts)
    for row in islice(here, MOST_ACTIONS):  # each is read, with its events, only when it is taken
        yield Reference(f"a{row['number']}", f"action {row['number']} on {row['host']}", _told(row))


def _told(row: dict[str, Any]) -> str:
    decided = f"; decided by {row['decided_by']} {row['decided_at']}" if row["decided_by"] else ""
    proven = f"; {row['verdict']}" if row["verdict"] else ""
    return (
        f"{row['sentence'] or row['kind']}: {row['state']}, proposed {row['proposed_at']} because {row['why']}; "
        f"gate: {row['reason']}{decided}{proven}"
    )


def _knowledge(folder: Path, question: str) -> Iterator[Reference]:
    for place, document in enumerate(alike(folder, question, MOST_KNOWLEDGE), 1):
        where = f"{document.id} ({document.provenance})"
        yield Reference(f"k{place}", where, f"{document.title}: {document.text}")


def _readings(folder: Path, hosts: Sequence[str]) -> Iterator[Reference]:
    """Of each host what it said at the newest look: facts at a glance, then the last errors that it logged."""
    lines = 0
    for place, host in enumerate(hosts, 1):
        for look in listed(folder, host, 1):
            try:
                facts = observe(Snapshots(folder / "snapshots").load(look["name"]), (*SHOWN, JournalErrors))
            except MachaError:
                continue  # it was removed or damaged meanwhile: what else is known still answers
            where = f"snapshot {look['name']} of {host} at {look['taken_at']}"
            said = "; ".join(f"{label}: {words}" for label, words in facts_for_people(facts).items())
            yield Reference(f"s{place}", where, said)
            for line in _errors(facts):
                lines += 1
                yield Reference(f"l{lines}", where, line)


def _errors(facts: Observation) -> list[str]:
    errors = facts.get(JournalErrors)
    said = [] if isinstance(errors, Skipped) else [f"{line.subject}: {line.message}" for line in errors.lines]
    return list(dict.fromkeys(reversed(said)))[:MOST_LINES]
