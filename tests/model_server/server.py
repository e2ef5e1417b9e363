"""The scripted server itself: one thread a connection, the script in order, the last step for ever."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.model_server.script import Answering, Body, Call, Cut, Drip, Flood, Hang, Raw, Refuse, Say, Step

Choose = Callable[[Body], Step | Answering]


@dataclass
class ScriptedServer:
    """What a test sees: `url`, what was asked (`asked`, of the chat only), when answers began and ended."""

    url: str
    choose: Choose
    digest: str = "sha256:one"
    version: str = "0.12.0"
    models: Sequence[str] = ("small:1b",)
    model_context: int = 131072
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    times: list[tuple[float, float]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def will(self, *steps: Step | Answering) -> None:
        """From now on do these, one a question, the last one for ever."""
        left = list(steps)

        def choose(_: Body) -> Step | Answering:
            return left.pop(0) if len(left) > 1 else left[0]

        self.choose = choose


@contextmanager
def scripted_server(*steps: Step | Answering, choose: Choose | None = None) -> Iterator[ScriptedServer]:
    """A server on a free port of this machine, until the block ends."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    http.daemon_threads = True
    http.block_on_close = False
    server = ScriptedServer(f"http://127.0.0.1:{http.server_address[1]}", choose or (lambda _: Hang()))
    if steps:
        server.will(*steps)
    http.scripted = server  # type: ignore[attr-defined]
    threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        server.ended.set()
        http.shutdown()
        http.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def scripted(self) -> ScriptedServer:
        found: ScriptedServer = self.server.scripted  # type: ignore[attr-defined]
        return found

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.scripted.paths.append(self.path)
        server = self.scripted
        known = [{"name": name, "model": name, "digest": server.digest} for name in server.models]
        self._json(
            {
                "/api/version": {"version": server.version},
                "/api/tags": {"models": known},
                "/v1/models": {"data": [{"id": name, "root": server.digest} for name in server.models]},
            }.get(self.path)
        )

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}")
        self.scripted.paths.append(self.path)
        if self.path in ("/api/chat", "/v1/chat/completions"):
            self._chat(body)
        elif self.path == "/api/show":
            self._json(
                {
                    "model_info": {"scripted.context_length": self.scripted.model_context},
                    "details": {"parameter_size": "1B", "quantization_level": "Q4"},
                    "capabilities": ["completion", "tools"],
                }
            )
        elif self.path == "/api/embed":
            self._json({"model": body["model"], "embeddings": [[float(len(text)), 1.0] for text in body["input"]]})
        else:
            self._json(None)

    def _chat(self, body: dict[str, Any]) -> None:
        server = self.scripted
        with server.lock:
            server.asked.append(body)
            server.headers.append({name.lower(): value for name, value in self.headers.items()})
            step = server.choose(body)
        step = step.said_to(body) if isinstance(step, Answering) else step
        began = time.monotonic()
        try:
            self._do(step, body)
        except OSError:
            self.close_connection = True  # whoever asked has gone
        finally:
            server.times.append((began, time.monotonic()))

    def _do(self, step: Step, body: dict[str, Any]) -> None:
        self.close_connection = True
        match step:
            case Say() | Call():
                if isinstance(step, Say):
                    self.scripted.ended.wait(step.seconds)
                self._answer(step, body)
            case Refuse():
                self._send(step.status, step.text.encode(), step.headers)
            case Raw():
                self._send(200, step.data, step.headers)
            case Hang():
                self.scripted.ended.wait()
            case Drip():
                self._drip(step)
            case Cut():
                self._begin({} if step.clean else {"content-length": "100000"})
                self.wfile.write(_chunk('{"words": ["a", "b"], "answer": {"host": "a", "sev'))
            case Flood():
                self._begin()
                while not self.scripted.ended.is_set():
                    self.wfile.write(_chunk("a" * 50_000))

    def _answer(self, step: Say | Call, body: dict[str, Any]) -> None:
        read = len(json.dumps(body["messages"])) // 4
        if self.path == "/api/chat":
            message: dict[str, Any] = {"role": "assistant", "content": ""}
            last: dict[str, Any] = {"model": body["model"], "done": True, "done_reason": "stop", "eval_count": 20}
            last |= {"prompt_eval_count": read, "prompt_eval_duration": 10**8, "eval_duration": 10**9}
            if isinstance(step, Call):
                call = {"function": {"name": step.name, "arguments": dict(step.arguments)}}
                lines = [_line({"model": body["model"], "message": message | {"tool_calls": [call]}, "done": False})]
            else:
                half = len(step.text) // 2
                lines = [_chunk(step.text[:half]), _chunk(step.text[half:])]
                last |= {"done_reason": step.done, "eval_count": step.tokens_out}
                last |= {} if step.tokens_in is None else {"prompt_eval_count": step.tokens_in}
            self._begin()
            self.wfile.write(b"".join(lines) + _line(last | {"message": message}))
            return
        if isinstance(step, Call):
            function = {"name": step.name, "arguments": json.dumps(step.arguments)}
            calls = [{"id": "call-1", "type": "function", "function": function}]
            choice = {"message": {"content": None, "tool_calls": calls}, "finish_reason": "tool_calls"}
            usage = {"prompt_tokens": read, "completion_tokens": 20}
        else:
            choice = {"message": {"content": step.text}, "finish_reason": step.done}
            tokens_in = read if step.tokens_in is None else step.tokens_in
            usage = {"prompt_tokens": tokens_in, "completion_tokens": step.tokens_out}
        self._json({"choices": [choice], "usage": usage})

    def _drip(self, step: Drip) -> None:
        if step.what != "headers":
            self._begin()
        else:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        pieces = {"headers": b"x-drip: 1\r\n", "chunks": _chunk("a"), "bytes": b" "}
        while not self.scripted.ended.wait(step.every):
            self.wfile.write(pieces[step.what])
            self.wfile.flush()

    def _json(self, value: Any) -> None:
        self._send(404 if value is None else 200, json.dumps(value or {"error": "not found"}).encode())

    def _send(self, status: int, data: bytes, headers: Any = ()) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(data)))
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _begin(self, headers: Any = ()) -> None:
        self.send_response(200)
        self.send_header("connection", "close")
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.end_headers()


def _line(value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _chunk(text: str) -> bytes:
    return _line({"model": "scripted", "message": {"role": "assistant", "content": text}, "done": False})
