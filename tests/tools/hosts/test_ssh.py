import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.hosts.listeners import Obedient, end_with, ssh_server
from tests.tools.hosts.sshd import Sshd, new_key
from tools.clock import Deadline
from tools.hosts import Completed, Host, Unreachable
from tools.hosts.ssh import SshHost


def run(host: Host, *argv: str) -> Completed | Unreachable:
    return host.run(argv, deadline=Deadline(10))


def test_a_command_that_only_shows_things_does_not_pay_for_paramiko() -> None:
    subprocess.run(
        [sys.executable, "-c", "import sys, tools.hosts.ssh; sys.exit('paramiko' in sys.modules)"], check=True
    )


def test_one_connection_serves_several_commands(sshd: Sshd, ssh_host: SshHost) -> None:
    assert [run(ssh_host, "echo", word) for word in ("a", "b")] == [
        Completed(0, b"a\n", b""),
        Completed(0, b"b\n", b""),
    ]
    assert sshd.logins() == 1


def test_a_connection_that_broke_in_between_is_made_anew(sshd: Sshd, ssh_host: SshHost) -> None:
    run(ssh_host, "true")
    sshd.kill_sessions()
    assert run(ssh_host, "echo", "back") == Completed(0, b"back\n", b"")
    assert sshd.logins() == 2


def test_a_connection_that_died_unnoticed_is_made_anew(sshd: Sshd) -> None:
    host = sshd.host(connect_seconds=0.5)
    run(host, "true")
    sshd.freeze_sessions()
    assert run(host, "echo", "back") == Completed(0, b"back\n", b"")
    host.close()


def test_a_failed_command_is_followed_by_a_new_connection(sshd: Sshd, ssh_host: SshHost) -> None:
    assert isinstance(ssh_host.run(("sleep", "9"), deadline=Deadline(0.8)), Unreachable)
    assert run(ssh_host, "echo", "back") == Completed(0, b"back\n", b"")


@pytest.mark.parametrize(
    ("user", "sent"),
    [("root", b"id -u"), ("macha", b"sudo -n -- id -u")],
    ids=["root is root", "anyone else asks sudo"],
)
def test_a_command_runs_as_root(tmp_path: Path, user: str, sent: bytes) -> None:
    new_key(tmp_path / "identity")
    server = Obedient(end_with(0))
    with ssh_server(tmp_path, server) as (port, host_key):
        host = SshHost("web1", "127.0.0.1", port, user, tmp_path / "identity", host_key, None)
        answer = host.run(("id", "-u"), deadline=Deadline(5), as_root=True)
        host.close()
    assert answer == Completed(0, b"", b"")
    assert server.commands == [sent]
