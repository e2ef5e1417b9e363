"""What every step is given to work with; made anew for each start and resume, never stored."""

from collections.abc import Callable
from dataclasses import dataclass, field

from gate.interface import Gate
from tools.clock import Clock
from tools.configuration import Settings
from tools.hosts.fleet import Fleet
from tools.model import Model, Priority
from tools.store.memory import Store
from tools.store.readings import Readings
from tools.store.snapshots import Snapshots


def _silent(_: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Context:
    """Services of a run. `run` is the id of the cycle, which is the id of its LangGraph thread as well."""

    run: str
    settings: Settings
    store: Store
    snapshots: Snapshots
    readings: Readings
    model_of: Callable[[str], Model]
    """By the id of a run, which its questions are charged to."""
    gate: Gate
    fleet: Fleet
    clock: Clock
    progress: Callable[[str], None] = field(default=_silent)
    """Told in a few words what is being done now."""
    priority: Priority = Priority.CYCLE
    """Of its questions to a model."""
