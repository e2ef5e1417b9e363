"""The testbed's snapshots (recorded outputs of its own commands) as recordings of our probes."""

from collections.abc import Callable
from datetime import UTC, datetime

from pydantic import ValidationError

from tools.errors import MachaError
from tools.probes.recording import Recording
from tools.probes.script import Section
from tools.probes.testbed_format import logs, machine, services
from tools.probes.testbed_format.snapshot import Snapshot, section
from tools.safe_text import safe_line


def from_testbed(content: object, name: str = "snapshot") -> Recording:
    """A recording out of a testbed snapshot; raises MachaError naming `name` where it is not one.

    A fact whose commands were not recorded is absent.
    """
    try:
        snapshot = Snapshot.model_validate(content)
        taken_at = datetime.strptime(snapshot.taken, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise MachaError(f"{name} is not a testbed snapshot: {safe_line(where, 80)}: {first['msg']}") from None
    except ValueError:
        raise MachaError(f"{name} is not a testbed snapshot: taken is not a UTC time") from None
    sections = {}
    for kind, translate in _SECTIONS.items():
        try:
            sections[kind] = translate(snapshot)
        except (KeyError, IndexError):
            continue
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise MachaError(f"{name} has no {kind} that can be read: {safe_line(str(error), 200)}") from None
    return Recording(snapshot.host, taken_at, sections)


_SECTIONS: dict[str, Callable[[Snapshot], Section]] = {
    "applications": services.applications,
    "boots": logs.boots,
    "certificates": machine.certificates,
    "counters": machine.counters,
    "deleted_files": machine.deleted_files,
    "disk_use": machine.disk_use,
    "hardware": lambda _: section(),
    "journal_errors": logs.journal_errors,
    "journal_rate": logs.journal_rate,
    "journal_usage": lambda of: section(of.out("journal_disk")),
    "kernel_log": logs.of_kernel_log,
    "load": machine.load,
    "memory": lambda of: section(of.out("meminfo")),
    "mounts": machine.mounts,
    "network": machine.network,
    "processes": services.processes,
    "sshd_config": services.sshd_config,
    "system": machine.system,
    "unit_details": services.unit_details,
    "unit_health": services.unit_health,
    "unit_logs": logs.unit_logs,
    "units": services.units,
    "upkeep": machine.upkeep,
    "user_units": services.user_units,
    "wall_clock": machine.wall_clock,
}
