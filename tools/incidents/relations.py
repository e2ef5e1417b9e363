"""One relation a function: does the first finding explain the second, and how is that said?

Both are of the same host. A relation looks at facts that the detectors left in the findings' details and evidence;
text of a log only supports what another finding has already established.
"""

import re
from collections.abc import Callable

from tools.detectors import Finding, Severity

Relation = Callable[[Finding, Finding], str | None]

_NO_SPACE = re.compile(r"no space left|enospc|disk (?:is )?full|misconf|quota exceeded", re.IGNORECASE)
_PORT_TAKEN = re.compile(r"address already in use|eaddrinuse", re.IGNORECASE)
_NO_MEMORY = re.compile(r"out of memory|cannot allocate memory|oom", re.IGNORECASE)
_NO_NAMES = re.compile(
    r"name (?:or service )?not known|temporary failure in name resolution|could not resolve", re.IGNORECASE
)
_DOWN = ("unit.failed", "unit.inactive", "unit.masked", "mount.failed")
_SUFFERING = ("unit.failed", "unit.inactive", "unit.flapping", "unit.hung", "log.errors", "log.storm", "app.unhealthy")


def same_unit(one: Finding, other: Finding) -> str | None:
    """How a unit fares explains what it logs, that it hit its start limit, and that what it serves is not there."""
    consequences = ("unit.start_limit", "unit.inactive", "unit.flapping", "log.errors", "unit.hung")
    if one.kind in ("unit.failed", "unit.masked") and other.kind in consequences and one.object == other.object:
        return f"{one.object} itself is {one.kind.removeprefix('unit.')}"
    if one.kind in ("log.storm", "proc.fd_leak", "unit.flapping") and other.kind == "log.errors":
        return "it is the same unit" if one.object == other.object else None
    return None


def trigger(one: Finding, other: Finding) -> str | None:
    """A socket, timer or path that gave up because the service it starts would not stay up."""
    kinds = (".socket", ".timer", ".path")
    if one.kind != "unit.failed" or other.kind != "unit.failed" or not other.object.endswith(kinds):
        return None
    if one.object.endswith(".service") and one.object.rpartition(".")[0] == other.object.rpartition(".")[0]:
        return f"{other.object} starts {one.object}, which fails"
    return None


def dependency(one: Finding, other: Finding) -> str | None:
    """A unit that is down takes those down that need it or start after it."""
    if one.kind not in _DOWN or other.kind not in _SUFFERING or one.object == other.object:
        return None
    if one.object in other.details.get("requires", "").split():
        return f"{other.object} requires {one.object}"
    if one.object in other.details.get("after", "").split() and not one.object.endswith(".target"):
        return f"{other.object} comes after {one.object}, which is down"
    return None


def wrong_input(one: Finding, other: Finding) -> str | None:
    """A broken configuration, a wrong owner or a held port keeps the unit down that needs it."""
    if one.kind not in ("config.invalid", "perms.wrong", "net.port_conflict", "lock.stale", "mem.oom"):
        return None
    if other.kind not in ("unit.failed", "unit.flapping", "unit.start_limit", "unit.hung", "log.errors"):
        return None
    if one.details.get("unit", one.object) == other.object:
        return f"{other.object} needs it"
    if one.kind == "net.port_conflict" and _says(other, _PORT_TAKEN):
        return f"{other.object} cannot have its address"
    return None


def full_disk(one: Finding, other: Finding) -> str | None:
    """What fills a disk explains that it is full; a full disk explains what says that it has no space."""
    if one.kind == "disk.deleted_open" and other.kind == "disk.space":
        return "the deleted file that is still open takes the space"
    if one.kind in ("disk.space", "disk.inodes") and one.severity.rank >= Severity.HIGH.rank:
        return f"{one.object} is full" if other.kind in _SUFFERING and _says(other, _NO_SPACE) else None
    return None


def memory(one: Finding, other: Finding) -> str | None:
    """A host without memory explains what was killed for it or could not get any."""
    if one.kind == "mem.pressure" and other.kind in ("mem.oom", *_SUFFERING) and _says(other, _NO_MEMORY):
        return "the host has no memory left"
    return None


def network(one: Finding, other: Finding) -> str | None:
    """Without a route no name is resolved; without names what needs them fails."""
    if one.kind == "net.route" and one.severity.rank > Severity.INFO.rank and other.kind == "net.dns":
        return "there is no way to the nameserver"
    if one.kind == "net.dns" and other.kind in _SUFFERING and _says(other, _NO_NAMES):
        return "names are not resolved"
    return None


def reboot(one: Finding, other: Finding) -> str | None:
    """A machine that went down hard leaves damaged journals and stale locks."""
    if one.kind == "boot.unexpected" and other.kind in ("journal.corrupt", "lock.stale"):
        return "the machine went down without shutting down"
    return None


def application(one: Finding, other: Finding) -> str | None:
    """An application that does not answer on a host where something it may need is down."""
    down = (*_DOWN, "net.port_conflict", "disk.space", "mem.oom", "config.invalid")
    if other.kind == "app.unhealthy" and one.kind in down and one.severity.rank > Severity.INFO.rank:
        return f"{one.object} is in trouble on the same host"
    return None


RELATIONS: tuple[Relation, ...] = (
    same_unit, trigger, dependency, wrong_input, full_disk, memory, network, reboot, application,
)  # fmt: skip


def _says(finding: Finding, words: re.Pattern[str]) -> bool:
    return any(words.search(line.text) for line in finding.evidence)
