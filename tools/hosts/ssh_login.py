"""From a TCP connection to an SSH session: know the host by its key, then be let in."""

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from paramiko.agent import AgentSSH
from paramiko.pkey import UnknownKeyType

from tools.clock import Deadline
from tools.hosts import host_keys
from tools.hosts.dial import dial
from tools.hosts.host_keys import PublicKey
from tools.hosts.no_answer import NoAnswerError
from tools.hosts.ssh import SshHost
from tools.hosts.ssh_session import Session

_NOT_A_KEY = (OSError, ValueError, TypeError, paramiko.SSHException, UnknownKeyType, UnsupportedAlgorithm)


def log_in(host: SshHost, deadline: Deadline) -> Session:
    """A session with `host`, after its key was found to be a known one and ours was accepted; raises NoAnswerError."""
    known, source = _known_keys(host)
    limit = deadline.within(3 * host.connect_seconds)
    identities = _usual_keys(limit) if host.identity_file is None else [_key(host.name, host.identity_file)]
    session = Session(dial(host.address, host.port, deadline.within(host.connect_seconds)))
    try:
        shown = session.shake_hands(known, limit)
        if refusal := host_keys.why_not(shown, known, host.name, source):
            raise NoAnswerError(*refusal)
        if not session.authenticate(host.user, identities, limit):
            tried = host.identity_file or "any key of the ssh-agent and of ~/.ssh"
            advice = f"put its public half into authorized_keys there, or set hosts.{host.name}.identityFile"
            raise NoAnswerError("denied", f"{host.user} may not log in with {tried}: {advice}")
    except BaseException:
        session.close()
        raise
    return session


def _known_keys(host: SshHost) -> tuple[Sequence[PublicKey], str]:
    """The keys the host may show, and where they are kept."""
    setting = f"hosts.{host.name}.hostKey"
    if host.host_key is not None:
        try:
            return host_keys.pinned(host.host_key), setting
        except ValueError as error:
            raise NoAnswerError("local", f"{setting}: {error}") from error
    if host.known_hosts is not None:
        return host_keys.recorded(host.known_hosts, host.address, host.port), str(host.known_hosts)
    return (), setting


def _key(host: str, path: Path) -> paramiko.PKey:
    try:
        return paramiko.PKey.from_path(path)
    except _NOT_A_KEY as error:
        why = f"{path} cannot be read as a private key without a passphrase: {error}"
        raise NoAnswerError("local", f"hosts.{host}.identityFile: {why}") from error


def _usual_keys(deadline: Deadline) -> Iterator[paramiko.PKey]:
    """What `ssh` would offer: the keys of the agent, then the files in `~/.ssh` that need no passphrase."""
    with suppress(KeyError, OSError, paramiko.SSHException):
        yield from _agent_keys(os.environ["SSH_AUTH_SOCK"], deadline.left())
    for name in ("id_ed25519", "id_ecdsa", "id_rsa"):
        with suppress(*_NOT_A_KEY):
            yield paramiko.PKey.from_path(Path.home() / ".ssh" / name)


def _agent_keys(path: str, seconds: float) -> Iterator[paramiko.PKey]:
    with socket.socket(socket.AF_UNIX) as connection:
        # paramiko.Agent sets no limit, and an agent that waits for a person would hold its thread for ever.
        connection.settimeout(seconds)
        connection.connect(path)
        agent = AgentSSH()
        agent._connect(connection)  # type: ignore[attr-defined]  # how paramiko.Agent does it; the stubs leave it out
        yield from agent.get_keys()
