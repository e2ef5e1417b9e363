"""What the client needs of a server, whatever protocol it speaks, and what its troubles are called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tools.clock import Deadline
from tools.hosts.bounded import within
from tools.model import Kind, Tool, Unanswered
from tools.safe_text import safe_line

Message = Mapping[str, Any]
"""`role` (system, user, assistant, tool) and `content`; the assistant's may hold `tool_calls` in OpenAI's form, the
tool's a `tool_call_id`."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What the model wants to have looked up. Name and arguments are its own, unchecked."""

    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of a server. `format` is the JSON schema of the answer, or None for free text."""

    messages: Sequence[Message]
    format: Mapping[str, Any] | None
    tools: Sequence[Tool]
    context_tokens: int
    answer_tokens: int
    temperature: float
    keep_alive: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whole or not: `done` is "stop" only where the model ended by itself. Tokens are 0 where the
    server does not tell."""

    text: str
    calls: tuple[ToolCall, ...]
    done: str
    tokens_in: int
    tokens_out: int


@dataclass(frozen=True, slots=True)
class Described:
    """What a server says of a model; `digest` changes when the model does. Empty or 0 where it does not tell."""

    digest: str
    version: str
    context_tokens: int = 0
    size: str = ""
    abilities: tuple[str, ...] = ()


class Server(Protocol):
    """One model on one server."""

    def chat(self, asked: Asked, deadline: Deadline) -> Reply | Unanswered:
        """One answer; a trouble of the server is a value."""
        ...

    def describe(self, deadline: Deadline) -> Described | Unanswered:
        """What it says of the model; "refused" with the names it does know when it has no such model."""
        ...


def offered(tools: Sequence[Tool]) -> list[dict[str, Any]]:
    """Tools as both protocols want them described."""
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)},
        }
        for tool in tools
    ]


class RefusedError(Exception):
    """A server said no: status and its own words."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class JunkError(Exception):
    """What a server sent is not what its protocol says."""


def told_tokens(told: Mapping[str, Any], name: str, context_tokens: int) -> int:
    """A number of tokens as a server tells it, 0 where it does not; raises JunkError on one that cannot be."""
    found = told.get(name)
    if found is None:
        return 0
    if type(found) is not int or not 0 <= found <= 2 * context_tokens:
        raise JunkError(f"{name} is {str(found)[:40]}")
    return found


def told_window(found: Any) -> int:
    """The window that a model was made for as a server tells it, 0 where it tells none that can be."""
    return found if type(found) is int and 0 < found <= 1 << 30 else 0


def trouble(error: Exception, url: str, deadline: Deadline) -> Unanswered:
    """An exception of any library under a call, in words that name the server and the next step."""
    import httpcore
    import httpx

    from tools.model.transport import MOST_BYTES, LateError, TooMuchError, UnencodedError

    where = f"the model server at {safe_line(url, 200)}"
    said = safe_line(str(error), 200)
    if isinstance(error, LateError) or deadline.is_over():
        return Unanswered("late", f"{where} had not answered {within(deadline)}")
    if isinstance(error, httpcore.ConnectError | httpcore.ConnectTimeout | httpx.ConnectError | ConnectionError):
        return Unanswered("unreachable", f"{where} cannot be reached ({said}); does it run, and is the url right?")
    if isinstance(error, TooMuchError):
        return Unanswered("junk", f"{where} sent more than {MOST_BYTES >> 20} MiB")
    if isinstance(error, UnencodedError):
        return Unanswered("junk", f"{where} sent something compressed, which was not asked for")
    if status := _status(error):
        return _refusal(where, status, said)
    if isinstance(error, httpcore.NetworkError | httpcore.RemoteProtocolError | httpx.TransportError):
        return Unanswered("cut", f"{where} closed the connection before its answer was whole ({said})")
    return Unanswered("junk", f"{where} sent what is no answer ({type(error).__name__}: {said})")


_DECLINED = frozenset({400, 413, 422, 501})
"""What a server answers that works, but not with this question: it is too long, or the model takes no tools."""


def _status(error: Exception) -> int:
    """The HTTP status that an error is about; -1 is how the ollama package calls an error in the middle of a stream."""
    for name in ("status", "status_code"):
        if isinstance(found := getattr(error, name, None), int):
            return found
    return 0


def _refusal(where: str, status: int, said: str) -> Unanswered:
    kind: Kind = "refused"
    if status == -1:
        return Unanswered(kind, f"{where} gave up in the middle of its answer: {said}")
    if 300 <= status < 400:
        return Unanswered(kind, f"{where} sends elsewhere ({status}), which is not followed; set its real url")
    step = {404: "; is the model there? `macha model check` tells", 401: "; it wants a key", 503: "; it is busy"}
    if status in _DECLINED:
        kind = "declined"
    return Unanswered(kind, f"{where} refused ({status}): {said or 'no reason given'}{step.get(status, '')}")
