"""The one way a run is driven: started, resumed after an answer, recovered after a crash."""

import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import langgraph.checkpoint.base.id as checkpoint_ids
from langchain_core.runnables import RunnableConfig
from langgraph.errors import GraphDrained
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import RunControl
from langgraph.types import Command, StateSnapshot

from gate.interface import WAITING
from graph.checkpoints import open_checkpoints, prune
from graph.state import GRAPH_VERSION, State
from graph.wiring import build
from nodes.context import Context
from tools.clock import parse_stamp
from tools.errors import MachaError
from tools.model import Priority
from tools.store.locks import exclusive

MOST_STEPS = 50
"""Supersteps of one drive; LangGraph's own default is 10007, which a loop would run to the end."""
CLOCK_TOLERANCE_SECONDS = 60


class NoSuchRunError(MachaError):
    """There are no checkpoints of this run: it never had any, or they were removed by age."""


@dataclass(frozen=True, slots=True)
class Drive:
    """What became of one drive of a run: the state it reached, and whether it waits for a person there."""

    run: str
    values: dict[str, Any]
    is_waiting: bool
    was_drained: bool = False
    trouble: str = ""
    """Why a run that was left behind could not go on; it is tried again at the next recovery."""


class Driver:
    """Runs over a state folder. The context names the run; every method drives that one and no other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._saver = open_checkpoints(folder / "checkpoints.db")
        self._graph: CompiledStateGraph[State, Context, State, State] = build().compile(checkpointer=self._saver)

    def start(self, context: Context, hosts: list[str], level: str | None) -> Drive:
        """A new run over these hosts, as far as it goes without an answer."""
        context.store.start_run(context.run, hosts, level)
        first: State = {"graph_version": GRAPH_VERSION, "run": context.run, "hosts": hosts}
        with self._locked(context.run) as is_held:
            if not is_held:
                raise MachaError(f"run {context.run} is being driven by another process")
            return self._drive(context, first)

    def resume(self, context: Context) -> Drive | None:
        """Go on with a run that was paused or interrupted; None when another process is at it already.

        A run whose question is still unanswered stays where it is. Raises MachaError when there is no such run.
        """
        context = replace(context, priority=Priority.RESUME)
        with self._locked(context.run) as is_held:
            if not is_held:
                return None
            state = self._graph.get_state(_config(context.run))
            if not state.metadata:
                raise NoSuchRunError(f"there is no run {context.run}; `macha-logs orchestrator` names those there were")
            if not state.tasks:
                context.store.finish_run(context.run)
                return Drive(context.run, dict(state.values), is_waiting=False)
            self._guard_clock(state, context)
            if not state.interrupts:
                return self._drive(context, None)
            question = state.interrupts[0]
            if question.value.get("graph_version") != GRAPH_VERSION:
                return self._give_up(context, state)
            waits = {row.number for row in context.gate.list(WAITING, context.run)}
            if waits == {request["number"] for request in question.value["action_requests"]}:
                return Drive(context.run, dict(state.values), is_waiting=True)
            return self._drive(context, Command(resume={question.id: {"still_waiting": sorted(waits)}}))

    def recover(self, context: Context) -> list[Drive]:
        """Go on with every run that an answer, a crash or an expiry has left behind; each under its own name.

        What a finished run has left behind is brought to its end as well.
        """
        context.gate.settle()
        drives = []
        for run in context.store.unfinished_runs():
            try:
                drive = self.resume(replace(context, run=run))
            except NoSuchRunError:
                # started, and lost before its first checkpoint: nothing of it can have been asked or done
                context.store.finish_run(run)
                continue
            except Exception as error:  # whatever it is, the machines have to be looked at all the same
                drive = Drive(run, {}, is_waiting=False, trouble=f"{type(error).__name__}: {error}")
            if drive is not None:
                drives.append(drive)
        self._finish_left(context)
        return drives

    def _finish_left(self, context: Context) -> None:
        """Carry out what was approved and had to wait when its run ended, and prove what was done since."""
        left = context.gate.list(frozenset({"approved", "done"}))
        unfinished = set(context.store.unfinished_runs())
        for row in left:
            if row.run in unfinished:
                continue
            with self._locked(row.run) as is_held:
                if is_held:
                    context.gate.execute(row.number)  # does nothing to a row that is done
                    context.gate.verify(row.number)

    def prune(self, context: Context, before: str) -> int:
        """Remove checkpoints of runs that finished before a stamp; returns of how many runs."""
        held = {row["thread_id"] for row in self._rows("SELECT DISTINCT thread_id FROM checkpoints")}
        return prune(self._saver, [run for run in context.store.finished_before(before) if run in held])

    def path(self, run: str) -> tuple[list[str], list[str]]:
        """The steps a run has taken, in order, and those it stands before or waits in."""
        history = list(self._graph.get_state_history(_config(run)))
        if not history:
            raise NoSuchRunError(f"there is no run {run}, or its checkpoints were removed by age")
        taken = [task.name for state in reversed(history[1:]) for task in state.tasks]
        return taken, sorted({task.name for task in history[0].tasks})

    def _give_up(self, context: Context, state: StateSnapshot) -> Drive:
        """End a run paused by a Macha whose graph this one does not know; what is still wrong is proposed anew."""
        for row in context.gate.list(WAITING, context.run):
            context.gate.withdraw(row.number, "it was asked by another version of Macha; it is judged anew")
        context.store.finish_run(context.run)
        return Drive(context.run, dict(state.values), is_waiting=False)

    def _drive(self, context: Context, what: Any) -> Drive:
        control = RunControl()
        config = _config(context.run, context.settings.max_concurrency)
        with _drained_by_signal(control):
            try:
                self._graph.invoke(what, config, context=context, durability="sync", control=control)
                was_drained = False
            except GraphDrained:
                was_drained = True
        state = self._graph.get_state(_config(context.run))
        return Drive(context.run, dict(state.values), bool(state.interrupts), was_drained)

    def _guard_clock(self, state: StateSnapshot, context: Context) -> None:
        """Checkpoints are ordered by a time in their id: after a clock step back an old one would become the newest."""
        if state.created_at:
            ahead = (parse_stamp(state.created_at) - context.clock.now()).total_seconds()
            if ahead > CLOCK_TOLERANCE_SECONDS:
                raise MachaError(f"the clock is {ahead:.0f} s behind the last step of run {context.run}; set it right")
        head = checkpoint_ids.UUID(hex=state.config["configurable"]["checkpoint_id"].replace("-", ""))
        newest: int = getattr(checkpoint_ids, "_last_v6_timestamp", None) or 0
        vars(checkpoint_ids)["_last_v6_timestamp"] = max(newest, head.time)

    def _rows(self, sql: str) -> list[dict[str, Any]]:
        cursor = self._saver.conn.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _locked(self, run: str) -> AbstractContextManager[bool]:
        """One driver a run: two that resume the same one would both carry it out."""
        return exclusive(self._folder, f"run-{run}", 0)


def _config(run: str, branches: int = 1) -> RunnableConfig:
    return {
        "configurable": {"thread_id": run, "__pregel_strict_resume": True},
        "recursion_limit": MOST_STEPS,
        "max_concurrency": branches,
    }


@contextmanager
def _drained_by_signal(control: RunControl) -> Iterator[None]:
    """SIGTERM lets the step under way end and stops before the next; the run goes on at the next recovery."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: control.request_drain("SIGTERM"))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
