"""A real sshd on loopback: an ordinary child process with its own folder for keys and configuration."""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tools.hosts.ssh import SshHost

PROGRAM = "/usr/sbin/sshd"
PRIVILEGE_FOLDER = Path("/run/sshd")
# sshd run by root insists on a folder below /run; it gets one that nobody else sees.
OWN_RUN = ("unshare", "--mount", "sh", "-c", 'mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd && exec "$@"', "sh")
CONFIGURATION = """\
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
StrictModes no
UsePAM no
PidFile none
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
AcceptEnv LC_*
LogLevel VERBOSE
"""


def why_not() -> str | None:
    """Why no sshd can be run here, or None."""
    if not Path(PROGRAM).exists() or not shutil.which("ssh-keygen"):
        return "no sshd here: install openssh-server"
    if _needs_own_run() and subprocess.run([*OWN_RUN, "true"], capture_output=True).returncode != 0:
        return "sshd needs /run/sshd, which does not exist, and a mount namespace is not allowed here"
    return None


def new_key(path: Path, kind: str = "ed25519") -> str:
    """Make a key pair; returns the public half as `KIND BASE64`."""
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", path], check=True)
    return path.with_suffix(".pub").read_text().strip()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


class Sshd:
    """One sshd that lets the user of the tests in with `identity`."""

    def __init__(self, folder: Path, more_configuration: str = "") -> None:
        self.folder = folder
        self.port = free_port()
        self.identity = folder / "identity"
        self.host_key = new_key(folder / "host_key")
        (folder / "authorized_keys").write_text(new_key(self.identity))
        (folder / "sshd_config").write_text(CONFIGURATION.format(folder=folder) + more_configuration)

    def __enter__(self) -> "Sshd":
        prefix = OWN_RUN if _needs_own_run() else ()
        argv = (*prefix, PROGRAM, "-D", "-e", "-f", self.folder / "sshd_config", "-p", str(self.port))
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(argv, stderr=log)
        eventually(lambda: "Server listening" in self.log())
        return self

    def __exit__(self, *_: object) -> None:
        self.kill_sessions()
        self._process.kill()
        self._process.wait()

    def host(self, **changes: Any) -> SshHost:
        """This sshd as Macha would be told about it, but for `changes`."""
        settings: dict[str, Any] = {
            "name": "web1",
            "address": "127.0.0.1",
            "port": self.port,
            "user": getpass.getuser(),
            "identity_file": self.identity,
            "host_key": self.host_key,
            "known_hosts": None,
        }
        return SshHost(**(settings | changes))

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def logins(self) -> int:
        return self.log().count("Accepted publickey")

    def kill_sessions(self) -> None:
        self._signal_sessions(signal.SIGKILL)

    def freeze_sessions(self) -> None:
        self._signal_sessions(signal.SIGSTOP)

    def _signal_sessions(self, sign: signal.Signals) -> None:
        for pid in list(_below(self._process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, sign)


@contextmanager
def as_soon_as(claim: Callable[[], bool], act: Callable[[], None]) -> Iterator[None]:
    """Beside the body, `act` when `claim` has come true."""

    def wait_and_act() -> None:
        eventually(claim)
        act()

    thread = threading.Thread(target=wait_and_act)
    thread.start()
    yield
    thread.join()


def eventually(claim: Callable[[], bool], seconds: float = 5) -> None:
    """Wait until `claim()` holds, which it has to within `seconds`."""
    end = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.01)


def _below(pid: int) -> Iterator[int]:
    """The processes that `pid` started, parents before their children: of one session sshd makes two or three."""
    with suppress(FileNotFoundError):
        for child in map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
            yield child
            yield from _below(child)


def _needs_own_run() -> bool:
    return os.geteuid() == 0 and not PRIVILEGE_FOLDER.is_dir()
