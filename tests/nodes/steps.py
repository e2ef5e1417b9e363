"""The steps of a run one by one, as the graph takes them, for tests that look between two of them."""

from dataclasses import replace

from gate.interface import Entry
from nodes.collect import collect
from nodes.context import Context
from nodes.plan import plan
from nodes.state import Collected, HostTask, Planned, Triaged
from nodes.triage import triage


def looked(context: Context, *hosts: str) -> Collected:
    """What `collect` makes of these hosts, or of all."""
    names = hosts or context.settings.host_names()
    return {"looks": [look for name in names for look in collect(HostTask(host=name), context)["looks"]]}


def triaged(context: Context) -> tuple[Collected, Triaged]:
    looks = looked(context)
    return looks, triage(looks, context)


def planned(context: Context) -> Planned:
    looks, _ = triaged(context)
    return plan(looks, context)


def row(context: Context, number: int = 1) -> Entry:
    return context.gate.explain(number).entry


def in_run(context: Context, run: str) -> Context:
    """The same services for another run."""
    return replace(context, run=run)
