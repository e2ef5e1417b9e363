"""Hosts that accept the connection and then do not behave; every one of them ends in bounded time."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.tools.hosts.listeners import drip, hold, listener
from tests.tools.hosts.sshd import new_key
from tools.clock import Deadline
from tools.hosts import Unreachable
from tools.hosts.ssh import SshHost

BANNER = b"SSH-2.0-OpenSSH_9.2\r\n"


def banner_and_stop(connection: socket.socket) -> None:
    connection.sendall(BANNER)
    hold(connection)


def banner_and_leave(connection: socket.socket) -> None:
    connection.sendall(BANNER)


def not_ssh(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 400 \x1b[31mBad\r\n" * 200)
    hold(connection)


def banner_and_drip(connection: socket.socket) -> None:
    connection.sendall(BANNER + (2060).to_bytes(4, "big"))  # the length of a packet that never becomes whole
    drip(connection, b"\0")


def ask(folder: Path, port: int, deadline: Deadline, connect_seconds: float = 5) -> Unreachable:
    new_key(folder / "identity")
    host = SshHost("web1", "127.0.0.1", port, "root", folder / "identity", None, None, connect_seconds)
    answer = host.run(("true",), deadline=deadline)
    assert isinstance(answer, Unreachable)
    assert (answer.trouble, answer.may_have_run) == ("silent", False)
    return answer


@pytest.mark.parametrize(
    "talk", [hold, banner_and_stop, partial(drip, piece=b"x"), partial(drip, piece=b"hello\r\n"), banner_and_drip]
)
def test_silence_and_drops_last_no_longer_than_the_deadline(
    tmp_path: Path, talk: Callable[[socket.socket], None]
) -> None:
    with listener(talk) as port:
        started = time.monotonic()
        answer = ask(tmp_path, port, Deadline(0.6))
        assert 0.5 < time.monotonic() - started < 1.6
    assert "within 0.6 s" in answer.why


def test_a_login_has_three_times_the_seconds_of_a_connection(tmp_path: Path) -> None:
    with listener(hold) as port:
        answer = ask(tmp_path, port, Deadline(30), connect_seconds=0.2)
    assert "within 0.6 s" in answer.why


@pytest.mark.parametrize("talk", [socket.socket.close, banner_and_leave, not_ssh])
def test_what_breaks_off_is_told_at_once(tmp_path: Path, talk: Callable[[socket.socket], None]) -> None:
    with listener(talk) as port:
        started = time.monotonic()
        answer = ask(tmp_path, port, Deadline(10))
        assert time.monotonic() - started < 5
    assert "\x1b" not in answer.why


def test_nothing_is_printed_and_nothing_delays_the_exit(tmp_path: Path) -> None:
    program = (
        "import sys; from tools.clock import Deadline; from tools.hosts.ssh import SshHost\n"
        "host = SshHost('web1', '127.0.0.1', int(sys.argv[1]), 'root', None, None, None)\n"
        "assert host.run(('true',), deadline=Deadline(0.5)).trouble == 'silent'"
    )
    for talk in (banner_and_stop, banner_and_leave, not_ssh):
        with listener(talk) as port:
            argv = [sys.executable, "-c", program, str(port)]
            ended = subprocess.run(argv, capture_output=True, timeout=8, check=True)
        assert ended.stdout + ended.stderr == b""
