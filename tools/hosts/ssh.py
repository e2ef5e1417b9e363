"""A machine reached over SSH. paramiko takes 250 ms to import, so this file does not, until a host is asked."""

import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tools.clock import Deadline
from tools.hosts import Completed, Unreachable
from tools.hosts.capture import Capture
from tools.hosts.no_answer import NoAnswerError

if TYPE_CHECKING:
    from paramiko import Channel

    from tools.hosts.ssh_session import Session


@dataclass(eq=False)
class SshHost:
    """A machine reached over SSH, by one connection that is kept between commands; for one caller at a time.

    `host_key` holds the only keys accepted, one `KIND BASE64` a line; without it those in the file `known_hosts` are.
    Without `identity_file` the ssh-agent and the usual keys in `~/.ssh` are tried. Name resolution and
    TCP may take `connect_seconds`, all up to the login three times that: a busy machine accepts at once, then is slow.
    """

    name: str
    address: str
    port: int
    user: str
    identity_file: Path | None
    host_key: str | None
    known_hosts: Path | None
    connect_seconds: float = 5
    _session: "Session | None" = field(default=None, init=False, repr=False)

    def run(
        self,
        argv: tuple[str, ...],
        *,
        deadline: Deadline,
        stdin: bytes = b"",
        limit_bytes: int = 1 << 20,
        as_root: bool = False,
    ) -> Completed | Unreachable:
        """As the contract says, where the user's login shell is a POSIX one; some make 128 + N of the signal N."""
        import tools.hosts.lean_paramiko  # noqa: F401
        from tools.hosts.ssh_command import exchange

        try:
            if deadline.is_over():
                raise NoAnswerError("local", f"no time was left to start {argv[0]!r}")
            command = _for_login_shell(("sudo", "-n", "--", *argv) if as_root and self.user != "root" else argv)
            session, channel = self._open(deadline)
            return exchange(session, channel, command, stdin, Capture(limit_bytes), deadline)
        except NoAnswerError as no_answer:
            trouble, why = no_answer.trouble, no_answer.why
        except (OSError, RuntimeError) as error:
            trouble, why = "local", f"this machine could not ask it: {error}"
        self.close()
        return Unreachable(trouble, f"{self.name} ({self.address} port {self.port}): {why}")

    def close(self) -> None:
        """End the connection; the next command makes a new one."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _open(self, deadline: Deadline) -> tuple["Session", "Channel"]:
        from tools.hosts.ssh_login import log_in

        if self._session is not None:
            # The connection may have died unnoticed; nothing was sent to be run, so a second try is safe.
            try:
                return self._session, self._session.open_channel(deadline.within(self.connect_seconds))
            except NoAnswerError:
                self.close()
        self._session = log_in(self, deadline)
        return self._session, self._session.open_channel(deadline)


def _for_login_shell(argv: tuple[str, ...]) -> bytes:
    """SSH knows no argv, only a text that the login shell reads: the one place where a shell is involved, so quoted."""
    command = shlex.join(argv)
    if "\0" in command:
        raise NoAnswerError("local", f"{argv[0]!r} was given a NUL byte, which no command line can hold")
    try:
        return command.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        raise NoAnswerError("local", f"{argv[0]!r} was given text that is not Unicode") from None
