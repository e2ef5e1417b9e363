"""HTTP to a model server that cannot be stretched: one end for everything, so many bytes and no more.

A timeout of httpx counts per read, so that a server which drips a byte now and then is never over. Here every step,
from the name to the last byte, gets what is left of one deadline.
"""

import ipaddress
import socket
import ssl
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import httpcore
import httpx

from tools.clock import Deadline
from tools.hosts.bounded import OverdueError, bounded

MOST_BYTES = 8 << 20
"""Of one answer with all its headers. An answer of 32k tokens in Ollama's chunks takes 4 MB."""


class LateError(Exception):
    """The deadline came first."""


class TooMuchError(Exception):
    """The server sent more than it may."""


class UnencodedError(Exception):
    """The server sent something compressed, which was not asked for and may unfold without end."""


def client(deadline: Deadline) -> httpx.Client:
    """A client for one question: no proxy, password or address from the environment, no redirect."""
    return httpx.Client(transport=DeadlineTransport(deadline), trust_env=False, follow_redirects=False)


class DeadlineTransport(httpx.BaseTransport):
    """Raises LateError, TooMuchError, UnencodedError and what httpcore raises."""

    def __init__(self, deadline: Deadline) -> None:
        self._pool = httpcore.ConnectionPool(
            network_backend=_Network(deadline), ssl_context=_certificates(), max_connections=1
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        request.headers["accept-encoding"] = "identity"
        request.headers.pop("authorization", None)  # the ollama package takes one from OLLAMA_API_KEY
        sent = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
        )
        got = self._pool.handle_request(sent)
        response = httpx.Response(got.status, headers=got.headers, stream=_Body(got))
        if response.headers.get("content-encoding", "identity") != "identity":
            raise UnencodedError
        return response

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _Network(httpcore.NetworkBackend):
    """Whatever timeout a caller has in mind, the deadline's is the one that counts."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        problem: Exception = httpcore.ConnectError("the name has no address")
        addresses = _addresses(host, port, self._deadline)
        for position, address in enumerate(addresses):
            # An equal share of what is left, so that one silent address does not hide the next.
            share = _left(self._deadline) / (len(addresses) - position)
            try:
                return _Stream(self._inner.connect_tcp(address, port, share), self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        _left(self._deadline)
        raise problem


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline
        self._bytes = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            data = self._inner.read(max_bytes, _left(self._deadline))
        except httpcore.ReadTimeout:
            raise LateError from None
        self._bytes += len(data)
        if self._bytes > MOST_BYTES:
            raise TooMuchError
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # Not by the inner stream: it waits for so long in each of its steps, and a server may read slowly as well.
        connection: socket.socket = self._inner.get_extra_info("socket")
        rest = memoryview(buffer)
        try:
            while rest:
                connection.settimeout(_left(self._deadline))
                rest = rest[connection.send(rest) :]
        except TimeoutError:
            raise LateError from None
        except OSError as error:
            raise httpcore.WriteError(error) from error

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _left(self._deadline)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


@cache
def _certificates() -> ssl.SSLContext:
    """Those of the system: a certificate of one's own is added there."""
    return ssl.create_default_context()


def _left(deadline: Deadline) -> float:
    """At 0 a socket would not wait at all, which is another error."""
    if deadline.is_over():
        raise LateError
    return max(0.001, deadline.left())


def _addresses(host: str, port: int, deadline: Deadline) -> list[str]:
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    try:
        # Nothing can end a look-up from outside; its thread ends by the limits of the resolver itself.
        found = bounded(lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM), deadline, lambda: None)
    except OverdueError:
        raise LateError from None
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"the name {host} was not resolved: {error}") from error
    return list(dict.fromkeys(str(where[0]) for _, _, _, _, where in found))
