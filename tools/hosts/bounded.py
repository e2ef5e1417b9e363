"""A wall-clock end for calls that know none, or one that counts per read."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from tools.clock import Deadline

_Result = TypeVar("_Result")


def within(deadline: Deadline) -> str:
    """The deadline in words that end a sentence: "within 5 s"."""
    return f"within {round(deadline.seconds, 1):g} s"


class OverdueError(Exception):
    """The deadline came first; its text is that of `within`."""


def bounded(work: Callable[[], _Result], deadline: Deadline, give_up: Callable[[], None]) -> _Result:
    """What `work` returns or raises; at the deadline `give_up` has to end `work`, and OverdueError is raised.

    The thread is a daemon of its own and no pool's, because the interpreter waits for those before it exits.
    """
    outcome: Future[_Result] = Future()

    def attempt() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:
            outcome.set_exception(error)

    threading.Thread(target=attempt, daemon=True).start()
    try:
        return outcome.result(deadline.left())
    except TimeoutError:
        if outcome.done():
            return outcome.result()
    give_up()
    raise OverdueError(within(deadline))
