"""What Macha never touches, and everything that a systemd job would drag along with it."""

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase

from tools.actions import Job
from tools.probes.unit_graph import UnitGraph, UnitNode

PROTECTED = (
    "ssh.service", "ssh.socket", "ssh@*", "sshd.service", "sshd.socket", "sshd@*", "sshd-*", "dropbear*",
    "systemd-*", "init.scope", "user@*", "user-runtime-dir@*", "emergency.*", "rescue.*", "getty@*", "serial-getty@*",
    "dbus.*", "dbus-broker.*", "polkit.*", "network.*", "networking.*", "network-*.service", "NetworkManager*",
    "netctl*", "connman*", "wicked*", "dhcpcd*", "dhclient*", "wpa_supplicant*", "iwd.*", "ifup@*", "ifupdown*",
    "firewall*", "nftables.*", "iptables*", "ip6tables*", "ufw.*", "wg-quick@*", "wireguard*", "openvpn*",
    "tailscaled.*", "zerotier*", "nix-daemon.*", "nixos-*", "display-manager.*", "auditd.*", "macha*",
)  # fmt: skip
"""Built in: no configuration removes one of these. Shell patterns, matched against a unit's Id and all its names."""

NEVER_STOPPED = ("*.target", "*.slice", "*.scope", "*.mount", "*.swap", "*.device")
"""Kinds of unit that may be pulled in by a start but may never be stopped as a side effect."""

_STOPPED_WITH = ("RequiredBy", "BoundBy", "RequisiteOf", "ConsistsOf", "PropagatesStopTo")
STARTED_WITH = ("Requires", "Requisite", "BindsTo", "Wants", "Upholds", "OnFailure", "OnSuccess")
_RUNNING = ("active", "activating", "reloading", "deactivating", "maintenance", "refreshing")


def why_protected(names: Iterable[str], configured: Iterable[str] = ()) -> str | None:
    """The pattern that protects a unit known by any of these names, or None. Case does not help to escape."""
    patterns = (*PROTECTED, *configured)
    return next((p for name in names for p in patterns if fnmatchcase(name.casefold(), p.casefold())), None)


def why_not_touch(graph: UnitGraph, unit: str, job: Job, configured: Iterable[str] = ()) -> str | None:
    """Why a systemd job on a unit must not be made on this host: it, or a unit it drags along, is protected.

    `graph` is the host's own, read just now. The closure is taken on the safe side: a relation counts whether or not
    systemd would follow it in the unit's present state, except that a conflict with an inactive unit stops nothing.
    """
    node = graph.find(unit)
    if node is None or node.load_state == "not-found":
        return f"{unit} is not among the units of this host"
    if pattern := why_protected(node.names, configured):
        return f"{node.id} is protected ({pattern}): Macha never touches it"
    stopped, started = _reached(graph, node, job)
    for touched in (*stopped, *started):
        if pattern := why_protected(touched.names, configured):
            return f"it would also touch {touched.id}, which is protected ({pattern})"
    for touched in stopped:
        if touched is not node and any(fnmatchcase(touched.id, p) for p in NEVER_STOPPED):
            return f"it would also stop {touched.id}"
    return None


def dependants(graph: UnitGraph, unit: str, job: Job) -> list[str]:
    """The other units that the job would stop or restart, by Id."""
    node = graph.find(unit)
    if node is None:
        return []
    return sorted(touched.id for touched in _reached(graph, node, job)[0] if touched is not node)


def _reached(graph: UnitGraph, node: UnitNode, job: Job) -> tuple[list[UnitNode], list[UnitNode]]:
    """What a job stops (or restarts) and what it starts, the unit itself included in both where it applies."""
    stopped = _closure(graph, [node], _STOPPED_WITH) if job in ("stop", "restart") else []
    starting = _closure(graph, [node, *stopped], STARTED_WITH, has_to_start) if job in ("start", "restart") else []
    conflicting = [
        other
        for unit in (*starting, *stopped)
        for name in (*unit.related("Conflicts"), *unit.related("ConflictedBy"))
        if (other := graph.find(name)) and other.active_state != "inactive"
    ]
    stopped += [unit for unit in _closure(graph, conflicting, _STOPPED_WITH) if unit not in stopped]
    triggers = [
        t for unit in stopped if unit is not node for name in unit.related("TriggeredBy") if (t := graph.find(name))
    ]
    return stopped + [unit for unit in triggers if unit not in stopped], starting


def has_to_start(unit: UnitNode) -> bool:
    """Whether a start job pulls it in: a unit that runs is left alone, and so is what it once pulled in itself."""
    return unit.active_state not in _RUNNING


def _closure(
    graph: UnitGraph,
    roots: list[UnitNode],
    relations: tuple[str, ...],
    follow: Callable[[UnitNode], bool] | None = None,
) -> list[UnitNode]:
    """Everything reached from the roots by these relations; with `follow`, only through units for which it holds."""
    reached: dict[str, UnitNode] = {root.id: root for root in roots}
    queue = list(roots)
    while queue:
        unit = queue.pop()
        for name in (name for relation in relations for name in unit.related(relation)):
            other = graph.find(name)
            if other and other.id not in reached and (follow is None or follow(other)):
                reached[other.id] = other
                queue.append(other)
    return list(reached.values())
