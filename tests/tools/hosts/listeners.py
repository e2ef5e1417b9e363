"""Servers that misbehave before SSH has begun, and one that speaks SSH but does as it is told by a test."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import paramiko
from paramiko.common import AUTH_SUCCESSFUL, OPEN_SUCCEEDED, cMSG_CHANNEL_REQUEST, cMSG_DISCONNECT

from tests.tools.hosts.sshd import new_key


@contextmanager
def listener(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """Accept connections on a free port and `talk` on each, one after the other, until the test is over."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                with connection, suppress(OSError):
                    talk(connection)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def hold(connection: socket.socket) -> None:
    """Keep the connection until the other side ends it."""
    while connection.recv(4096):
        pass


def drip(connection: socket.socket, piece: bytes) -> None:
    """Send `piece` every 50 ms, so that no single read ever times out."""
    while True:
        connection.sendall(piece)
        time.sleep(0.05)


def afterwards(act: Callable[[paramiko.Channel], None]) -> Callable[[paramiko.Channel], bool]:
    """Run the command, and `act` when its stdin is at its end: the client has surely seen the command accepted."""

    def wait_and_act(channel: paramiko.Channel) -> None:
        while channel.recv(4096):
            pass
        act(channel)

    def accept(channel: paramiko.Channel) -> bool:
        threading.Thread(target=wait_and_act, args=(channel,)).start()
        return True

    return accept


def end_with(exit_status: int) -> Callable[[paramiko.Channel], bool]:
    """Run the command, which prints nothing and ends like this."""

    def end(channel: paramiko.Channel) -> None:
        channel.send_exit_status(exit_status)
        channel.close()

    return afterwards(end)


def end_by(signal_name: str) -> Callable[[paramiko.Channel], bool]:
    """Run the command, which prints nothing and is ended by a signal."""

    def end(channel: paramiko.Channel) -> None:
        message = paramiko.Message()
        message.add_byte(cMSG_CHANNEL_REQUEST)
        message.add_int(channel.remote_chanid)
        message.add_string("exit-signal")
        message.add_boolean(False)
        message.add_string(signal_name)
        channel.get_transport()._send_user_message(message)  # type: ignore[attr-defined]  # paramiko cannot say it
        channel.close()

    return afterwards(end)


def say_goodbye(channel: paramiko.Channel) -> bool:
    """End the connection in good form while the request waits for its answer."""
    message = paramiko.Message()
    message.add_byte(cMSG_DISCONNECT)
    message.add_int(11)
    message.add_string("bye")
    message.add_string("")
    transport = channel.get_transport()
    transport._send_message(message)  # type: ignore[attr-defined]  # paramiko just hangs up
    transport.close()
    return True


def hang_up(channel: paramiko.Channel) -> bool:
    """End the connection without a word while the request waits for its answer."""
    channel.get_transport().close()
    return True


class Obedient(paramiko.ServerInterface):
    """An SSH server that lets everybody in and answers commands as `answer` does; false refuses to run it."""

    def __init__(self, answer: Callable[[paramiko.Channel], bool]) -> None:
        self._answer = answer
        self.commands: list[bytes] = []

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return AUTH_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        self.commands.append(command)
        return self._answer(channel)


@contextmanager
def ssh_server(folder: Path, server: paramiko.ServerInterface) -> Iterator[tuple[int, str]]:
    """`server` on loopback: its port and its host key."""
    host_key = new_key(folder / "served_key")

    def talk(connection: socket.socket) -> None:
        transport = paramiko.Transport(connection)
        transport.add_server_key(paramiko.PKey.from_path(folder / "served_key"))
        with suppress(paramiko.SSHException, EOFError):
            transport.start_server(server=server)
        transport.join()

    with listener(talk) as port:
        yield port, host_key
