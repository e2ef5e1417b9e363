"""How a machine is reached: run an argv there with a deadline; nothing else knows how.

A host is asked with `run` and answers with a value: `Completed` when the command ended, `Unreachable` when it could
not be started or its end was not seen. A sick machine never raises.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from tools.clock import Deadline

Trouble = Literal[
    "refused",
    "no_route",
    "name",
    "silent",
    "host_key_changed",
    "host_key_unknown",
    "denied",
    "lost",
    "deadline",
    "local",
]
"""Why a host gave no answer. `silent`: TCP was accepted and no session followed. `deadline`: the command was still
running when the time was up. `lost`: the connection broke while it ran. After `deadline` and `lost` the command may
have had its effect: whoever sent it has to look, not to repeat. `local`: this machine could not start the command."""


@dataclass(frozen=True, slots=True)
class Completed:
    """A command that ran to its end. `exit_status` is 0..255, negative for the signal that ended it."""

    exit_status: int
    stdout: bytes
    stderr: bytes
    is_truncated: bool = False


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No answer from a host, and why, in words for people."""

    trouble: Trouble
    why: str

    @property
    def may_have_run(self) -> bool:
        """Whether the command may have started, so that its effect has to be looked for."""
        return self.trouble in ("deadline", "lost")


class Host(Protocol):
    """A machine that commands can be run on."""

    @property
    def name(self) -> str:
        """The name from the configuration; never one that the machine gave itself."""
        ...

    def run(
        self,
        argv: tuple[str, ...],
        *,
        deadline: Deadline,
        stdin: bytes = b"",
        limit_bytes: int = 1 << 20,
        as_root: bool = False,
    ) -> Completed | Unreachable:
        """Run `argv` (no shell sees it) and return what it printed, at most `limit_bytes` of each stream.

        Output beyond the limit is read and dropped, so that the command does not block. With `as_root` the command
        runs as root: as it is where the login is root already, else by `sudo -n`.
        """
        ...

    def close(self) -> None:
        """Give back connections; the host can be asked again afterwards."""
        ...
