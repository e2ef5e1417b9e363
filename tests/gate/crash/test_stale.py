"""An approval holds for one world, one policy, one code: when any of them moved, nothing runs and the row says why."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from gate.interface import Entry, Person, Request
from gate.local import LocalGate
from tests.conftest import ManualClock
from tests.gate.crash.house import close, forget
from tests.world import FakeUnit, World, failed
from tools.actions import Action, Risk
from tools.actions.catalogue import actions, build, catalogue_version
from tools.configuration import Level, Settings, validated
from tools.hosts import Unreachable

LILY = Person(1000, "lily")
UNIT = "app.service"
REQUESTS: Mapping[str, Mapping[str, str | int]] = {
    "unit.restart": {"name": UNIT}, "unit.start": {"name": UNIT}, "unit.reset_failed": {"name": UNIT},
    "diagnose": {"name": UNIT}, "journal.vacuum": {"keep_megabytes": 64},
}  # fmt: skip
CONFIGURATION: Mapping[str, Any] = {
    "localHost": False,
    "hosts": {"web": {"address": "192.0.2.9", "groups": ["shop"]}, "db": {"address": "192.0.2.10"}},
    "groups": {"shop": {}},
}


class MovingWorld(World):
    """A machine whose unit can be made to say anything about itself."""

    def __init__(self) -> None:
        super().__init__(
            "web", {UNIT: failed(), "worker.service": FakeUnit(), "idle.service": FakeUnit("inactive", "dead")}
        )
        self.journal_bytes = 1 << 30
        self.said: dict[str, str] = {}

    def _block(self, name: str, unit: FakeUnit) -> str:
        block = super()._block(name, unit)
        if name != UNIT:
            return block
        pairs = dict(line.split("=", 1) for line in block.splitlines()) | self.said
        return "".join(f"{key}={value}\n" for key, value in pairs.items())


def says(key: str, value: str) -> Callable[[MovingWorld], None]:
    return lambda world: world.said.update({key: value})


def gone(world: MovingWorld) -> None:
    del world.units[UNIT]


def shrunk(megabytes: int) -> Callable[[MovingWorld], None]:
    return lambda world: setattr(world, "journal_bytes", megabytes << 20)


def lost(world: MovingWorld) -> None:
    world.unreachable = Unreachable("no_route", "nothing answers at 192.0.2.9")


FAILURE = ("unit.restart", "unit.reset_failed")
"""Kinds whose approval rests on one failure of a unit, told from any other."""
UNIT_KINDS = ("unit.restart", "unit.start", "unit.reset_failed")
STOPPING = ("RequiredBy", "BoundBy", "RequisiteOf", "ConsistsOf", "PropagatesStopTo")

NAMED = (*UNIT_KINDS, "diagnose")
SAYS: tuple[tuple[tuple[str, ...], str, tuple[str, ...], str], ...] = (
    (
        FAILURE,
        "Result",
        ("exit-code", "timeout", "oom-kill", "core-dump", "watchdog", "resources"),
        "result was 'signal'",
    ),
    (FAILURE, "InvocationID", (f"{2:032x}", f"{9:032x}", ""), "invocation was '0000"),
    (FAILURE, "StateChangeTimestamp", ("after 2", "Mon 2026-03-02 10:00:00 UTC", ""), "changed was 'after 1'"),
    (FAILURE, "SubState", ("dead", "auto-restart"), "sub was 'failed'"),
    (
        FAILURE,
        "ActiveState",
        ("active", "activating", "inactive", "deactivating", "reloading", "maintenance"),
        "not failed",
    ),
    (("unit.start",), "ActiveState", ("active", "activating", "deactivating", "reloading"), "already"),
    (UNIT_KINDS, "LoadState", ("masked", "error", "bad-setting"), "cannot be started"),
    (NAMED, "LoadState", ("not-found",), "not among the units"),
    (UNIT_KINDS, "FragmentPath", ("/run/systemd/system/app.service", "/tmp/app.service", ""), "file was '/etc/"),
    (UNIT_KINDS, "NeedDaemonReload", ("yes",), "needs_reload was 'no', is 'yes'"),
    (UNIT_KINDS, "Id", ("other.service",), "is another name of other.service"),
    (UNIT_KINDS, "Names", ("app.service sshd.service",), "is protected"),
    (("unit.restart", "unit.start"), "Conflicts", ("ssh.service",), "would also touch ssh.service"),
    *((("unit.restart",), relation, ("ssh.service",), "would also touch ssh.service") for relation in STOPPING),
    *((("unit.restart",), relation, ("worker.service",), "worker.service") for relation in STOPPING),
    (("unit.restart",), "Conflicts", ("worker.service",), "worker.service"),
)
"""Which approvals end when the unit says something else about itself, and the reason that is given."""
WORLD: list[tuple[str, Callable[[MovingWorld], None], str]] = [
    *((kind, says(key, value), why) for kinds, key, values, why in SAYS for kind in kinds for value in values),
    *((kind, gone, "not among the units") for kind in NAMED),
    *(("journal.vacuum", shrunk(size), "the journal takes") for size in (8, 16, 40, 64)),
    *((kind, lost, "nothing answers") for kind in REQUESTS),
]


def host(**values: Any) -> dict[str, Any]:
    return {"hosts": {**CONFIGURATION["hosts"], "web": {**CONFIGURATION["hosts"]["web"], **values}}}


def group(**values: Any) -> dict[str, Any]:
    return {"groups": {"shop": values}}


WINDOWS = [[{"start": f"{hour:02}:00", "end": f"{hour + 1:02}:00"}] for hour in (1, 11, 12, 20)]
FREEZES = [[{"first": f"2026-{month:02}-01", "last": f"2026-{month:02}-28"}] for month in (1, 3, 12)]
ONE_HOST: tuple[dict[str, Any], ...] = (
    {"critical": True}, {"autonomyLevel": "observe"}, {"autonomyLevel": "suggest"}, {"groups": []}, {"user": "root"},
    {"address": "192.0.2.11"}, {"port": 2222}, {"hostKey": "ssh-ed25519 AAAA"},
    *({"maintenanceWindows": windows} for windows in WINDOWS),
)  # fmt: skip
BUDGETS = ("unitMinutes", "unitDay", "hostHour", "fleetHour", "hostCycle", "promptsDay")
CHANGES: tuple[Mapping[str, Any], ...] = (
    *({"protectedServices": [name]} for name in (UNIT, "app*", "APP.SERVICE", "*", "db.service", "x")),
    *({"actions": {"deny": [kind]}} for kind in REQUESTS),
    *({"actions": {"allow": [kind]}} for kind in REQUESTS),
    *({"actions": {"levels": {kind: level}}} for kind in REQUESTS for level in Level),
    *({"freezes": freeze} for freeze in FREEZES),
    *({"maintenanceWindows": windows} for windows in WINDOWS),
    *(host(**values) for values in ONE_HOST),
    *(group(**values) for values in ONE_HOST[:3]),
    *(group(maintenanceWindows=windows) for windows in WINDOWS),
    {"hosts": {"web": CONFIGURATION["hosts"]["web"]}},
    {"hosts": {**CONFIGURATION["hosts"], "mail": {"address": "192.0.2.12"}}},
    *({"budgets": {key: value}} for key in BUDGETS for value in (1, 2, 4)),
    *({"timeZone": zone} for zone in ("Europe/Berlin", "Asia/Tokyo", "America/New_York")),
    *({"thisHost": values} for values in ONE_HOST[:2]),
)
POLICY = [
    *((changed, "the policy in the configuration was changed") for changed in CHANGES),
    *(({"autonomyLevel": "observe", "approvalHours": hours}, "the level is observe") for hours in range(1, 14)),
]

Patch = Callable[[pytest.MonkeyPatch], None]


def attribute(kind: str, name: str, value: object) -> Patch:
    return lambda patched: patched.setattr(actions()[kind], name, value)


def removed(kind: str) -> Patch:
    # a copy in its place: an entry that is put back into the cached catalogue itself would stand at its end
    left = {other: action for other, action in actions().items() if other != kind}
    return lambda patched: patched.setattr("tools.actions.catalogue.actions", lambda: left)


def other_schema(kind: str) -> Patch:
    schema = {**actions()[kind].model_json_schema(), "additional": True}
    return lambda patched: patched.setattr(actions()[kind], "model_json_schema", lambda: schema)


CODE: list[tuple[str, Patch]] = [
    *((f"version of {kind}", attribute(kind, "version", 2)) for kind in REQUESTS),
    *((f"risk of {kind}", attribute(kind, "risk", Risk.HIGH)) for kind in REQUESTS),
    *((f"{kind} removed", removed(kind)) for kind in REQUESTS),
    *((f"schema of {kind}", other_schema(kind)) for kind in REQUESTS),
]


class Case:
    """One approved row, and what is told of it when it is carried out after something has changed."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder, self.kind = folder, kind
        self.world, self.clock = MovingWorld(), ManualClock()
        gate = self.gate({})
        row = gate.propose(Request("web", kind, REQUESTS[kind], "because"))
        assert row.state == "proposed", row
        assert isinstance(gate.approve(row.number, LILY), Entry)
        close(gate)

    def gate(self, changed: Mapping[str, Any]) -> LocalGate:
        settings: Settings = validated({**CONFIGURATION, **changed}, "test")
        return LocalGate(self.folder, settings, lambda _: self.world, self.clock)

    def executed(self, changed: Mapping[str, Any] | None = None) -> Entry:
        gate = self.gate(changed or {})
        ended = gate.execute(1)
        assert isinstance(ended, Entry), ended
        assert gate.explain(1).events[-1]["event"] == ended.state
        close(gate)
        forget(self.folder)
        return ended

    def is_stale_for(self, reason: str, changed: Mapping[str, Any] | None = None) -> None:
        ended = self.executed(changed)
        assert ended.state == "stale", ended
        assert reason in ended.reason, ended.reason
        assert self.world.effects == []


