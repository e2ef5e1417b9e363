"""Any server with OpenAI's /chat/completions: llama.cpp, vLLM, LM Studio.

Its window is set where it is started and cannot be asked for; that a prompt was cut shows in the two words and in the
number of tokens it says it has read.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

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
from tools.model.transport import client
from tools.safe_text import safe_line


class OpenAICompatible:
    """One model of one server; its URL ends where /chat/completions begins."""

    def __init__(self, url: str, name: str) -> None:
        self._url = url
        self._name = name

    def chat(self, asked: Asked, deadline: Deadline) -> Reply | Unanswered:
        body: dict[str, Any] = {
            "model": self._name,
            "messages": [dict(message) for message in asked.messages],
            "max_tokens": asked.answer_tokens,
            "temperature": asked.temperature,
            "stream": False,
        }
        if asked.format:
            schema = {"name": "answer", "strict": True, "schema": dict(asked.format)}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        if asked.tools:
            body["tools"] = offered(asked.tools)
        try:
            with client(deadline) as http:
                return _reply(_object(http.post(f"{self._url}/chat/completions", json=body)), asked.context_tokens)
        except Exception as error:  # a server can make the libraries raise anything: TypeError, RecursionError, …
            return trouble(error, self._url, deadline)

    def describe(self, deadline: Deadline) -> Described | Unanswered:
        try:
            with client(deadline) as http:
                listed = _object(http.get(f"{self._url}/models")).get("data", [])
            known = {str(one["id"]): one for one in listed}
            if self._name not in known:
                names = ", ".join(safe_line(name, 60) for name in sorted(known)[:8]) or "none"
                return Unanswered("refused", f"{self._url} has no model {self._name} (it has {names})")
            return _described(known[self._name])
        except Exception as error:  # as above
            return trouble(error, self._url, deadline)


def _object(response: Any) -> dict[str, Any]:
    found = response.json() if response.status_code == 200 else {}
    if response.status_code != 200:
        raise RefusedError(response.status_code, response.text)
    if not isinstance(found, dict):
        raise JunkError("not a JSON object")
    return found


def _reply(found: Mapping[str, Any], context_tokens: int) -> Reply:
    choice, usage = found["choices"][0], found.get("usage") or {}
    message = choice["message"]
    calls = tuple(
        ToolCall(str(call["id"]), str(call["function"]["name"]), _arguments(call["function"]["arguments"]))
        for call in message.get("tool_calls") or ()
    )
    text, done = message.get("content") or "", choice.get("finish_reason")
    done = "stop" if done == "tool_calls" and calls else str(done or "")
    tokens_in, tokens_out = (
        told_tokens(usage, name, context_tokens) for name in ("prompt_tokens", "completion_tokens")
    )
    return Reply(str(text), calls, done, tokens_in, tokens_out)


def _arguments(text: Any) -> dict[str, Any]:
    value = json.loads(text or "{}")
    if not isinstance(value, dict):
        raise JunkError("the arguments of a tool call are no object")
    return value


def _described(model: Mapping[str, Any]) -> Described:
    """The protocol has no digest: what such a server says of a model, less what moves by itself, stands for it."""
    meta = model.get("meta") if isinstance(model.get("meta"), dict) else {}
    lasting = {key: model.get(key) for key in ("id", "root", "max_model_len")} | {"meta": meta}
    digest = sha256(json.dumps(lasting, sort_keys=True).encode()).hexdigest()
    window = model.get("max_model_len") or (meta or {}).get("n_ctx_train")
    return Described(f"said:{digest[:24]}", "", told_window(window))
