"""Services that cannot start because somebody else listens on their port."""

import re
from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Severity
from tools.probes import Skipped
from tools.probes.journal_export import JournalLine
from tools.probes.network import Listener, Network
from tools.probes.unit_logs import UnitLogs
from tools.probes.units import Units

_IN_USE = re.compile(r"address (?:is )?already in use|EADDRINUSE|port (?:\d+ )?is already (?:in use|allocated)", re.I)
_ADDRESS = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]{2,45}\]|\*|localhost)[:,] ?(?:port )?(\d{2,5})\b")
_PORT = re.compile(r"\bport[ :=]{1,2}(\d{2,5})\b|:(\d{2,5})\b", re.I)
_EVERYWHERE = {"0.0.0.0", "[::]", "*"}  # noqa: S104
_FIRST_PERSON = 1000
"""The first number of a person's user by login.defs."""


def detect(units: Units, unit_logs: UnitLogs, network: Network | Skipped) -> Iterator[Finding]:
    """`net.port_conflict` with `address:port` as object, where a failed unit itself said that it is taken."""
    listeners = network.listeners if isinstance(network, Network) else ()
    for unit in units.failed():
        lines = [line for line in unit_logs.of(unit.name) if line.unit == unit.name]
        said = [line for line in lines if _IN_USE.search(line.message)]
        if said:
            place, holder = _place(said[-1], lines, listeners)
            yield _finding(unit.name, said[-1], place, holder)


def _place(said: JournalLine, lines: list[JournalLine], listeners: tuple[Listener, ...]) -> tuple[str, Listener | None]:
    """Where the conflict is and who holds it: from the line itself, else from what the unit said when it last ran."""
    for message in (said.message, *(line.message for line in reversed(lines) if "listen" in line.message.lower())):
        address, port = _named(message)
        holders = [one for one in listeners if port == one.port and _covers(one.address, address)]
        if port:
            return f"{address or (holders[0].address if holders else '*')}:{port}", holders[0] if holders else None
    strangers = [one for one in listeners if one.uid is not None and one.uid >= _FIRST_PERSON]
    return (strangers[0].place, strangers[0]) if len(strangers) == 1 else ("unknown", None)


def _named(message: str) -> tuple[str, int | None]:
    if found := _ADDRESS.search(message):
        return found[1].replace("localhost", "127.0.0.1"), int(found[2])
    if found := _PORT.search(message):
        return "", int(found[1] or found[2])
    return "", None


def _covers(held: str, wanted: str) -> bool:
    return not wanted or held == wanted or held in _EVERYWHERE or wanted in _EVERYWHERE


def _finding(unit: str, said: JournalLine, place: str, holder: Listener | None) -> Finding:
    who = "" if holder is None else (holder.command or "an unknown program")
    whose = f" of user {holder.uid}" if holder and holder.uid is not None else ""
    by = f" by {who}{whose}" if who else ""
    evidence = [Evidence("unit_logs", f"{said.command}: {said.message}")]
    if holder:
        evidence.append(Evidence("network", f"{holder.place} is held{by}"))
    return Finding(
        kind="net.port_conflict",
        object=place,
        severity=Severity.HIGH,
        summary=f"{unit} cannot listen on {place}: it is in use{by}",
        evidence=tuple(evidence),
        details={
            "unit": unit,
            "holder": who,
            "holder_uid": "" if not holder or holder.uid is None else str(holder.uid),
        },
    )
