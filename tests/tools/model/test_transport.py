"""Every step of HTTP ends with the one deadline: the name, the addresses, TLS, a long prompt, a slow answer."""

import datetime
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.model_server.script import Say
from tests.model_server.server import scripted_server
from tools.clock import Deadline
from tools.model import transport
from tools.model.transport import LateError, client

SECONDS, GRACE = 0.6, 2.0


@contextmanager
def in_time() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < SECONDS + GRACE


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str, seconds: float = 0.0) -> None:
    """Stand in for the resolver, which cannot be made slow otherwise; addresses still stand for themselves."""
    real = socket.getaddrinfo

    def look_up(name: str, port: int, *more: Any, **named: Any) -> Any:
        if name[0].isdigit():
            return real(name, port, *more, **named)
        time.sleep(seconds)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def test_a_name_that_is_not_resolved_in_time_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "127.0.0.1", seconds=8)
    with in_time(), pytest.raises(LateError), client(Deadline(SECONDS)) as http:
        http.get("http://slow.example/")


def test_the_next_address_of_a_name_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted_server(Say("")) as server:
        resolve_to(monkeypatch, "127.0.0.2", "127.0.0.1")
        port = server.url.rsplit(":", 1)[1]
        with client(Deadline(10)) as http:
            assert http.get(f"http://two.example:{port}/api/version").json() == {"version": "0.12.0"}


def test_a_name_without_an_address_is_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch)
    with pytest.raises(httpcore.ConnectError), client(Deadline(SECONDS)) as http:
        http.get("http://none.example/")


def test_a_server_that_does_not_read_cannot_stretch_a_long_prompt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with in_time(), pytest.raises(LateError), client(Deadline(SECONDS)) as http:
            http.post(f"http://127.0.0.1:{port}/", content=b"x" * (32 << 20))


def test_a_server_that_reads_slowly_cannot_either() -> None:
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def read_slowly() -> None:
            connection, _ = listener.accept()
            while not over.wait(0.05):
                connection.recv(4096)
            connection.close()

        reader = threading.Thread(target=read_slowly)
        reader.start()
        try:
            with in_time(), pytest.raises(LateError), client(Deadline(SECONDS)) as http:
                http.post(f"http://127.0.0.1:{listener.getsockname()[1]}/", content=b"x" * (32 << 20))
        finally:
            over.set()
            reader.join()


# ---- TLS


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """One for 127.0.0.1, made for this test, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "scripted")])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .issuer_name(name)
        .subject_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("models.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return file


@contextmanager
def speaking_tls(certificate: Path, answer: bytes, every: float = 0.0) -> Iterator[int]:
    """A server that says these bytes, one at a time with pauses if `every` is given; yields its port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            try:
                connection = context.wrap_socket(listener.accept()[0], server_side=True)
                connection.recv(1 << 16)
                for at in range(len(answer)):
                    if every and over.wait(every):
                        break
                    connection.sendall(answer[at : at + 1])
                connection.close()
            except OSError:
                pass  # it was not trusted, or not waited for

        server = threading.Thread(target=serve)
        server.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            server.join()


ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


def test_a_certificate_that_the_machine_knows_is_trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "127.0.0.1")
    monkeypatch.setattr(transport, "_certificates", lambda: ssl.create_default_context(cafile=str(certificate)))
    with speaking_tls(certificate, ANSWER) as port, client(Deadline(10)) as http:
        assert http.get(f"https://models.example:{port}/").json() == {}


def test_another_one_is_not(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "127.0.0.1")
    with (
        speaking_tls(certificate, ANSWER) as port,
        client(Deadline(10)) as http,
        pytest.raises(httpcore.ConnectError, match="certificate verify failed"),
    ):
        http.get(f"https://models.example:{port}/")


def test_dripping_under_tls_is_late_too(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "127.0.0.1")
    monkeypatch.setattr(transport, "_certificates", lambda: ssl.create_default_context(cafile=str(certificate)))
    with (
        speaking_tls(certificate, b"HTTP/1.1 200 OK\r\nx: " + b"y" * 1000, every=0.1) as port,
        in_time(),
        client(Deadline(SECONDS)) as http,
        pytest.raises(LateError),
    ):
        http.get(f"https://models.example:{port}/")
