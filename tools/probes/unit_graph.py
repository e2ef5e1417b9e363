"""How the units of a host hang together: what the gate computes the reach of an action from."""

from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe, Skipped, needs
from tools.probes.unit_names import is_unit_name, number, properties, unit_names
from tools.safe_text import decode, safe_line


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A unit by its `Id`; every property keeps systemd's name. Relations are tuples of unit names."""

    id: str
    names: tuple[str, ...]
    load_state: str
    active_state: str
    sub_state: str
    result: str
    restarts: int | None
    main_pid: int | None
    invocation_id: str
    state_changed_at: str
    """UTC, as systemd prints it."""
    state_changed_monotonic_microseconds: int | None
    fragment_path: str
    unit_file_state: str
    needs_daemon_reload: bool
    can_start: bool
    can_stop: bool
    stops_when_unneeded: bool
    host_actions: dict[str, str]
    """What systemd would do to the whole host, as in `reboot`, by the property that says when (`HOST_ACTIONS`)."""
    job_modes: dict[str, str]
    """How the units of OnFailure and OnSuccess are started, by the property (`JOB_MODES`)."""
    relations: dict[str, tuple[str, ...]]
    """By systemd's name of the relation (`RELATIONS`)."""

    def related(self, relation: str) -> tuple[str, ...]:
        """Names of the units in this relation; raises KeyError on one that is not in `RELATIONS`."""
        return self.relations[relation]


RELATIONS = (
    "Requires", "Requisite", "BindsTo", "PartOf", "RequiredBy", "BoundBy", "RequisiteOf", "ConsistsOf", "Conflicts",
    "ConflictedBy", "PropagatesStopTo", "StopPropagatedFrom", "PropagatesReloadTo", "TriggeredBy", "Triggers", "Wants",
    "WantedBy", "Upholds", "UpheldBy", "OnFailure", "OnSuccess", "After",
)  # fmt: skip
"""Relations that decide what an action on one unit does to others (facts-security E6)."""

HOST_ACTIONS = ("FailureAction", "SuccessAction", "StartLimitAction", "JobTimeoutAction")
JOB_MODES = ("OnFailureJobMode", "OnSuccessJobMode")

_STATES = (
    "Id,Names,LoadState,ActiveState,SubState,Result,NRestarts,MainPID,InvocationID,StateChangeTimestamp,"
    "StateChangeTimestampMonotonic,FragmentPath,NeedDaemonReload,UnitFileState,CanStart,CanStop,"
    "StopWhenUnneeded"
)
_PROPERTIES = ",".join((_STATES, *HOST_ACTIONS, *JOB_MODES, *RELATIONS))


def show_argv(names: list[str]) -> tuple[str, ...]:
    """The command for single units, which loads those that systemd does not have in memory."""
    return ("systemctl", "show", "--no-pager", "-p", _PROPERTIES, "--", *names)


@dataclass(frozen=True, slots=True)
class UnitGraph(Probe):
    """Every loaded unit with its relations, by Id. A graph that was cut is no graph: it is skipped.

    `--all` because the pattern alone leaves out what is inactive, which an action may start.
    """

    command: ClassVar[str] = needs.SYSTEMD + f"systemctl show --all --no-pager -p {_PROPERTIES} '*'"
    timeout_seconds: ClassVar[int] = 10
    limit_bytes: ClassVar[int] = 2 * 1000 * 1000

    units: dict[str, UnitNode]

    @classmethod
    def parse(cls, output: bytes) -> "UnitGraph | Skipped":
        blocks = (block for block in properties(decode(output)) if is_unit_name(block.get("Id", "")))
        units = {block["Id"]: _node(block) for block in blocks}
        return cls(units) if units else Skipped("systemctl named no units")

    def find(self, name: str) -> UnitNode | None:
        """The unit with this Id, or the one that has this alias."""
        by_alias = (unit for unit in self.units.values() if name in unit.names)
        return self.units.get(name) or next(by_alias, None)


def _node(block: dict[str, str]) -> UnitNode:
    def text(key: str) -> str:
        return safe_line(block.get(key, ""))

    return UnitNode(
        id=block["Id"],
        names=unit_names(block.get("Names", "")),
        load_state=text("LoadState"),
        active_state=text("ActiveState"),
        sub_state=text("SubState"),
        result=text("Result"),
        restarts=number(block.get("NRestarts", "")),
        main_pid=number(block.get("MainPID", "")),
        invocation_id=text("InvocationID"),
        state_changed_at=text("StateChangeTimestamp"),
        state_changed_monotonic_microseconds=number(block.get("StateChangeTimestampMonotonic", "")),
        fragment_path=text("FragmentPath"),
        unit_file_state=text("UnitFileState"),
        needs_daemon_reload=block.get("NeedDaemonReload") == "yes",
        can_start=block.get("CanStart") == "yes",
        can_stop=block.get("CanStop") == "yes",
        stops_when_unneeded=block.get("StopWhenUnneeded") == "yes",
        host_actions={name: text(name) for name in HOST_ACTIONS if block.get(name, "none") not in ("", "none")},
        job_modes={name: text(name) for name in JOB_MODES if block.get(name)},
        relations={name: unit_names(block.get(name, "")) for name in RELATIONS},
    )
