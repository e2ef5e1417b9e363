"""More about the units that are not well: how they ended, how often they were restarted, what they hang on."""

from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe, needs
from tools.probes.shared import UNIT_LIST, Shared
from tools.probes.unit_names import is_unit_name, number, properties, unit_names
from tools.safe_text import decode, safe_line

_EXIT_CODES = {"1": "exited", "2": "killed", "3": "dumped"}
"""CLD_EXITED, CLD_KILLED and CLD_DUMPED of waitid(2), as ExecMainCode has them."""


@dataclass(frozen=True, slots=True)
class UnitDetail:
    """Chosen properties of a unit, named as systemd names them; "" or None where systemd has no value."""

    id: str
    names: tuple[str, ...]
    type: str
    load_state: str
    active_state: str
    sub_state: str
    result: str
    exec_main_code: str
    """exited, killed, dumped or ""."""
    exec_main_status: int | None
    """The exit status, or the signal's number where the process was killed."""
    restart: str
    restarts: int | None
    """How often systemd restarted it by itself since it was last started or reset (NRestarts)."""
    state_changed_at: str
    """UTC, as systemd prints it: `Sun 2026-11-22 08:58:23 UTC`."""
    fragment_path: str
    unit_file_state: str
    condition_result: str
    memory_max_bytes: int | None
    after: tuple[str, ...]
    requires: tuple[str, ...]
    user: str
    """Whom it runs as; "" for root."""
    what: str
    """Of a mount unit: what is to be mounted."""
    where: str


@dataclass(frozen=True, slots=True)
class UnitDetails(Probe):
    """The units that are failed, starting, stopping or waiting for their restart, by Id.

    The first 200 of them; 0.7 ms of CPU on the host for each.
    """

    shares: ClassVar[tuple[Shared, ...]] = (UNIT_LIST,)
    command: ClassVar[str] = (
        needs.UNITS
        + """\
case $unit_list in
    *' failed '*|*' activating '*|*' deactivating '*|*' reloading '*|*' auto-restart '*) ;;
    *) exit 0;;
esac
set -f
count=0 names=
IFS='
'
for line in $unit_list; do
    IFS=' '
    set -- $line
    case " $2 $3 $4 " in
        *' failed '*|*' activating '*|*' deactivating '*|*' reloading '*|*' auto-restart '*)
            names="$names $1" count=$((count + 1))
            [ "$count" -lt 200 ] || break;;
    esac
done
[ -z "$names" ] || systemctl show --no-pager -p Id,Names,Type,LoadState,ActiveState,SubState,Result,ExecMainCode \
-p ExecMainStatus,Restart,NRestarts,StateChangeTimestamp,FragmentPath,UnitFileState,ConditionResult,MemoryMax \
-p After,Requires,What,Where,User -- $names"""
    )

    units: dict[str, UnitDetail]

    @classmethod
    def parse(cls, output: bytes) -> "UnitDetails":
        blocks = (block for block in properties(decode(output)) if is_unit_name(block.get("Id", "")))
        return cls({block["Id"]: _detail(block) for block in blocks})

    def find(self, name: str) -> UnitDetail | None:
        """The unit with this Id or alias."""
        by_alias = (unit for unit in self.units.values() if name in unit.names)
        return self.units.get(name) or next(by_alias, None)


def _detail(block: dict[str, str]) -> UnitDetail:
    def text(key: str) -> str:
        return safe_line(block.get(key, ""))

    return UnitDetail(
        id=block["Id"],
        names=unit_names(block.get("Names", "")),
        type=text("Type"),
        load_state=text("LoadState"),
        active_state=text("ActiveState"),
        sub_state=text("SubState"),
        result=text("Result"),
        exec_main_code=_EXIT_CODES.get(block.get("ExecMainCode", ""), ""),
        exec_main_status=number(block.get("ExecMainStatus", "")),
        restart=text("Restart"),
        restarts=number(block.get("NRestarts", "")),
        state_changed_at=text("StateChangeTimestamp"),
        fragment_path=text("FragmentPath"),
        unit_file_state=text("UnitFileState"),
        condition_result=text("ConditionResult"),
        memory_max_bytes=number(block.get("MemoryMax", "")),
        after=unit_names(block.get("After", "")),
        requires=unit_names(block.get("Requires", "")),
        user=text("User"),
        what=text("What"),
        where=text("Where"),
    )
