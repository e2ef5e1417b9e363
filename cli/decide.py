"""Give one answer to the gate, and go on with the run that waited for it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace

from cli.edited import why_not
from cli.house import House
from cli.output import ask, say_error, say_styled
from cli.progress import Progress
from cli.screen import command
from gate.interface import Entry, Refused
from gate.telling import person
from graph.driver import Driver
from nodes.context import Context
from tools.configuration import Settings

GOOD = frozenset({"verified", "rejected", "done"})


@dataclass(frozen=True, slots=True)
class Desk:
    """What a decision needs."""

    house: House
    driver: Driver
    context: Context
    progress: Progress

    def is_allowed(self) -> bool:
        """Ask the person at the terminal for what has just been shown."""
        with self.progress.paused():
            return ask("Allow this?")


@contextmanager
def carry_on(settings: Settings) -> Iterator[Desk]:
    """The services for deciding; connections are given back at the end."""
    house = House.open(settings)
    with Progress() as progress:
        try:
            yield Desk(house, Driver(house.folder), house.context("", progress), progress)
        finally:
            house.fleet.close()


def decide(
    desk: Desk,
    number: int,
    *,
    is_yes: bool,
    reason: str,
    parameters: Mapping[str, str | int] | None = None,
    is_sure: bool = False,
) -> bool:
    """Answer one proposal, edited where there are `parameters`, and say what came of it; whether that is what the
    person wanted. Unless they are sure they are asked once more for an edited one."""
    gate = desk.context.gate
    if parameters is not None:
        if why := why_not(gate, number, parameters, None if is_sure else desk.is_allowed):
            say_error("macha-approve", why)
            return False
    elif is_yes:
        _say_what(gate.explain(number).entry)
    answer = gate.approve(number, person(), reason, parameters) if is_yes else gate.reject(number, person(), reason)
    if isinstance(answer, Refused):
        say_error("macha-approve", answer.why)
        return False
    if parameters is not None:
        say_styled("bold", str(number), f"  is withdrawn; number {answer.number} takes its place")
        _say_what(answer)
    number = answer.number
    if answer.state == "refused":
        say_error("macha-approve", f"number {number} is refused: {answer.reason}")
        return False
    desk.house.log.info("number %d: %s by %s", number, answer.state, answer.decided_by)
    drive = desk.driver.resume(replace(desk.context, run=answer.run))
    ended = gate.explain(number).entry
    if drive is None:
        say_styled("bold", f"{number}", f" is {ended.state}; the cycle that is running now goes on with it")
        return True
    _say_outcome(ended)
    return ended.state in GOOD


def _say_what(entry: Entry) -> None:
    say_styled("bold", str(entry.number), f"  {entry.sentence} on {entry.host}: {command(asdict(entry))}")


def _say_outcome(entry: Entry) -> None:
    style = "good" if entry.state in GOOD else "warning"
    say_styled(
        style, f"{entry.number} {entry.state}", f": {entry.sentence} on {entry.host}. {entry.verdict or entry.reason}"
    )
