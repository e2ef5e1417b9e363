"""A host far away: a relay that hands on every byte late, so that round trips can be counted by what they cost."""

import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def far_away(target: tuple[str, int], one_way_seconds: float, listen_on: str) -> Iterator[int]:
    """A port of `listen_on` that leads to `target`; bytes keep their order and pace, in each direction so much later.

    Connecting takes a round trip as well: nothing is handed on before the time that the handshake would need.
    """
    with socket.create_server((listen_on, 0)) as server:
        threading.Thread(target=_accept, args=(server, target, one_way_seconds), daemon=True).start()
        yield server.getsockname()[1]
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


def _accept(server: socket.socket, target: tuple[str, int], delay: float) -> None:
    with suppress(OSError):
        while True:
            near, _ = server.accept()
            ready_at = time.monotonic() + 2 * delay
            far = socket.create_connection(target)
            for source, sink in ((near, far), (far, near)):
                sink.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _Direction(source, sink, delay, ready_at).start()


class _Direction:
    """One direction of a connection: a thread that takes bytes in, and one that lets them out when they are due."""

    def __init__(self, source: socket.socket, sink: socket.socket, delay: float, ready_at: float) -> None:
        self._source, self._sink, self._delay, self._ready_at = source, sink, delay, ready_at
        self._under_way: deque[tuple[float, bytes]] = deque()
        self._came = threading.Semaphore(0)

    def start(self) -> None:
        for work in (self._take_in, self._let_out):
            threading.Thread(target=work, daemon=True).start()

    def _take_in(self) -> None:
        data = b"-"
        while data:
            try:
                data = self._source.recv(1 << 16)
            except OSError:
                data = b""
            self._under_way.append((max(time.monotonic(), self._ready_at) + self._delay, data))
            self._came.release()

    def _let_out(self) -> None:
        while self._came.acquire():
            due, data = self._under_way.popleft()
            time.sleep(max(0.0, due - time.monotonic()))
            with suppress(OSError):
                if data:
                    self._sink.sendall(data)
                else:
                    self._sink.shutdown(socket.SHUT_WR)
            if not data:
                return
