import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.hosts.sshd import new_key
from tools.hosts import host_keys
from tools.hosts.host_keys import PublicKey

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed here")

ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFIXCh+HIGwSFwdGHySMV2rRZDpYCC2KD6pWX1ItClII"
OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMaIZMh1CsVANc7JRaNMJbNEa3OMFsMBBkRVLPFyXtJ8"


def key(line: str) -> PublicKey:
    return PublicKey.parse(*line.split())


@pytest.fixture
def known_hosts(tmp_path: Path) -> Path:
    return tmp_path / "known_hosts"


def test_one_key_or_several_can_be_pinned() -> None:
    assert host_keys.pinned(ED25519) == (key(ED25519),)
    assert host_keys.pinned(f"\n{ED25519} root@web1\n{OTHER}\n") == (key(ED25519), key(OTHER))


@pytest.mark.parametrize(
    "bad", ["", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa " + ED25519.split()[1], "x y", f"web1 {ED25519}"]
)
def test_a_line_that_is_no_key_is_named(bad: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        host_keys.pinned(f"{ED25519}\n{bad}\n{OTHER}")


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_fingerprint_is_the_one_that_ssh_keygen_prints(tmp_path: Path, kind: str) -> None:
    line = new_key(tmp_path / "key", kind)
    printed = subprocess.run(["ssh-keygen", "-lf", tmp_path / "key"], capture_output=True, text=True).stdout
    assert key(line).fingerprint == printed.split()[1]
    assert str(key(line)) == line
    assert key(line).file_word == kind


def test_known_hosts_is_read_by_address_and_port(known_hosts: Path) -> None:
    known_hosts.write_text(f"# mine\n\nweb1,10.0.0.5 {ED25519} comment\n[web1]:2222 {OTHER}\nweb2 {OTHER}\n")
    assert host_keys.recorded(known_hosts, "web1", 22) == (key(ED25519),)
    assert host_keys.recorded(known_hosts, "10.0.0.5", 22) == (key(ED25519),)
    assert host_keys.recorded(known_hosts, "WEB1", 2222) == (key(OTHER),)
    assert host_keys.recorded(known_hosts, "web3", 22) == ()


def test_hashed_names_are_understood(known_hosts: Path) -> None:
    known_hosts.write_text(f"web1 {ED25519}\n[web1]:2222 {OTHER}\n")
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", known_hosts], check=True, capture_output=True)
    assert "web1" not in known_hosts.read_text()
    assert host_keys.recorded(known_hosts, "web1", 22) == (key(ED25519),)
    assert host_keys.recorded(known_hosts, "web1", 2222) == (key(OTHER),)


def test_several_keys_of_one_kind_are_all_known(known_hosts: Path) -> None:
    known_hosts.write_text(f"web1 {ED25519}\nweb1 {OTHER}\n")
    assert host_keys.recorded(known_hosts, "web1", 22) == (key(ED25519), key(OTHER))


def test_a_revoked_key_is_known_for_no_host(known_hosts: Path) -> None:
    known_hosts.write_text(f"web1 {ED25519}\nweb1 {OTHER}\n@revoked * {OTHER}\n@cert-authority web1 {OTHER}\n")
    assert host_keys.recorded(known_hosts, "web1", 22) == (key(ED25519),)


def test_a_file_that_is_not_there_knows_nobody(known_hosts: Path) -> None:
    assert host_keys.recorded(known_hosts, "web1", 22) == ()


@given(st.text() | st.text(alphabet="|1@revokedweb1, =AAAA\n"))
def test_a_broken_known_hosts_knows_nobody_and_harms_nobody(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    known_hosts = tmp_path_factory.getbasetemp() / "broken"
    known_hosts.write_text(text)
    assert host_keys.recorded(known_hosts, "web1", 22) == ()


def test_only_exactly_a_known_key_is_accepted() -> None:
    assert host_keys.why_not(key(ED25519), [key(OTHER), key(ED25519)], "web1", "there") is None


def test_a_changed_key_is_told_by_both_fingerprints() -> None:
    answer = host_keys.why_not(key(ED25519), [key(OTHER)], "web1", "hosts.web1.hostKey")
    assert answer
    assert answer[0] == "host_key_changed"
    for part in (key(ED25519).fingerprint, key(OTHER).fingerprint, "nothing was sent", "hosts.web1.hostKey"):
        assert part in answer[1]


def test_an_unknown_key_is_told_with_the_way_to_pin_it() -> None:
    answer = host_keys.why_not(key(ED25519), [], "web1", "hosts.web1.hostKey")
    assert answer
    assert answer[0] == "host_key_unknown"
    for part in (key(ED25519).fingerprint, "nothing was sent", "compare", f'hosts.web1.hostKey = "{ED25519}"'):
        assert part in answer[1]
