"""What each host always says, so that what is new can be told; learned only once what was new has been looked at."""

from nodes.context import Context
from tools.errors import MachaError
from tools.reading.baseline import Baseline
from tools.store.readings import key


def known(host: str, context: Context) -> Baseline | None:
    """None for a host that was never read."""
    text = context.readings.get(key("baseline", host))
    try:
        return Baseline.from_json(text) if isinstance(text, str) else None
    except MachaError:
        return None  # a newer Macha may have kept it in another form; this reading makes a new one


def propose(host: str, baseline: Baseline, context: Context) -> None:
    """Keep what a run has read of a host until it is accepted."""
    context.readings.keep(key("baseline of run", context.run, host), baseline.to_json())


def accept(host: str, context: Context) -> None:
    """From now on nothing that this run has read of the host is new."""
    proposed = context.readings.get(key("baseline of run", context.run, host))
    if proposed is not None:
        context.readings.keep(key("baseline", host), proposed)
