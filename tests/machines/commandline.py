"""Macha's real command line in a child process, with a configuration and a state of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.machines.testbed import Host


@dataclass(frozen=True)
class CommandLine:
    """Whoever has one may call it: `macha("check", "--json")`, `macha("list", command="macha-approve")`."""

    directory: Path

    @property
    def configuration(self) -> Path:
        """The file that `look_after` writes; a test may rewrite it."""
        return self.directory / "macha.toml"

    @property
    def state(self) -> Path:
        """The state directory."""
        return self.directory / "state"

    def look_after(self, *hosts: Host, level: str = "suggest", user: str = "root") -> None:
        """Configure these hosts and no others; with none it is the machine that Macha runs on."""
        self.configuration.write_text(configuration(hosts, self.state, level, user))

    def __call__(
        self, *arguments: str, command: str = "macha", timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        process = self.start(*arguments, command=command)
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        finally:
            process.kill()
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def start(self, *arguments: str, command: str = "macha") -> subprocess.Popen[str]:
        """Start a command for a test that watches it, or kills it."""
        program = Path(sys.executable).with_name(command)
        return subprocess.Popen(
            (program, *arguments),
            cwd=self.directory,
            env={**os.environ, "MACHA_CONFIG": str(self.configuration), "XDG_STATE_HOME": str(self.directory)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def configuration(hosts: Iterable[Host], state: Path, level: str, user: str) -> str:
    """A configuration file with the hosts' real addresses and keys."""
    lines = [f"autonomyLevel = {quoted(level)}", f"stateDirectory = {quoted(state)}"]
    tables = []
    for host in hosts:
        tables += [
            f"[hosts.{quoted(host.name)}]",
            f"address = {quoted(host.address)}",
            "port = 22",
            f"user = {quoted(user)}",
            f"identityFile = {quoted(host.identity_file)}",
            f"hostKey = {quoted(host.host_key)}",
        ]
    if tables:
        lines.append("localHost = false")
    return "\n".join([*lines, *tables]) + "\n"


def quoted(value: str | Path) -> str:
    """A TOML string: JSON's rules are a part of TOML's."""
    return json.dumps(str(value))
