"""The machine Macha runs on, asked by a child process in a session of its own."""

import os
import select
import selectors
import signal
import subprocess
import time
from contextlib import suppress
from functools import partial
from typing import IO

from tools.clock import Deadline
from tools.hosts import Completed, Unreachable
from tools.hosts.bounded import within
from tools.hosts.capture import Capture, Stream

# The wrappers come first because NixOS keeps its setuid sudo there; a folder that does not exist does no harm.
_PATH = "/run/wrappers/bin:/run/current-system/sw/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": _PATH}
_READ_BYTES = 1 << 16
_GRACE_SECONDS = 0.3


class LocalHost:
    """This machine. A command sees `LC_ALL=C.UTF-8` and a `PATH` with the sbin folders, nothing else of Macha's."""

    def __init__(self, name: str = "localhost") -> None:
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    def run(
        self,
        argv: tuple[str, ...],
        *,
        deadline: Deadline,
        stdin: bytes = b"",
        limit_bytes: int = 1 << 20,
        as_root: bool = False,
    ) -> Completed | Unreachable:
        """As the contract says; a program that is missing ends with 127, as it does over ssh."""
        if deadline.is_over():
            return Unreachable("local", f"{self._name}: no time was left to start {argv[0]!r}")
        try:
            process = _start(("sudo", "-n", "--", *argv) if as_root and os.geteuid() != 0 else argv)
        except FileNotFoundError as missing:
            return Completed(127, b"", f"{missing.filename}: not found\n".encode(errors="surrogateescape"))
        except (OSError, ValueError) as error:
            return Unreachable("local", f"{self._name}: could not start {argv[0]!r}: {error}")
        return self._see_through(process, argv[0], stdin, Capture(limit_bytes), deadline)

    def close(self) -> None:
        """Nothing is kept between commands."""

    def _see_through(
        self, process: subprocess.Popen[bytes], program: str, stdin: bytes, capture: Capture, deadline: Deadline
    ) -> Completed | Unreachable:
        try:
            is_whole = _pump(process, stdin, capture, deadline)
            if is_whole and _wait(process, deadline.left()):
                return capture.completed(process.returncode)
            has_ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except BaseException:
            _end_group(process)
            raise
        _end_group(process)
        if has_ended:
            # What it left behind keeps its output open.
            return capture.completed(process.returncode, is_whole=is_whole)
        # An ordinary user may not signal what sudo started as root.
        fate = "was stopped" if process.poll() is not None else "could not be stopped"
        return Unreachable("deadline", f"{self._name}: {program!r} did not end {within(deadline)} and {fate}")


def _start(argv: tuple[str, ...]) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    return subprocess.Popen(
        argv, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0, cwd="/", env=_ENVIRONMENT, start_new_session=True
    )


def _pump(process: subprocess.Popen[bytes], stdin: bytes, capture: Capture, deadline: Deadline) -> bool:
    """Move bytes until every pipe is at its end and closed; false where the deadline came first."""
    moves = (
        (process.stdin, selectors.EVENT_WRITE, partial(_write, bytearray(stdin))),
        (process.stdout, selectors.EVENT_READ, partial(_read, capture.stdout)),
        (process.stderr, selectors.EVENT_READ, partial(_read, capture.stderr)),
    )
    with selectors.DefaultSelector() as selector:
        for pipe, event, move in moves:
            if pipe is not None:
                selector.register(pipe, event, (pipe, move))
        while selector.get_map() and not deadline.is_over():
            for key, _ in selector.select(deadline.left()):
                pipe, move = key.data
                if not move(pipe):
                    selector.unregister(pipe)
                    pipe.close()
        return not selector.get_map()


def _write(pending: bytearray, pipe: IO[bytes]) -> bool:
    """Write what surely fits, so that it cannot block; whether more is pending."""
    try:
        del pending[: pipe.write(pending[: select.PIPE_BUF])]
    except BrokenPipeError:
        return False
    return bool(pending)


def _read(stream: Stream, pipe: IO[bytes]) -> bool:
    chunk = pipe.read(_READ_BYTES)
    stream.add(chunk)
    return bool(chunk)


def _wait(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether the process ended in time; then it is reaped and has a `returncode`."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    return process.returncode is not None


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM, then SIGKILL, and reaped only after both: until then nobody else can get the number of the group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGTERM)
        time.sleep(_GRACE_SECONDS)
        os.killpg(process.pid, signal.SIGKILL)
    _wait(process, _GRACE_SECONDS)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
