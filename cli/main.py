"""The commands of Macha, and the one place where errors become exit codes."""

import os
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import typer

from cli.options import application
from cli.output import say_error
from tools.errors import MachaError
from tools.safe_text import safe_line, safe_text

_UsageError: Any = typer.BadParameter.__mro__[1]
"""typer keeps it under another name in every version; its text quotes the command line as it is."""
KNOWN_ERROR, UNKNOWN_ERROR, INTERRUPTED = 1, 3, 130


COMMANDS: Mapping[str, str] = {
    "check": "cli.check:check",
    "approve": "cli.approve:app",
    "findings": "cli.findings:app",
    "why": "cli.why:why",
    "ask": "cli.ask:ask",
    "snapshot": "cli.snapshot:app",
    "logs": "cli.logs:logs",
    "graph": "cli.graph:graph",
    "eval": "cli.eval:eval_",
    "stop": "cli.stop:stop",
    "start": "cli.stop:start",
    "policy": "cli.policy:app",
    "breaker": "cli.breaker:app",
    "audit": "cli.audit:app",
    "model": "cli.model:app",
    "knowledge": "cli.knowledge:app",
    "runbook": "cli.runbook:app",
    "config": "cli.config:app",
}
"""Where each word of `macha` is found. Only the one that is used is imported: all of them take as long as `list`."""


def macha() -> None:
    """The command `macha`."""
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    _run(_application([word] if word in COMMANDS else [*COMMANDS]), "macha")


def macha_check() -> None:
    """The command `macha-check`: one cycle now."""
    _run(_alone("check"), "macha-check")


def macha_approve() -> None:
    """The command `macha-approve`."""
    _run(_found("approve"), "macha-approve")


def macha_logs() -> None:
    """The command `macha-logs`."""
    _run(_alone("logs"), "macha-logs")


def _application(words: Iterable[str]) -> typer.Typer:
    app = application("Look after machines: see, judge, propose, do what was allowed, and prove that it helped.")
    app.callback()(_nothing_more)  # a single word stays a word
    for word in words:
        command = _found(word)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=word)
        else:
            app.command(word)(command)
    return app


def _nothing_more() -> None:
    """Look after machines: see, judge, propose, do what was allowed, and prove that it helped."""


def _alone(word: str) -> typer.Typer:
    only = application("")
    only.command(word)(_found(word))
    return only


def _found(word: str) -> Any:
    module, _, name = COMMANDS[word].partition(":")
    return getattr(import_module(module), name)


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
