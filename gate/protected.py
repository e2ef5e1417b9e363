"""What Macha never touches, and everything that a systemd job would drag along with it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import translate
from functools import cache

from tools.actions import Job
from tools.probes.unit_graph import UnitGraph, UnitNode

PROTECTED = (
    "ssh.service", "ssh.socket", "ssh@*", "sshd.service", "sshd.socket", "sshd@*", "sshd-*", "dropbear*",
    "systemd-*", "init.scope", "user@*", "user-runtime-dir@*", "emergency.*", "rescue.*", "getty@*", "serial-getty@*",
    "dbus.*", "dbus-broker.*", "polkit.*", "network.*", "networking.*", "network-*.service", "NetworkManager*",
    "netctl*", "connman*", "wicked*", "dhcpcd*", "dhclient*", "wpa_supplicant*", "iwd.*", "ifup@*", "ifupdown*",
    "firewall*", "nftables.*", "iptables*", "ip6tables*", "ufw.*", "wg-quick@*", "wireguard*", "openvpn*",
    "tailscaled.*", "zerotier*", "nix-daemon.*", "nixos-*", "display-manager.*", "auditd.*", "macha*",
    # what ends or suspends the machine, boots or wipes it anew, or opens a shell
    "shutdown.target", "umount.target", "final.target", "halt.target", "poweroff.target", "reboot.target",
    "soft-reboot.target", "kexec.target", "exit.target", "ctrl-alt-del.target", "sigpwr.target", "sleep.target",
    "suspend*.target", "hibernate.target", "hybrid-sleep.target", "factory-reset*", "system-update*", "initrd*",
    "debug-shell.*", "console-getty.*", "container-getty@*", "container-shell@*", "getty-static.*",
)  # fmt: skip
"""Built in: no configuration removes one of these. Shell patterns, matched against a unit's Id and all its names."""

NEVER_STOPPED = ("*.target", "*.slice", "*.scope", "*.mount", "*.swap", "*.device")
"""Kinds of unit that may be pulled in by a start but may never be stopped as a side effect."""

_STOPPED_WITH = ("RequiredBy", "BoundBy", "RequisiteOf", "ConsistsOf", "PropagatesStopTo")
_PULLED_IN = ("Requires", "BindsTo", "Wants", "Upholds")
_CALLED_AT_THE_END = {"OnFailure": "OnFailureJobMode", "OnSuccess": "OnSuccessJobMode"}
_RUNNING = ("active", "reloading", "refreshing")
"""Where systemd drops a start job as redundant, and with it all that the unit would pull in."""
_TRIGGERED = {"socket": "service", "timer": "service", "path": "service", "automount": "mount"}


def why_protected(names: Iterable[str], configured: Iterable[str] = ()) -> str | None:
    """The pattern that protects a unit known by any of these names, or None. Case does not help to escape.

    What starts a protected service is protected with it, as are the instances of a protected template; a pattern
    without a kind, as in `nginx`, protects every unit of that name.
    """
    patterns = (*PROTECTED, *(pattern for pattern in configured if pattern.strip()))
    spellings = [spelling for name in names for spelling in _spellings(name.casefold())]
    return next((p for p in patterns if any(map(_matcher(p.strip().casefold()).match, spellings))), None)


@cache
def _matcher(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern))


def _spellings(name: str) -> Iterator[str]:
    """A unit's name and all that it stands for: what it starts, its template, and each of them without its kind."""
    yield name
    stem, _, kind = name.rpartition(".")
    for suffix in (kind, _TRIGGERED.get(kind)):
        if suffix:
            template = stem.partition("@")[0]
            yield from (f"{stem}.{suffix}", f"{template}@.{suffix}")
    yield from (stem, stem.partition("@")[0])


def why_not_touch(graph: UnitGraph, unit: str, job: Job, configured: Iterable[str] = ()) -> str | None:
    """Why a systemd job on a unit must not be made on this host: it, or a unit it drags along, is protected.

    `graph` is the host's own, read just now. The closure is taken on the safe side: a relation counts whether or not
    systemd would follow it in the unit's present state, except that a conflict stops only what is up, and a start
    pulls in only what is down.
    """
    node = graph.find(unit)
    if node is None or node.load_state == "not-found":
        return f"{unit} is not among the units of this host"
    patterns = tuple(configured)
    if pattern := why_protected(_names(node), patterns):
        return f"{node.id} is protected ({pattern}): Macha never touches it"
    reach = _reached(graph, node, job)
    return next(_objections(graph, node, reach, patterns), None)


def dependants(graph: UnitGraph, unit: str, job: Job) -> list[str]:
    """The other units that the job would stop or restart, by Id."""
    node = graph.find(unit)
    if node is None:
        return []
    return sorted(name for name in _reached(graph, node, job).stopped if name != node.id)


def unknown(graph: UnitGraph, unit: str) -> set[str]:
    """The names, the unit's own among them, that any job on it could lead to and that the graph does not know."""
    node = graph.find(unit)
    return {unit} if node is None else _reached(graph, node, "restart").unknown


@dataclass(slots=True)
class _Reach:
    """What a job does to the units of a host, each by its Id."""

    stopped: dict[str, UnitNode] = field(default_factory=dict)
    started: dict[str, UnitNode] = field(default_factory=dict)
    ending: dict[str, UnitNode] = field(default_factory=dict)
    """What may end by itself then: a socket whose service cannot be started any more."""
    reloaded: dict[str, UnitNode] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    def touched(self) -> dict[str, UnitNode]:
        return self.stopped | self.started | self.ending | self.reloaded