@pytest.fixture
def fresh_catalogue() -> Iterator[None]:
    """A test that changes actions leaves their version to be counted anew."""
    yield
    catalogue_version.cache_clear()


@pytest.mark.parametrize("kind", REQUESTS)
def test_an_approval_in_the_same_world_policy_and_code_is_carried_out(place: Path, kind: str) -> None:
    assert Case(place / "same", kind).executed().state == "done"


def test_what_an_approval_does_not_rest_on_may_change(place: Path) -> None:
    other = {"checkInterval": 60, "model": "other", "retention": {"snapshotDays": 3}, "network": {"resolveName": ""}}
    case = Case(place / "other", "unit.restart")
    case.world.units["worker.service"].active = "failed"
    case.world.journal_bytes = 2 << 30
    assert case.executed(other).state == "done"


def test_an_approval_is_stale_when_the_world_moved(place: Path) -> None:
    for kind, moves, reason in WORLD:
        case = Case(place / "world", kind)
        moves(case.world)
        case.is_stale_for(reason)
    print(f"\nthe world changed: 0 of {len(WORLD)} ran; {dict(Counter(kind for kind, *_ in WORLD))}")
    assert len(WORLD) >= 100


def test_an_approval_is_stale_when_the_policy_moved(place: Path) -> None:
    kinds = list(REQUESTS)
    for number, (changed, reason) in enumerate(POLICY):
        Case(place / "policy", kinds[number % len(kinds)]).is_stale_for(reason, changed)
    print(f"\nthe policy changed: 0 of {len(POLICY)} ran")
    assert len(POLICY) >= 100


