import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.tools.hosts.sshd import Sshd, eventually, new_key
from tools.clock import Deadline
from tools.hosts import Completed, Unreachable
from tools.hosts.ssh import SshHost


def refusal(host: SshHost, *argv: str) -> Unreachable:
    """The answer of a host that must not run anything."""
    answer = host.run(argv or ("true",), deadline=Deadline(10))
    host.close()
    assert isinstance(answer, Unreachable)
    assert not answer.may_have_run
    assert answer.why.startswith(f"web1 (127.0.0.1 port {host.port}): ")
    assert "\n" not in answer.why
    return answer


def is_let_in(host: SshHost) -> bool:
    answer = host.run(("true",), deadline=Deadline(10))
    host.close()
    return answer == Completed(0, b"", b"")


def test_a_host_is_known_by_its_line_in_known_hosts(sshd: Sshd, tmp_path: Path) -> None:
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(f"[127.0.0.1]:{sshd.port} {sshd.host_key}\n")
    assert is_let_in(sshd.host(host_key=None, known_hosts=known_hosts))


@pytest.mark.parametrize("kind", ["rsa", "ecdsa", "ed25519"])
def test_a_host_with_several_keys_is_known_by_any_one_of_them(sshd_folder: Path, kind: str) -> None:
    keys = {name: new_key(sshd_folder / name, name) for name in ("rsa", "ecdsa")}
    lines = "".join(f"HostKey {sshd_folder / name}\n" for name in keys)
    with Sshd(sshd_folder, lines) as sshd:
        assert is_let_in(sshd.host(host_key=keys.get(kind, sshd.host_key)))


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_a_changed_host_key_stops_everything(sshd: Sshd, tmp_path: Path, kind: str) -> None:
    marker = tmp_path / "marker"
    answer = refusal(sshd.host(host_key=new_key(tmp_path / "other", kind)), "touch", str(marker))
    assert answer.trouble == "host_key_changed"
    assert answer.why.count("SHA256:") == 2
    assert not marker.exists()
    assert sshd.logins() == 0


def test_an_unknown_host_key_is_never_trusted_at_first_sight(sshd: Sshd, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    answer = refusal(sshd.host(host_key=None, known_hosts=tmp_path / "none"), "touch", str(marker))
    assert answer.trouble == "host_key_unknown"
    assert f'hosts.web1.hostKey = "{sshd.host_key}"' in answer.why
    assert not marker.exists()
    assert sshd.logins() == 0


def test_a_key_that_the_host_does_not_know_is_denied(sshd: Sshd, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger"
    new_key(stranger)
    answer = refusal(sshd.host(identity_file=stranger))
    assert answer.trouble == "denied"
    assert str(stranger) in answer.why
    assert "hosts.web1.identityFile" in answer.why


def test_a_user_that_the_host_does_not_know_is_denied(sshd: Sshd) -> None:
    answer = refusal(sshd.host(user="nosuchuser"))
    assert answer.trouble == "denied"
    assert "nosuchuser" in answer.why


@pytest.mark.parametrize("content", [None, "", "no key", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"])
def test_an_identity_that_cannot_be_read_is_this_machines_trouble(
    sshd: Sshd, tmp_path: Path, content: str | None
) -> None:
    identity = tmp_path / "bad"
    if content is not None:
        identity.write_text(content)
    answer = refusal(sshd.host(identity_file=identity))
    assert answer.trouble == "local"
    assert str(identity) in answer.why


def test_a_pinned_key_that_is_none_is_this_machines_trouble(sshd: Sshd) -> None:
    answer = refusal(sshd.host(host_key="ssh-ed25519 oops"))
    assert answer.trouble == "local"
    assert "hosts.web1.hostKey" in answer.why


def test_without_an_identity_file_the_usual_keys_are_tried(
    sshd: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    (tmp_path / ".ssh").mkdir()
    assert refusal(sshd.host(identity_file=None)).trouble == "denied"
    sshd.identity.rename(tmp_path / ".ssh" / "id_rsa")
    new_key(tmp_path / ".ssh" / "id_ed25519")
    assert is_let_in(sshd.host(identity_file=None))


def test_without_an_identity_file_the_agent_is_asked(
    sshd: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", tmp_path / "agent"], stdout=subprocess.DEVNULL)
    try:
        monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
        eventually((tmp_path / "agent").exists)
        subprocess.run(["ssh-add", "-q", sshd.identity], check=True, capture_output=True)
        sshd.identity.unlink()
        assert is_let_in(sshd.host(identity_file=None))
    finally:
        agent.kill()
        agent.wait()


def test_an_agent_that_says_nothing_is_not_waited_for(
    sshd: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX) as agent:
        agent.bind(str(tmp_path / "agent"))
        agent.listen()
        monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
        started = time.monotonic()
        answer = refusal(sshd.host(identity_file=None, connect_seconds=0.3))
    assert answer.trouble in ("silent", "denied")
    assert time.monotonic() - started < 3