def _objections(graph: UnitGraph, node: UnitNode, reach: _Reach, configured: tuple[str, ...]) -> Iterator[str]:
    for touched in reach.touched().values():
        if pattern := why_protected(_names(touched), configured):
            yield f"it would also touch {touched.id}, which is protected ({pattern})"
        for relation, words in (("TriggeredBy", "is started by"), ("Triggers", "starts")):
            for other in _related(graph, touched, relation, set()):
                if pattern := why_protected(_names(other), configured):
                    yield f"{touched.id} {words} {other.id}, which is protected ({pattern})"
    for stopped in (reach.stopped | reach.ending).values():
        if stopped is not node and any(_matcher(p).match(stopped.id) for p in NEVER_STOPPED):
            yield f"it would also stop {stopped.id}"
    for touched in (reach.stopped | reach.started | reach.ending).values():
        for when, what in touched.host_actions.items():
            yield f"{touched.id} may {what} the host ({when}={what})"
        for relation, mode in _CALLED_AT_THE_END.items():
            if touched.related(relation) and touched.job_modes.get(mode) in ("isolate", "flush"):
                yield f"{touched.id} may stop everything else ({mode}={touched.job_modes[mode]})"
    if reach.unknown:
        yield f"{min(reach.unknown)}, which it would also touch, is not known"


def _names(node: UnitNode) -> tuple[str, ...]:
    return node.id, *node.names


def _reached(graph: UnitGraph, node: UnitNode, job: Job) -> _Reach:
    """Follow a job and all that it leads to; the unit itself is in it where it applies."""
    reach = _Reach()
    queue: list[tuple[str, UnitNode]] = []
    if job == "reload":
        _close(graph, node, ("PropagatesReloadTo",), reach.reloaded, reach.unknown)
    if job in ("stop", "restart"):
        queue += [("stop", unit) for unit in _close(graph, node, _STOPPED_WITH, reach.stopped, reach.unknown)]
    if job == "restart":
        queue += [("start", unit) for unit in reach.stopped.values()]
    if job == "start" or (job == "none" and node.active_state == "failed" and _is_kept_up(graph, node)):
        queue.append(("start", node))
    reach.started |= {unit.id: unit for what, unit in queue if what == "start"}
    while queue:
        what, unit = queue.pop()
        for more, other in _consequences(graph, what, unit, reach.unknown):
            found = {"stop": reach.stopped, "start": reach.started, "end": reach.ending}[more]
            if other.id not in found:
                found[other.id] = other
                queue.append((more, other))
    return reach


def _consequences(graph: UnitGraph, what: str, unit: UnitNode, unknown: set[str]) -> Iterator[tuple[str, UnitNode]]:
    """What systemd does next to other units once it starts or stops this one, or once it ends.

    A unit that is started may fail, so all that follows an end follows a start as well.
    """

    def related(*relations: str) -> Iterator[UnitNode]:
        for relation in relations:
            yield from _related(graph, unit, relation, unknown)

    if what == "stop":
        yield from (("stop", other) for other in related(*_STOPPED_WITH))
    if what == "start":
        yield from (("start", other) for other in related(*_PULLED_IN, "Triggers") if has_to_start(other))
        yield from (("stop", other) for other in related("Conflicts", "ConflictedBy") if _is_up(other))
        # a socket or a path gives up when its unit cannot be started any more
        yield from (("end", other) for other in related("TriggeredBy") if _is_up(other))
    elif _is_up(unit) and _is_kept_up(graph, unit):
        yield "start", unit
    if what == "start" and unit.stops_when_unneeded:
        yield "stop", unit
    if what == "start" or _is_up(unit):
        yield from (("start", other) for other in related(*_CALLED_AT_THE_END) if has_to_start(other))
        # an end that no job asked for stops less than a stop job does
        yield from (("stop", other) for other in related("BoundBy", "PropagatesStopTo") if _is_up(other))
        needed = related(*_PULLED_IN, "Requisite")
        yield from (("stop", other) for other in needed if other.stops_when_unneeded and _is_up(other))


def _related(graph: UnitGraph, unit: UnitNode, relation: str, unknown: set[str]) -> Iterator[UnitNode]:
    for name in unit.related(relation):
        other = graph.find(name)
        if other:
            yield other
        else:
            unknown.add(name)


def _close(
    graph: UnitGraph, root: UnitNode, relations: tuple[str, ...], reached: dict[str, UnitNode], unknown: set[str]
) -> list[UnitNode]:
    """Add everything reached from the root by these relations, the root included."""
    reached[root.id] = root
    queue = [root]
    while queue:
        unit = queue.pop()
        for other in (other for relation in relations for other in _related(graph, unit, relation, unknown)):
            if other.id not in reached:
                reached[other.id] = other
                queue.append(other)
    return list(reached.values())


def has_to_start(unit: UnitNode) -> bool:
    """Whether a start job pulls it in: a unit that runs is left alone, and so is what it once pulled in itself."""
    return unit.active_state not in _RUNNING


def _is_up(unit: UnitNode) -> bool:
    return unit.active_state not in ("inactive", "failed")


def _is_kept_up(graph: UnitGraph, unit: UnitNode) -> bool:
    """Whether systemd starts it by itself once it is down, as a unit that is up demands."""
    keepers = (other for relation in ("UpheldBy", "TriggeredBy") for other in _related(graph, unit, relation, set()))
    return any(_is_up(other) for other in keepers)
