"""From a name to a TCP connection."""

import errno
import socket
from typing import Any

from tools.clock import Deadline
from tools.hosts.bounded import OverdueError, bounded, within
from tools.hosts.no_answer import NoAnswerError

_Address = tuple[socket.AddressFamily, tuple[Any, ...]]


class PromptSocket(socket.socket):
    """A TCP socket that never waits to fill or to acknowledge a packet; that costs SSH 40 ms in each of many steps."""

    def recv(self, size: int, flags: int = 0) -> bytes:
        data = super().recv(size, flags)
        # The kernel goes back to delayed acknowledgements by itself.
        self.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return data


def dial(name: str, port: int, deadline: Deadline) -> PromptSocket:
    """Connect to the first address of `name` that accepts; raises NoAnswerError (name, refused, no_route).

    Raises OSError where this machine is to blame.
    """
    addresses = _look_up(name, port, deadline)
    problem: OSError | None = None
    for position, (family, where) in enumerate(addresses):
        try:
            # An equal share of what is left, so that one silent address does not hide the next.
            return _connect(family, where, deadline.left() / (len(addresses) - position))
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                raise
            problem = error
    if isinstance(problem, ConnectionRefusedError):
        raise NoAnswerError("refused", "the connection was refused: does sshd run there, and on this port?")
    reason = problem.strerror if problem and problem.strerror else f"nothing answered {within(deadline)}"
    raise NoAnswerError("no_route", f"no connection: {reason}")


def _connect(family: socket.AddressFamily, where: tuple[Any, ...], seconds: float) -> PromptSocket:
    connection = PromptSocket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(max(0.01, seconds))
        connection.connect(where)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        connection.close()
        raise
    return connection


def _look_up(name: str, port: int, deadline: Deadline) -> list[_Address]:
    # Nothing can end a look-up from outside; its thread ends by the limits of the resolver itself.
    try:
        answers = bounded(lambda: socket.getaddrinfo(name, port, type=socket.SOCK_STREAM), deadline, lambda: None)
    except OverdueError as overdue:
        raise NoAnswerError("name", f"the name was not resolved {overdue}") from None
    except (OSError, UnicodeError) as error:
        raise NoAnswerError("name", f"the name was not resolved: {error}") from error
    return [(family, where) for family, _, _, _, where in answers]
