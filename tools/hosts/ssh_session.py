"""One SSH session by paramiko, every wait in it bounded: its own limits count per read, by the wall clock, or not."""

import logging
import signal
import socket
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import cast

import paramiko
from paramiko.auth_handler import AuthHandler
from paramiko.common import MSG_CHANNEL_REQUEST
from paramiko.message import Message
from paramiko.packet import Packetizer

from tools.clock import Deadline
from tools.hosts.bounded import OverdueError, bounded
from tools.hosts.host_keys import PublicKey
from tools.hosts.no_answer import NoAnswerError
from tools.safe_text import safe_line

BROKEN = (paramiko.SSHException, EOFError, OSError)

# paramiko logs what it raises too, with tracebacks, and without a handler that goes to stderr.
logging.getLogger("paramiko").addHandler(logging.NullHandler())
logging.getLogger("paramiko").propagate = False


class Session:
    """A paramiko transport on an open TCP connection; what does not work out raises NoAnswerError."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._transport = paramiko.Transport(connection, packetizer_class=_Packetizer)

    def shake_hands(self, known: Sequence[PublicKey], deadline: Deadline) -> PublicKey:
        """Agree on keys and return the one the host proved to have; what kinds are `known` is preferred.

        Kinds that are not known stay allowed, so that a host that lost its key can be told what it shows instead.
        """
        transport = self._transport
        transport.banner_timeout = transport.handshake_timeout = deadline.left() + 1
        options = transport.get_security_options()
        preferred = (algorithm for key in known for algorithm in key.algorithms if algorithm in options.key_types)
        options.key_types = tuple(dict.fromkeys((*preferred, *options.key_types)))
        try:
            bounded(transport.start_client, deadline, self.close)
            key = transport.get_remote_server_key()
        except OverdueError as overdue:
            why = f"it accepted the connection and completed no SSH handshake {overdue}"
            raise NoAnswerError("silent", why) from None
        except BROKEN as error:
            why = f"it accepted the connection and broke off the SSH handshake{said(error)}"
            raise NoAnswerError("silent", why) from error
        return PublicKey(key.get_name(), key.asbytes())

    def authenticate(self, user: str, identities: Iterable[paramiko.PKey], deadline: Deadline) -> bool:
        """Whether the host lets `user` in with one of the keys."""
        self._transport.auth_timeout = deadline.left() + 1
        try:
            return bounded(lambda: self._is_let_in(user, identities), deadline, self.close)
        except OverdueError as overdue:
            raise NoAnswerError("silent", f"it did not answer the login {overdue}") from None
        except BROKEN as error:
            raise NoAnswerError("silent", f"it broke off the login{said(error)}") from error

    def open_channel(self, deadline: Deadline) -> paramiko.Channel:
        """A channel for one command."""
        try:
            channel = bounded(self._transport.open_session, deadline, self.close)
            # A wish: sshd takes it where AcceptEnv allows LC_*, and says nothing where it does not.
            channel.set_environment_variable("LC_ALL", "C.UTF-8")
        except OverdueError as overdue:
            raise NoAnswerError("silent", f"it opened no channel {overdue}") from None
        except paramiko.ChannelException as error:
            raise NoAnswerError("denied", "it allows this login no commands") from error
        except BROKEN as error:
            raise NoAnswerError("silent", f"it broke off before the command was sent{said(error)}") from error
        return channel

    def is_alive(self) -> bool:
        """Whether the connection is up; takes 0.2 s, for paramiko ends the channels of a lost one before it says so."""
        self._transport.join(0.2)
        return self._transport.is_alive()

    def exit_status(self, channel: paramiko.Channel) -> int | None:
        """How the command of a closed channel ended, as `Completed` counts; None where the host did not say.

        A signal that SSH has no name for (SIGBUS) counts as 255, which is what ssh makes of every signal.
        """
        if channel.exit_status >= 0:
            return min(channel.exit_status, 255)
        name = cast(_Packetizer, self._transport.packetizer).exit_signals.get(channel.get_id())
        if name is None:
            return None
        number = signal.Signals.__members__.get(f"SIG{name}")
        return 255 if number is None else -number

    def close(self) -> None:
        with suppress(OSError):
            # Wakes paramiko's thread at once, which else looks up ten times a second.
            self._connection.shutdown(socket.SHUT_RDWR)
        # Stops the timer of an unfinished handshake, for which the interpreter would wait before it exits.
        self._transport.packetizer.complete_handshake()
        self._transport.close()
        self._connection.close()
        if self._transport.is_alive():
            self._transport.join(0.5)

    def _try(self, user: str, identity: paramiko.PKey) -> list[str]:
        """As Transport.auth_publickey, with the login sent along."""
        answered = threading.Event()
        login = self._transport.auth_handler = _Login(self._transport)
        login.auth_publickey(user, identity, answered)
        return login.wait_for_response(answered)

    def _is_let_in(self, user: str, identities: Iterable[paramiko.PKey]) -> bool:
        was_refused = False
        for identity in identities:
            try:
                # An answer that is not empty names what the host wants on top of the key.
                return not self._try(user, identity)
            except paramiko.SSHException:
                # sshd hangs up after a number of refusals; a hang-up before the first one is no answer.
                if not (was_refused or self._transport.is_active()):
                    raise
                was_refused = True
        return False


class _Login(AuthHandler):
    """Sends the login right behind the request for the service, as OpenSSH takes it: a round trip less."""

    def _request_auth(self) -> None:
        super()._request_auth()  # type: ignore[misc]  # the stubs leave both out
        accepted = Message()
        accepted.add_string("ssh-userauth")
        accepted.rewind()
        super()._parse_service_accept(accepted)  # type: ignore[misc]

    def _parse_service_accept(self, message: Message) -> None:
        """Nothing waits for it; a server that does not accept the service disconnects."""


class _Packetizer(Packetizer):
    """Also notes the signals that ended commands, a message that paramiko drops."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection)
        self.exit_signals: dict[int, str] = {}

    def read_message(self) -> tuple[int, Message]:
        kind, message = super().read_message()
        if kind == MSG_CHANNEL_REQUEST:
            channel_id, request, _ = message.get_int(), message.get_text(), message.get_boolean()
            if request == "exit-signal":
                self.exit_signals[channel_id] = message.get_text()
            message.rewind()
        return kind, message


def said(error: Exception) -> str:
    """What an exception says, made fit to be added to a line: some of it comes from the host."""
    return f": {safe_line(str(error))}" if str(error) else ""
