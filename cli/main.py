"""The commands of Macha, and the one place where errors become exit codes."""

import os
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import typer

from cli import (
    approve,
    audit,
    breaker,
    check,
    config,
    eval,
    findings,
    graph,
    knowledge,
    logs,
    model,
    policy,
    runbook,
    snapshot,
    stop,
)
from cli.options import application
from cli.output import say_error
from tools.errors import MachaError
from tools.safe_text import safe_line, safe_text

_UsageError: Any = typer.BadParameter.__mro__[1]
"""typer keeps it under another name in every version; its text quotes the command line as it is."""
KNOWN_ERROR, UNKNOWN_ERROR, INTERRUPTED = 1, 3, 130


app = application("Look after machines: see, judge, propose, do what was allowed, and prove that it helped.")
app.command("check")(check.check)
app.add_typer(approve.app, name="approve")
app.add_typer(findings.app, name="findings")
app.add_typer(snapshot.app, name="snapshot")
app.command("logs")(logs.logs)
app.command("graph")(graph.graph)
app.command("eval")(eval.eval_)
app.command("stop")(stop.stop)
app.command("start")(stop.start)
app.add_typer(policy.app, name="policy")
app.add_typer(breaker.app, name="breaker")
app.add_typer(audit.app, name="audit")
app.add_typer(model.app, name="model")
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(runbook.app, name="runbook")
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
            code = command(prog_name=name, standalone_mode=False)
        finally:
            sys.stdout.flush()  # here, where a closed pipe is an answer and not a traceback at exit
        sys.exit(code if isinstance(code, int) else 0)
    except _UsageError as error:
        shown = StringIO()
        error.show(shown)
        print(safe_text(shown.getvalue(), limit=1 << 16), end="", file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
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
        log.write_text(f"{safe_line(' '.join(sys.argv))}\n{safe_text(traceback.format_exc(), limit=1 << 20)}")
    except OSError:
        print(safe_text(traceback.format_exc(), limit=1 << 20), file=sys.stderr)  # noqa: T201
    return log


if __name__ == "__main__":
    macha()
