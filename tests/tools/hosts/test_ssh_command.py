"""How a command can end, or not, once it was sent."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import paramiko
import pytest

from tests.tools.hosts.listeners import Obedient, afterwards, end_by, end_with, hang_up, say_goodbye, ssh_server
from tests.tools.hosts.sshd import Sshd, as_soon_as, new_key
from tools.clock import Deadline
from tools.hosts import Completed, Unreachable
from tools.hosts.ssh import SshHost


def asked(folder: Path, answer: Callable[[paramiko.Channel], bool], seconds: float = 5) -> Completed | Unreachable:
    """What comes of a command that the server answers with `answer`."""
    new_key(folder / "identity")
    with ssh_server(folder, Obedient(answer)) as (port, host_key):
        host = SshHost("web1", "127.0.0.1", port, "macha", folder / "identity", host_key, None)
        said = host.run(("true",), deadline=Deadline(seconds))
        host.close()
    return said


def trouble(answer: Completed | Unreachable) -> tuple[str, bool]:
    assert isinstance(answer, Unreachable), answer
    return answer.trouble, answer.may_have_run


@pytest.mark.parametrize(("sent", "seen"), [("SEGV", -11), ("KILL", -9), ("SIG@openssh.com", 255), ("\x1b[31m", 255)])
def test_a_signal_is_named_where_ssh_has_a_name_for_it(tmp_path: Path, sent: str, seen: int) -> None:
    assert asked(tmp_path, end_by(sent)) == Completed(seen, b"", b"")


@pytest.mark.parametrize(("sent", "seen"), [(0, 0), (255, 255), (256, 255), (2**32 - 1, 255)])
def test_an_exit_status_out_of_range_is_no_success(tmp_path: Path, sent: int, seen: int) -> None:
    assert asked(tmp_path, end_with(sent)) == Completed(seen, b"", b"")


def test_a_refused_command_did_not_run(tmp_path: Path) -> None:
    assert trouble(asked(tmp_path, lambda _: False)) == ("denied", False)


def test_a_request_that_gets_no_answer_may_have_run(tmp_path: Path) -> None:
    release = threading.Event()
    answer = asked(tmp_path, lambda _: release.wait(2), seconds=0.8)
    release.set()
    assert trouble(answer) == ("deadline", True)


@pytest.mark.parametrize("end", [hang_up, say_goodbye])
def test_a_connection_that_ends_with_the_request_may_have_run(
    tmp_path: Path, end: Callable[[paramiko.Channel], bool]
) -> None:
    assert trouble(asked(tmp_path, end)) == ("lost", True)


def test_an_end_without_a_status_is_not_taken_for_success(tmp_path: Path) -> None:
    assert trouble(asked(tmp_path, afterwards(paramiko.Channel.close))) == ("lost", True)


def test_output_cut_off_after_the_status_is_not_taken_for_whole(tmp_path: Path) -> None:
    def end_in_the_middle(channel: paramiko.Channel) -> None:
        channel.sendall(b"half of wh")
        channel.send_exit_status(0)
        channel.get_transport().close()

    assert asked(tmp_path, afterwards(end_in_the_middle)) == Completed(0, b"half of wh", b"", is_truncated=True)


def test_a_server_killed_while_the_command_runs(sshd: Sshd, ssh_host: SshHost, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    with as_soon_as(marker.exists, sshd.kill_sessions):
        answer = ssh_host.run(("sh", "-c", f"touch {marker}; sleep 2"), deadline=Deadline(10))
    assert trouble(answer) == ("lost", True)


def test_a_host_that_freezes_while_the_command_runs(sshd: Sshd, ssh_host: SshHost, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    started = time.monotonic()
    with as_soon_as(marker.exists, sshd.freeze_sessions):
        answer = ssh_host.run(("sh", "-c", f"touch {marker}; sleep 2"), deadline=Deadline(1.5))
    assert trouble(answer) == ("deadline", True)
    assert time.monotonic() - started < 2.5
