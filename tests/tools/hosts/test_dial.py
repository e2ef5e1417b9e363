import errno
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.tools.hosts.sshd import free_port
from tools.clock import Deadline
from tools.hosts import Unreachable
from tools.hosts.dial import dial
from tools.hosts.no_answer import NoAnswerError
from tools.hosts.ssh import SshHost


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening:
        yield listening


def port_of(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


def test_a_listener_is_connected_to_without_delay_of_packets(listener: socket.socket) -> None:
    with dial("127.0.0.1", port_of(listener), Deadline(5)) as connection:
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_the_next_address_is_tried(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    places = [("127.0.0.1", free_port()), listener.getsockname()]
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place) for place in places]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: answers)
    with dial("web1", 22, Deadline(5)) as connection:
        assert connection.getpeername() == listener.getsockname()


def test_nothing_listens() -> None:
    with pytest.raises(NoAnswerError, match="refused") as caught:
        dial("127.0.0.1", free_port(), Deadline(5))
    assert caught.value.trouble == "refused"


def test_nothing_answers(listener: socket.socket) -> None:
    started = time.monotonic()
    with ExitStack() as filled, pytest.raises(NoAnswerError, match=r"within 0\.3 s") as caught:
        for _ in range(4):  # with its queue full the kernel drops what else comes, as a firewall would
            filled.enter_context(dial("127.0.0.1", port_of(listener), Deadline(0.3)))
    assert caught.value.trouble == "no_route"
    assert time.monotonic() - started < 1


def test_what_fails_here_is_not_blamed_on_the_host(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("tools.hosts.dial.PromptSocket", fail)
    host = SshHost("web1", "127.0.0.1", port_of(listener), "root", None, None, None)
    answer = host.run(("true",), deadline=Deadline(5))
    assert isinstance(answer, Unreachable)
    assert answer.trouble == "local"
    assert "Too many open files" in answer.why


def test_a_name_that_nobody_knows() -> None:
    with pytest.raises(NoAnswerError, match="the name was not resolved: ") as caught:
        dial("web1..example", 22, Deadline(5))
    assert caught.value.trouble == "name"


def test_a_resolver_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: release.wait(10))
    started = time.monotonic()
    with pytest.raises(NoAnswerError, match=r"not resolved within 0\.3 s") as caught:
        dial("web1.example", 22, Deadline(0.3))
    release.set()
    assert caught.value.trouble == "name"
    assert time.monotonic() - started < 1
