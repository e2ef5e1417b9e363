"""The commands of Macha, and the one place where errors become exit codes."""

import os
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path

from cli import approve, audit, breaker, check, config, graph, logs, policy, stop
from cli.options import application
from cli.output import say_error
from tools.errors import MachaError

KNOWN_ERROR, UNKNOWN_ERROR, INTERRUPTED = 1, 3, 130


app = application("Look after machines: see, judge, propose, do what was allowed, and prove that it helped.")
app.command("check")(check.check)
app.add_typer(approve.app, name="approve")
app.command("logs")(logs.logs)
app.command("graph")(graph.graph)
app.command("stop")(stop.stop)
app.command("start")(stop.start)
app.add_typer(policy.app, name="policy")
app.add_typer(breaker.app, name="breaker")
app.add_typer(audit.app, name="audit")
app.add_typer(config.app, name="config")


def macha() -> None:
    """The command `macha`."""
    _run(app, "macha")


def macha_check() -> None:
    """The command `macha-check`: one cycle now."""
    only = application("")
    only.command("check")(check.check)
    _run(only, "macha-check")


def macha_approve() -> None:
    """The command `macha-approve`."""
    _run(approve.app, "macha-approve")


def macha_logs() -> None:
    """The command `macha-logs`."""
    only = application("")
    only.command("logs")(logs.logs)
    _run(only, "macha-logs")


def _run(command: Callable[..., object], name: str) -> None:
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # where a terminal has no →, that is no reason to fail
    try:
        try:
            command(prog_name=name)
        finally:
            sys.stdout.flush()  # here, where a closed pipe is an answer and not a traceback at exit
    except MachaError as error:
        say_error(name, str(error))
        sys.exit(KNOWN_ERROR)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(KNOWN_ERROR)
    except Exception as error:  # the one broad catch: whatever a command did not foresee
        where = _write_crash_log()
        say_error(name, f"unforeseen error ({type(error).__name__}: {error}); please send {where}")
        sys.exit(UNKNOWN_ERROR)


def _write_crash_log() -> Path:
    base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    log = base / "macha" / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.log"
    try:
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        log.write_text(f"{' '.join(sys.argv)}\n{traceback.format_exc()}")
    except OSError:
        traceback.print_exc()
    return log


if __name__ == "__main__":
    macha()
