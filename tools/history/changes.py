"""What is different on a host between two looks at it: where the cause of a new trouble is usually found."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tools.probes import Probe
from tools.probes.boots import Boots
from tools.probes.changes_signs import ChangesSigns
from tools.probes.mounts import Mounts
from tools.probes.network import Network
from tools.probes.observation import Observation, P
from tools.probes.system import System
from tools.probes.units import Units

COMPARED: tuple[type[Probe], ...] = (Boots, System, Units, Mounts, Network, ChangesSigns)
MOST_CHANGES = 40

_PASSING = re.compile(r"\.(?:device|scope)$|^(?:run-[ru]|user-runtime-dir@|user@|user-\d+\.slice|macha-act-)")
"""Units that come and go by themselves: devices, sessions, what was run once."""
_EPHEMERAL_PORTS = 32768
"""From here the kernel gives ports to whoever asks for any (ip_local_port_range); ssh forwardings listen there."""


@dataclass(frozen=True, slots=True)
class Change:
    """`before` or `after` is empty for what appeared or vanished."""

    what: str
    object: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """As in `unit nginx.service: was active, is failed`."""
        thing = f"{self.what} {self.object}".strip()
        return f"{thing}: was {self.before}, is {self.after or 'gone'}" if self.before else f"{thing}: {self.after}"


def changes(before: Observation, after: Observation) -> list[Change]:
    """What changed, the most telling kinds first; a fact that one of the looks does not have is not compared."""
    found: list[Change] = []
    for kind, compare in _COMPARERS:
        found += _compared(before, after, kind, compare)
    return found


def told(found: list[Change]) -> list[str]:
    """At most `MOST_CHANGES` lines for people, the last one saying how many more there are."""
    lines = [change.words for change in found[:MOST_CHANGES]]
    more = len(found) - MOST_CHANGES
    return [*lines, f"and {more} more"] if more > 0 else lines


def _compared(
    before: Observation, after: Observation, kind: type[P], compare: Callable[[P, P], Iterable[Change]]
) -> list[Change]:
    old, new = before.get(kind), after.get(kind)
    return list(compare(old, new)) if isinstance(old, kind) and isinstance(new, kind) else []


def _boots(old: Boots, new: Boots) -> Iterator[Change]:
    if old.boot_id != new.boot_id:
        yield Change("boot", "", old.boot_id[:8], new.boot_id[:8])


def _system(old: System, new: System) -> Iterator[Change]:
    yield from _pairs("kernel", {"": old.kernel}, {"": new.kernel})
    yield from _pairs("system", {"": old.os_name}, {"": new.os_name})


def _units(old: Units, new: Units) -> Iterator[Change]:
    """systemd forgets what is inactive and loads it again as it likes: that is no change."""
    were, are = ({u.name: u.active for u in units.units if not _PASSING.search(u.name)} for units in (old, new))
    found = (one for one in _pairs("unit", were, are) if {one.before, one.after} != {"", "inactive"})
    yield from sorted(found, key=lambda change: change.after != "failed")


def _mounts(old: Mounts, new: Mounts) -> Iterator[Change]:
    were, are = (
        {
            m.mounted_on: f"{m.source} ({m.fs_type}, {'read-only' if m.is_read_only else 'writable'})"
            for m in mounts.mounts
        }
        for mounts in (old, new)
    )
    yield from _pairs("mount", were, are)


def _network(old: Network, new: Network) -> Iterator[Change]:
    were, are = (
        {
            f"{one.address}:{one.port}": one.command or "listens"
            for one in network.listeners
            if one.port < _EPHEMERAL_PORTS
        }
        for network in (old, new)
    )
    yield from _pairs("port", were, are)
    for what, before, after in (("route", old.default_routes, new.default_routes), ("link", old.links, new.links)):
        yield from _pairs(what, dict.fromkeys(before, "there"), dict.fromkeys(after, "there"))
    yield from _pairs("nameservers", {"": " ".join(old.nameservers)}, {"": " ".join(new.nameservers)})


def _signs(old: ChangesSigns, new: ChangesSigns) -> Iterator[Change]:
    yield from _pairs("generation", old.generations, new.generations)
    yield from _times("packages", old.package_databases, new.package_databases)
    yield from _later("package", old.packages, new.packages)
    yield from _later("config", old.config_files, new.config_files)
    for login in new.logins:
        if login not in old.logins:
            yield Change("login", login, "", "new")


_COMPARERS: tuple[tuple[type[Probe], Callable[..., Iterable[Change]]], ...] = (
    (Boots, _boots),
    (System, _system),
    (ChangesSigns, _signs),
    (Units, _units),
    (Mounts, _mounts),
    (Network, _network),
)


def _pairs(what: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name, ""), new.get(name, "")
        if before != after:
            yield Change(what, name, before, after)


def _times(what: str, old: Mapping[str, int], new: Mapping[str, int]) -> Iterator[Change]:
    yield from _pairs(
        what, {name: _at(second) for name, second in old.items()}, {name: _at(second) for name, second in new.items()}
    )


def _later(what: str, old: Mapping[str, int], new: Mapping[str, int]) -> Iterator[Change]:
    """Of two lists of what changed last: only the newest entries are in them, so absence says nothing. Of a folder and
    what is in it only that."""
    oldest = min(old.values(), default=-1)
    changed = {name: second for name, second in new.items() if old.get(name, min(second, oldest)) != second}
    for name, second in sorted(changed.items(), key=lambda item: (-item[1], item[0])):
        if not any(other.startswith(f"{name}/") for other in changed):
            yield Change(what, name, "", f"changed {_at(second)}")


def _at(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S} UTC"
