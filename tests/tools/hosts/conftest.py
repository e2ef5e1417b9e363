import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.hosts.sshd import Sshd, eventually, why_not
from tools.hosts import Host
from tools.hosts.local import LocalHost
from tools.hosts.ssh import SshHost


@pytest.fixture
def sshd_folder(tmp_path: Path) -> Path:
    """A folder for an sshd, where one can be run."""
    if reason := why_not():
        pytest.skip(reason)
    return tmp_path


@pytest.fixture
def sshd(sshd_folder: Path) -> Iterator[Sshd]:
    with Sshd(sshd_folder) as running:
        yield running


@pytest.fixture
def ssh_host(sshd: Sshd) -> Iterator[SshHost]:
    host = sshd.host()
    yield host
    host.close()


@pytest.fixture(params=["local", "ssh"])
def host(request: pytest.FixtureRequest) -> Host:
    """Each kind of host in turn: what it reaches is this machine."""
    if request.param == "local":
        return LocalHost()
    ssh_host: SshHost = request.getfixturevalue("ssh_host")
    return ssh_host


@pytest.fixture(autouse=True)
def no_thread_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a host did, nothing of it may go on once it is closed."""
    before = set(threading.enumerate())
    yield
    eventually(lambda: set(threading.enumerate()) <= before, seconds=2)
