"""A host for tests: the shell of this machine, asked as a real host is."""

import subprocess

from tools.clock import Deadline
from tools.hosts import Completed, Unreachable


class ShellHost:
    """Runs argv here; remembers the last script that it was given."""

    name = "here"

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        self.environment = environment
        self.script = b""

    def run(
        self,
        argv: tuple[str, ...],
        *,
        deadline: Deadline,
        stdin: bytes = b"",
        limit_bytes: int = 1 << 20,
        as_root: bool = False,
    ) -> Completed | Unreachable:
        self.script = stdin
        done = subprocess.run(argv, input=stdin, capture_output=True, timeout=deadline.left(), env=self.environment)
        return Completed(done.returncode, done.stdout[:limit_bytes], done.stderr, len(done.stdout) > limit_bytes)

    def close(self) -> None:
        pass
