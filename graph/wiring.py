"""The cycle as a graph: which step follows which, what runs side by side, and the one place where it waits."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from langgraph.errors import NodeError
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send, interrupt

from gate.interface import WAITING
from gate.interface import State as ActionState
from graph.state import GRAPH_VERSION, State
from nodes import approve, collect, condense, execute, plan, read, report, rollback, summarise, triage, verify
from nodes.context import Context
from nodes.state import ActionTask, ChunkTask, HostTask

RUNNABLE: frozenset[ActionState] = frozenset({"approved"})


def build() -> StateGraph[State, Context]:
    """The graph, not yet compiled. A node that can pause (`approve`) keeps its name for ever."""
    graph = StateGraph(State, context_schema=Context)
    graph.add_node("collect", _step("collect", collect.collect), error_handler=_handler(collect.failed))
    graph.add_node("triage", _step("triage", triage.triage))
    graph.add_node("read", _step("read", read.read), error_handler=_handler(read.failed))
    graph.add_node("summarise", _step("summarise", summarise.summarise), error_handler=_handler(summarise.failed))
    graph.add_node("condense", _step("condense", condense.condense), error_handler=_handler(condense.failed))
    graph.add_node("plan", _step("plan", plan.plan))
    graph.add_node("approve", cast("Any", _approve))
    graph.add_node("execute", _step("execute", execute.execute))
    graph.add_node("verify", _step("verify", verify.verify))
    graph.add_node("rollback", _step("rollback", rollback.rollback))
    graph.add_node("report", _step("report", report.report))

    graph.add_conditional_edges(START, _every_host, ["collect", "report"])
    graph.add_edge("collect", "triage")
    graph.add_conditional_edges("triage", _every_log, ["read", "plan", "report"])
    graph.add_conditional_edges("read", _every_chunk, ["summarise", "plan", "report"])
    graph.add_edge("summarise", "condense")
    graph.add_conditional_edges("condense", _is_anything_wrong, ["plan", "report"])
    for step in ("plan", "approve", "rollback"):
        graph.add_conditional_edges(step, _what_is_next, ["execute", "approve", "report"])
    graph.add_edge("execute", "verify")
    graph.add_conditional_edges("verify", _every_unhelped, ["rollback", "execute", "approve", "report"])
    graph.add_edge("report", END)
    return graph


def _every_host(state: State) -> list[Send] | str:
    return [Send("collect", HostTask(host=host)) for host in state["hosts"]] or "report"


def _every_log(state: State) -> list[Send] | str:
    return [Send("read", task) for task in state["to_read"]] or _is_anything_wrong(state)


def _every_chunk(state: State) -> list[Send] | str:
    """Parts are there only where a model should read them."""
    sends = [
        Send("summarise", ChunkTask(host=reading["host"], part=part))
        for reading in state["readings"]
        for part in reading["parts"]
    ]
    return sends or _is_anything_wrong(state)


def _is_anything_wrong(state: State) -> str:
    return "plan" if state["findings"] else "report"


def _what_is_next(state: State, runtime: Runtime[Context]) -> list[Send] | str:
    """What the ledger says: carry out what may be done, one action a host; else ask; else come to the end."""
    gate, run = runtime.context.gate, runtime.context.run
    first_of_host: dict[str, int] = {}
    for row in gate.list(RUNNABLE, run):
        if row.number not in state.get("deferred", []):
            first_of_host.setdefault(row.host, row.number)
    if first_of_host:
        return [Send("execute", ActionTask(number=number)) for number in first_of_host.values()]
    return "approve" if gate.list(WAITING, run) else "report"


def _every_unhelped(state: State, runtime: Runtime[Context]) -> list[Send] | str:
    sends = [Send("rollback", ActionTask(number=number)) for number in state.get("unhelped", [])]
    return sends or _what_is_next(state, runtime)


def _approve(_: State, runtime: Runtime[Context]) -> State:
    """The one interrupt. Its answer only wakes the run up: what was decided is read from the ledger."""
    interrupt({"graph_version": GRAPH_VERSION, **approve.question(runtime.context)})
    return {}


def _step(name: str, run: Callable[[Any, Context], Mapping[str, Any]]) -> Any:
    """A node of the graph around a plain step: says what begins and counts the seconds. `Any`, for langgraph would
    make channels of the keys of a branch's task if it saw their type."""

    def step(state: State, runtime: Runtime[Context]) -> Any:
        context = runtime.context
        about = " ".join(str(value) for key, value in state.items() if key in ("host", "number"))
        context.progress(f"{name} {about}".strip())
        begun = context.clock.monotonic()
        try:
            return run(state, context)
        finally:
            context.store.add_seconds(context.run, name, context.clock.monotonic() - begun)

    return step


def _handler(failed: Callable[[Any, BaseException], Mapping[str, Any]]) -> Any:
    """What a branch leaves behind when it breaks, so that the others go on."""

    def handle(task: State, error: NodeError) -> Any:
        return failed(task, error.error)

    return handle
