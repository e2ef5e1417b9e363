"""`macha stop` and `macha start`: from now on nothing is done, whatever was approved; and on again."""

from typing import Annotated

import typer

from cli.options import Config
from cli.output import say
from gate.stop_switch import StopSwitch
from gate.telling import person
from tools.clock import SystemClock
from tools.errors import MachaError
from tools.state_folder import state_folder


def stop(
    reason: Annotated[str, typer.Option("--reason", help="Why; shown to whoever wonders.")] = "", config: Config = None
) -> None:
    """Stop every effect from now on. It needs no database, model or network."""
    folder = state_folder(config)
    try:
        StopSwitch(folder).stop(str(person()), reason, SystemClock())
    except OSError as error:
        raise MachaError(f"{folder}: cannot be written ({error.strerror}); try: touch {folder}/stopped") from None
    say("Stopped: Macha goes on looking, but does nothing. `macha start` lets it go on.")


def start(config: Config = None) -> None:
    """Let Macha act again."""
    was_stopped = StopSwitch(state_folder(config)).start()
    say("Macha may act again." if was_stopped else "Macha was not stopped.")
