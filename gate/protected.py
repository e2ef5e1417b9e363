"""What Macha never touches, and everything that a systemd job would drag along with it."""

import re
from collections.abc import Iterable, Iterator
from fnmatch import translate
from functools import cache

from gate.reach import CALLED_AT_THE_END, Reach, reached, related
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

    `graph` is the host's own, read just now; how it is followed is in `gate.reach`.
    """
    node = graph.find(unit)
    if node is None or node.load_state == "not-found":
        return f"{unit} is not among the units of this host"
    patterns = tuple(configured)
    if pattern := why_protected(_names(node), patterns):
        return f"{node.id} is protected ({pattern}): Macha never touches it"
    reach = reached(graph, node, job)
    return next(_objections(graph, node, reach, patterns), None)


def dependants(graph: UnitGraph, unit: str, job: Job) -> list[str]:
    """The other units that the job would stop or restart, by Id."""
    node = graph.find(unit)
    if node is None:
        return []
    return sorted(name for name in reached(graph, node, job).stopped if name != node.id)


def unknown(graph: UnitGraph, unit: str) -> set[str]:
    """The names, the unit's own among them, that any job on it could lead to and that the graph does not know."""
    node = graph.find(unit)
    return {unit} if node is None else reached(graph, node, "restart").unknown


def _objections(graph: UnitGraph, node: UnitNode, reach: Reach, configured: tuple[str, ...]) -> Iterator[str]:
    for touched in reach.touched().values():
        if pattern := why_protected(_names(touched), configured):
            yield f"it would also touch {touched.id}, which is protected ({pattern})"
        for relation, words in (("TriggeredBy", "is started by"), ("Triggers", "starts")):
            for other in related(graph, touched, (relation,), set()):
                if pattern := why_protected(_names(other), configured):
                    yield f"{touched.id} {words} {other.id}, which is protected ({pattern})"
    for stopped in (reach.stopped | reach.ending).values():
        if stopped is not node and any(_matcher(p).match(stopped.id) for p in NEVER_STOPPED):
            yield f"it would also stop {stopped.id}"
    for touched in (reach.stopped | reach.started | reach.ending).values():
        for when, what in touched.host_actions.items():
            yield f"{touched.id} may {what} the host ({when}={what})"
        for relation, mode in CALLED_AT_THE_END.items():
            if touched.related(relation) and touched.job_modes.get(mode) in ("isolate", "flush"):
                yield f"{touched.id} may stop everything else ({mode}={touched.job_modes[mode]})"
    if reach.unknown:
        yield f"{min(reach.unknown)}, which it would also touch, is not known"


def _names(node: UnitNode) -> tuple[str, ...]:
    return node.id, *node.names
