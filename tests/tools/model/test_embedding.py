"""Vectors of a model: whole and within the deadline, or a reason."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import dumps, loads
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

import pytest

from tests.model_server.server import scripted_server
from tests.tools.model.conftest import settings_over
from tools.clock import SystemClock
from tools.model import Unanswered
from tools.model.embedding import BATCH, ModelEmbedding
from tools.model.opening import embedding_of


def over(folder: Path, url: str, name: str = "small:1b") -> ModelEmbedding:
    found = embedding_of(settings_over(folder, url, embeddingModel=name), SystemClock())
    assert found is not None
    return found


def test_without_a_name_there_is_none(tmp_path: Path) -> None:
    assert embedding_of(settings_over(tmp_path, "http://127.0.0.1:9"), SystemClock()) is None


def test_every_text_has_its_vector_in_batches(tmp_path: Path) -> None:
    texts = ["x" * length for length in range(1, 2 * BATCH + 2)]
    with scripted_server() as server:
        assert over(tmp_path, server.url).vectors(texts) == [[float(len(text)), 1.0] for text in texts]
        assert server.paths == ["/api/embed"] * 3


def test_the_identity_changes_with_the_digest(tmp_path: Path) -> None:
    with scripted_server() as server:
        embedding = over(tmp_path, server.url)
        assert embedding.identity() == "small:1b@one"
        server.digest = "sha256:two"
        assert embedding.identity() == "small:1b@two"


def test_a_model_that_is_not_there_is_told_with_the_next_step(tmp_path: Path) -> None:
    with scripted_server() as server:
        found = over(tmp_path, server.url, "other").identity()
    assert isinstance(found, Unanswered)
    assert "ollama pull other" in found.why


def test_where_nobody_answers_the_next_server_does(tmp_path: Path) -> None:
    with scripted_server() as server:
        embedding = over(tmp_path, server.url)
        assert replace(embedding, urls=["http://127.0.0.1:9", server.url]).vectors(["ab"]) == [[2.0, 1.0]]
        alone = replace(embedding, urls=["http://127.0.0.1:9"]).vectors(["ab"])
    assert isinstance(alone, Unanswered)
    assert alone.kind == "unreachable"


@contextmanager
def answering(answer: Callable[[dict[str, Any]], Any]) -> Iterator[str]:
    """A server that says one thing; bytes as they are, everything else as JSON."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_POST(self) -> None:
            said = answer(loads(self.rfile.read(int(self.headers["content-length"]))))
            data = said if isinstance(said, bytes) else dumps(said).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    Thread(target=http.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{http.server_address[1]}"
    finally:
        http.shutdown()
        http.server_close()


LIES: dict[str, Any] = {
    "too few": {"embeddings": [[1.0]]},
    "of two lengths": {"embeddings": [[1.0], [1.0, 2.0]]},
    "empty": {"embeddings": [[], []]},
    "all zero": {"embeddings": [[0.0], [0.0]]},
    "no numbers": {"embeddings": [["a"], ["b"]]},
    "not finite": b'{"embeddings": [[NaN], [Infinity]]}',
    "endless": {"embeddings": [[1.0] * 70000] * 2},
    "no list": {"embeddings": 7},
    "nothing": {},
    "an array": [],
    "no JSON": b"<html>",
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_what_is_no_answer_is_a_reason(tmp_path: Path, lie: Any) -> None:
    with answering(lambda _: lie) as url:
        assert isinstance(over(tmp_path, url).vectors(["a", "b"]), Unanswered)


def test_the_other_protocol_is_spoken_too(tmp_path: Path) -> None:
    def answer(body: dict[str, Any]) -> Any:
        said = [{"index": at, "embedding": [float(len(text))]} for at, text in enumerate(body["input"])]
        return {"data": said[::-1]}

    with answering(answer) as url:
        embedding = over(tmp_path, url, "openai-compatible:nomic")
        assert embedding.vectors(["a", "abc"]) == [[1.0], [3.0]]
        assert embedding.identity() == "openai-compatible:nomic"


def test_who_hangs_costs_the_deadline(tmp_path: Path) -> None:
    with scripted_server() as server:

        def hang(body: dict[str, Any]) -> Any:
            server.ended.wait(30)
            return {}

        with answering(hang) as url:
            began = monotonic()
            found = replace(over(tmp_path, url), seconds=0.5).vectors(["a"])
            assert isinstance(found, Unanswered)
            assert found.kind == "late"
            assert monotonic() - began < 2.5
            server.ended.set()