def test_what_policy_allowed_is_stale_when_it_would_ask_now(place: Path) -> None:
    case = Case(place / "asks", "unit.restart")
    gate = case.gate({"autonomyLevel": "auto-safe"})
    gate.reject(1, LILY)
    for kind in ("unit.start", "unit.reset_failed"):
        row = gate.propose(Request("web", kind, REQUESTS[kind], "because"))
        assert row.state == "approved"
        stale = case.gate({}).execute(row.number)
        assert isinstance(stale, Entry)
        assert stale.state == "stale"
        assert "now it asks a person" in stale.reason
    assert case.world.effects == []


@pytest.mark.usefixtures("fresh_catalogue")
def test_an_approval_is_stale_when_the_code_moved(place: Path) -> None:
    count = 0
    for kind in REQUESTS:
        for what, change in CODE:
            case = Case(place / "code", kind)
            with pytest.MonkeyPatch.context() as patched:
                change(patched)
                catalogue_version.cache_clear()
                gone_itself = what == f"{kind} removed"
                case.is_stale_for("no action of this kind" if gone_itself else "the catalogue of actions was changed")
            catalogue_version.cache_clear()
            count += 1
    print(f"\nthe code changed: 0 of {count} ran")
    assert count >= 100


COMMANDS = {
    "diagnose": (1, ("systemctl", "status", "--no-pager", "--full", "--lines=100", "--output=short-iso", "--", UNIT)),
    "journal.vacuum": (1, ("journalctl", "--directory=/var/log/journal", "--rotate", "--vacuum-size=64M")),
    "unit.reset_failed": (1, ("systemctl", "reset-failed", "--", UNIT)),
    "unit.restart": (1, ("systemctl", "restart", "--", UNIT)),
    "unit.start": (1, ("systemctl", "start", "--", UNIT)),
}
"""Version and command of every action. Who changes a command raises its version, so that no older approval runs it."""


def test_a_command_changes_only_with_the_version_of_its_action() -> None:
    assert set(actions()) == set(COMMANDS), "a new action: add it to REQUESTS and COMMANDS"
    for kind, (version, argv) in COMMANDS.items():
        action = build(kind, REQUESTS[kind])
        assert isinstance(action, Action)
        assert (action.version, action.argv()) == (version, argv)
