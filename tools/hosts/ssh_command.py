"""One command over an SSH channel: what it prints, what it is given, how it ended."""

import threading
from collections.abc import Callable
from contextlib import suppress

import paramiko

from tools.clock import Deadline
from tools.hosts import Completed
from tools.hosts.bounded import OverdueError, bounded
from tools.hosts.capture import Capture, Stream
from tools.hosts.no_answer import NoAnswerError
from tools.hosts.ssh_session import BROKEN, Session, said

_READ_BYTES = 1 << 16
_LOOK = "look before repeating it"


def exchange(
    session: Session, channel: paramiko.Channel, command: bytes, stdin: bytes, capture: Capture, deadline: Deadline
) -> Completed:
    """Run `command` to its end; raises NoAnswerError, which from here on leaves open whether it had its effect."""

    def abandon() -> None:
        session.close()
        # exec_command sleeps through an end that comes just before its own wait.
        channel.event.set()

    try:
        bounded(lambda: _see_through(session, channel, command, stdin, capture), deadline, abandon)
        trouble = NoAnswerError("lost", f"the connection broke while the command ran: {_LOOK}")
    except OverdueError as overdue:
        trouble = NoAnswerError("deadline", f"the command did not end {overdue} and may run on: {_LOOK}")
    except (*BROKEN, RuntimeError) as error:
        trouble = NoAnswerError("lost", f"the connection broke while the command ran{said(error)}: {_LOOK}")
    exit_status = session.exit_status(channel)
    if exit_status is None:
        raise trouble
    return capture.completed(exit_status, is_whole=bool(channel.eof_received))


def _see_through(session: Session, channel: paramiko.Channel, command: bytes, stdin: bytes, capture: Capture) -> None:
    """Until the channel is closed, however long the host likes: only for `bounded`."""
    try:
        channel.exec_command(command)
    except paramiko.SSHException:
        if session.is_alive():
            raise NoAnswerError("denied", "it refused to run a command for this login") from None
        raise
    helpers = [
        threading.Thread(target=_drain, args=(channel.recv_stderr, capture.stderr), daemon=True),
        threading.Thread(target=_feed, args=(channel, stdin), daemon=True),
    ]
    for helper in helpers:
        helper.start()
    _drain(channel.recv, capture.stdout)
    for helper in helpers:
        helper.join()
    channel.recv_exit_status()


def _drain(receive: Callable[[int], bytes], stream: Stream) -> None:
    with suppress(*BROKEN):
        while chunk := receive(_READ_BYTES):
            stream.add(chunk)


def _feed(channel: paramiko.Channel, stdin: bytes) -> None:
    with suppress(*BROKEN):
        channel.sendall(stdin)
        channel.shutdown_write()
