"""Ollama by LangChain's client, with what that client leaves open closed: every limit, every trouble, every default."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from tools.clock import Deadline
from tools.model import Unanswered
from tools.model.server import (
    Asked,
    Described,
    JunkError,
    RefusedError,
    Reply,
    ToolCall,
    offered,
    told_tokens,
    told_window,
    trouble,
)
from tools.model.transport import DeadlineTransport, client
from tools.safe_text import safe_line
from tools.untraced import forbid_tracing


@contextmanager
def _bare_environment() -> Iterator[None]:
    """While ollama is imported: it makes a client of its own then, and fails where a proxy or address is odd."""
    odd = [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("OLLAMA_")]
    hidden = {name: os.environ.pop(name) for name in odd}
    try:
        yield
    finally:
        os.environ.update(hidden)


forbid_tracing()
with _bare_environment():
    from langchain_ollama import ChatOllama


class Ollama:
    """One model of one Ollama."""

    def __init__(self, url: str, name: str) -> None:
        self._url = url
        self._name = name

    def chat(self, asked: Asked, deadline: Deadline) -> Reply | Unanswered:
        try:
            return self._chat(asked, deadline)
        except Exception as error:  # a server can make the libraries raise anything: TypeError, RecursionError, …
            return trouble(error, self._url, deadline)

    def _chat(self, asked: Asked, deadline: Deadline) -> Reply | Unanswered:
        chat = ChatOllama(
            model=self._name,
            base_url=self._url,
            num_ctx=asked.context_tokens,
            num_predict=asked.answer_tokens,
            temperature=asked.temperature,
            keep_alive=asked.keep_alive,
            reasoning=False,
            validate_model_on_init=False,
            client_kwargs={"trust_env": False, "follow_redirects": False},
            sync_client_kwargs={"transport": _Uncut(deadline)},
            async_client_kwargs={"transport": _Unused()},
        )
        more: dict[str, Any] = {"format": dict(asked.format)} if asked.format else {}
        if asked.tools:
            more["tools"] = offered(asked.tools)
        whole: Any = None
        for chunk in chat.stream([dict(message) for message in asked.messages], **more):
            whole = chunk if whole is None else whole + chunk
        if whole is None:
            raise JunkError("an empty answer")
        return _reply(whole, asked.context_tokens)

    def describe(self, deadline: Deadline) -> Described | Unanswered:
        try:
            with client(deadline) as http:
                version = _object(http.get(f"{self._url}/api/version")).get("version", "")
                listed = _object(http.get(f"{self._url}/api/tags")).get("models", [])
                digests = {str(one["name"]): str(one["digest"]) for one in listed}
                found = self._name if ":" in self._name else f"{self._name}:latest"
                if found not in digests:
                    known = ", ".join(safe_line(name, 60) for name in sorted(digests)[:8]) or "none"
                    return Unanswered(
                        "refused",
                        f"Ollama at {self._url} has no model {self._name} (it has {known}); "
                        f"get it by `ollama pull {self._name}`",
                    )
                shown = _object(http.post(f"{self._url}/api/show", json={"model": self._name}))
                return _described(digests[found], str(version), shown)
        except Exception as error:  # as above
            return trouble(error, self._url, deadline)


class _Uncut(DeadlineTransport):
    """Asks Ollama to refuse what does not fit its window; else it drops the front and answers 200. The library has no
    argument for it, and an older Ollama does not know the two keys."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.read()) | {"truncate": False, "shift": False}
        headers = {key: value for key, value in request.headers.items() if key != "content-length"}
        return super().handle_request(httpx.Request(request.method, request.url, headers=headers, json=body))


class _Unused:
    """For the asynchronous client, which is always made and would read the certificates of the system for it."""

    async def aclose(self) -> None:
        pass


def _reply(whole: Any, context_tokens: int) -> Reply:
    told = whole.response_metadata
    calls = tuple(
        ToolCall(str(call.get("id") or number), str(call["name"]), dict(call["args"]))
        for number, call in enumerate(whole.tool_calls)
    )
    return Reply(
        str(whole.content),
        calls,
        str(told.get("done_reason") or ""),
        told_tokens(told, "prompt_eval_count", context_tokens),
        told_tokens(told, "eval_count", context_tokens),
    )


def _object(response: Any) -> dict[str, Any]:
    if response.status_code != 200:
        raise RefusedError(response.status_code, response.text)
    found = response.json()
    if not isinstance(found, dict):
        raise JunkError("not a JSON object")
    return found


def _described(digest: str, version: str, shown: Mapping[str, Any]) -> Described:
    facts, details = shown.get("model_info") or {}, shown.get("details") or {}
    windows = [told_window(value) for key, value in facts.items() if key.endswith(".context_length")]
    size = " ".join(str(details.get(key, "")) for key in ("parameter_size", "quantization_level"))
    abilities = tuple(safe_line(str(one), 40) for one in shown.get("capabilities") or ())
    return Described(
        safe_line(digest, 100), safe_line(version, 40), max(windows, default=0), safe_line(size, 60), abilities
    )
