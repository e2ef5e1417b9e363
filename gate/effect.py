"""An effect on a host: a fixed argv as a transient unit whose name is the fence, and where to look after a crash."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tools.actions import Action
from tools.clock import Deadline
from tools.hosts import Completed, Host, Unreachable
from tools.redaction import redact
from tools.safe_text import decode, safe_line, safe_text

GRACE_SECONDS = 10
OUTPUT_LIMIT = 16 * 1024
TAKEN = "Macha: holds the name of an action that did not run"
"""What the transient unit of `take_name` is described as; by it `look` knows that nothing was done."""
_ASKED = "--property=LoadState,ActiveState,Result,ExecMainStatus,Description"
_UNIT = re.compile(r"macha-act-([0-9a-f]{16})\.service")
_DENIALS = (
    "a password is required", "a terminal is required", "in the sudoers", "is not allowed to",
    "interactive authentication required", "access denied", "permission denied", "not authorized",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an effect ended, as far as it can be told. `absent`: its transient unit is not there, nothing has run so
    far; `taken`: nor can it run any more."""

    state: Literal["done", "failed", "unknown", "denied_by_host", "absent", "taken"]
    reason: str
    exit_status: int | None = None
    output: str = ""


def unit_of(action_id: str) -> str:
    """The name of the transient unit on the target; it cannot be taken twice."""
    return f"macha-act-{action_id}.service"


def names_left(units: Iterable[str]) -> set[str]:
    """The ids of actions whose transient units are among these units."""
    return {found[1] for unit in units if (found := _UNIT.fullmatch(unit))}


def carry_out(host: Host, action_id: str, action: Action) -> Outcome:
    """Run an action's argv on the host and say how it ended. What is not known for sure is `unknown`."""
    deadline = Deadline(action.timeout_seconds + GRACE_SECONDS)
    if not action.changes:
        return _read(host, action, deadline)
    argv = _transient(action_id, action.timeout_seconds, f"Macha: {action.kind}", action.argv())
    answer = host.run(argv, deadline=deadline, limit_bytes=OUTPUT_LIMIT, as_root=True)
    if isinstance(answer, Unreachable):
        return Outcome("unknown" if answer.may_have_run else "failed", answer.why)
    said = decode(answer.stderr).strip()
    found = look(host, action_id, deadline.within(GRACE_SECONDS))
    if found.state == "absent" and answer.exit_status == 0:
        return Outcome("unknown", "it was started, and the host has no trace of it")
    if found.state == "absent":
        denied = any(word in said.casefold() for word in _DENIALS)
        why = safe_line(redact(said)) or f"exit status {answer.exit_status}"
        return Outcome("denied_by_host" if denied else "failed", f"it was not started: {why}")
    return found


def take_name(host: Host, action_id: str, deadline: Deadline) -> bool:
    """Take the name of an effect that has left no trace, so that a command which is still on its way to the host finds
    it taken. False when that could not be done: something may run under it yet."""
    argv = _transient(action_id, GRACE_SECONDS, TAKEN, ("true",))
    answer = host.run(argv, deadline=deadline.within(GRACE_SECONDS), as_root=True)
    return isinstance(answer, Completed) and answer.exit_status == 0


def look(host: Host, action_id: str, deadline: Deadline) -> Outcome:
    """The outcome of an effect as its transient unit on the host tells it; waits while the unit is still running."""
    while True:
        answer = host.run(
            ("systemctl", "show", _ASKED, "--", unit_of(action_id)),
            deadline=deadline.within(GRACE_SECONDS),
        )
        if isinstance(answer, Unreachable):
            return Outcome("unknown", f"the host could not be asked how it ended: {answer.why}")
        told = dict(line.split("=", 1) for line in decode(answer.stdout).splitlines() if "=" in line)
        if answer.exit_status != 0 or "ActiveState" not in told:
            return Outcome("unknown", "the host gave no clear answer how it ended")
        if told["ActiveState"] not in ("activating", "deactivating", "reloading") or deadline.is_over():
            return _outcome(told)
        time.sleep(0.2)


def _outcome(told: dict[str, str]) -> Outcome:
    status = int(told["ExecMainStatus"]) if told.get("ExecMainStatus", "").isdecimal() else None
    match told:
        case {"LoadState": "not-found"}:
            return Outcome("absent", "the host has no trace of it")
        case {"Description": description} if description == TAKEN:
            return Outcome("taken", "the host has no trace of it, and it cannot run any more")
        case {"ActiveState": "active"}:
            return Outcome("done", "the command ended without an error", status)
        case {"ActiveState": "failed", "Result": "timeout"}:
            # the command is gone, a job that it asked systemd for is not: only fresh facts can tell
            return Outcome("done", "the command was cut off at its time limit; what it began may still go on")
        case {"ActiveState": "failed", "Result": result}:
            return Outcome("failed", f"the command failed ({result}, exit status {status})", status)
    return Outcome("unknown", f"its unit is {told['ActiveState']}", status)


def clear_away(host: Host, action_id: str) -> None:
    """Remove the transient unit once its outcome is in the ledger: it has served as a fence."""
    for verb in ("stop", "reset-failed"):
        host.run(("systemctl", verb, "--", unit_of(action_id)), deadline=Deadline(GRACE_SECONDS), as_root=True)


def _transient(action_id: str, seconds: int, description: str, command: tuple[str, ...]) -> tuple[str, ...]:
    return (
        "systemd-run", "--quiet", f"--unit={unit_of(action_id)}", "--property=Type=oneshot",
        "--property=RemainAfterExit=yes", f"--property=TimeoutStartSec={seconds}", f"--description={description}",
        "--", *command,
    )  # fmt: skip


def _read(host: Host, action: Action, deadline: Deadline) -> Outcome:
    answer = host.run(action.argv(), deadline=deadline, limit_bytes=OUTPUT_LIMIT)
    if isinstance(answer, Unreachable):
        return Outcome("failed", answer.why)
    return Outcome("done", "read", answer.exit_status, _text(answer))


def _text(answer: Completed) -> str:
    return safe_text(redact(decode(answer.stdout) or decode(answer.stderr)), limit=OUTPUT_LIMIT)
