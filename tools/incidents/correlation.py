"""Findings put together: along dependencies and resources on a host, and across hosts."""

import re
from collections.abc import Iterable
from dataclasses import replace

from tools.detectors import Finding
from tools.incidents import Incident, Symptom
from tools.incidents.relations import RELATIONS

ACROSS = frozenset({"net.dns", "net.route", "net.unreachable", "time.skew", "time.unsynchronised", "tls.expired"})
"""Kinds whose cause is likely to lie outside the host where several hosts have them."""
_COMMON = frozenset({"server", "service", "daemon", "network", "local", "system", "time", "user"})
_GENERATED = "/run/systemd/generator/"
"""Where systemd puts the mount units that it makes of fstab."""
MANY_HOSTS = 3
"""So many hosts with the same trouble have one cause; two may be chance."""


def incidents(findings: Iterable[Finding]) -> list[Incident]:
    """Every finding in exactly one incident, worst incident first."""
    found = list(findings)
    parents: Parents = {}
    for finding in found:
        parent = _parent(finding, found)
        if parent and not _leads_to(parent[0], finding, parents):
            parents[finding.fingerprint] = parent
    roots = [finding for finding in found if finding.fingerprint not in parents]
    single = [_incident(root, found, parents) for root in roots]
    return sorted(_across_hosts(single), key=lambda incident: (-incident.severity_rank, -len(incident.symptoms)))


def causes_first(findings: Iterable[Finding]) -> list[Finding]:
    """The same findings, each root before the symptoms that hang on it: the order in which to repair."""
    return [one for incident in incidents(findings) for one in (incident.root, *(s.finding for s in incident.symptoms))]


Parents = dict[str, tuple[Finding, str]]


def _parent(finding: Finding, found: list[Finding]) -> tuple[Finding, str] | None:
    """What explains a finding most directly: the first relation that holds, unless it explains that one as well."""
    for relation in RELATIONS:
        for other in found:
            if other is finding or other.host != finding.host:
                continue
            if (why := relation(other, finding)) and not _explains(finding, other):
                return other, why
    return None


def _leads_to(start: Finding, end: Finding, parents: Parents) -> bool:
    """Whether `end` is among what explains `start`: then a further link would close a circle, and all be lost."""
    above: Finding | None = start
    while above is not None and above is not end:
        above = parents[above.fingerprint][0] if above.fingerprint in parents else None
    return above is end


def _explains(one: Finding, other: Finding) -> bool:
    return any(relation(one, other) for relation in RELATIONS)


def _incident(root: Finding, found: list[Finding], parents: Parents) -> Incident:
    below: list[Symptom] = []
    queue = [root]
    while queue:
        above = queue.pop(0)
        for finding in found:
            parent = parents.get(finding.fingerprint)
            if parent and parent[0] is above:
                below.append(Symptom(finding, parent[1]))
                queue.append(finding)
    return Incident(root, cause_of(root), tuple(below))


def cause_of(finding: Finding) -> str:
    """The thing at fault, named by what the finding knows: a file, a process, a unit that was gone; else its object."""
    if cause := finding.details.get("cause"):
        return cause
    if finding.kind == "mount.failed" and finding.details.get("fragment_path", "").startswith(_GENERATED):
        return "/etc/fstab"
    if finding.kind == "net.port_conflict" and finding.details.get("holder"):
        return f"process {finding.details['holder']}"
    if finding.kind == "unit.failed" and (other := _spoken_of(finding)):
        return other
    return finding.object


def _spoken_of(finding: Finding) -> str | None:
    """A service that the unit comes after and that its own last words speak of: it was not there when it was needed,
    whether or not it is back."""
    said = {word for line in finding.evidence if line.source == "unit_logs" for word in _words(line.text)}
    services = (name for name in finding.details.get("after", "").split() if name.endswith(".service"))
    own = (name for name in services if not name.startswith("systemd-"))
    return next((name for name in own if _words(name.removesuffix(".service")) & said), None)


def _words(text: str) -> set[str]:
    """Words that can name a program."""
    return {word for word in re.split(r"[^a-z]+", text.casefold()) if len(word) > 3} - _COMMON


def _across_hosts(single: list[Incident]) -> list[Incident]:
    """One incident of what many hosts have at once; the hosts' own findings hang below the first of them."""
    groups: dict[tuple[str, str], list[Incident]] = {}
    for incident in single:
        if incident.root.kind in ACROSS:
            groups.setdefault((incident.root.kind, incident.root.object), []).append(incident)
    joined: list[Incident] = []
    gone: set[str] = set()
    for group in groups.values():
        if len(group) < MANY_HOSTS:
            continue
        first, *others = group
        hosts = [incident.root.host for incident in group]
        below = [Symptom(o.root, f"{len(hosts)} hosts have it at once") for o in others]
        below += [symptom for incident in group for symptom in incident.symptoms]
        joined.append(replace(first, cause=f"{first.cause} on {len(hosts)} hosts at once", symptoms=tuple(below)))
        gone.update(incident.root.fingerprint for incident in group)
    return joined + [incident for incident in single if incident.root.fingerprint not in gone]
