"""What the scripted server does when it is asked, one value a behaviour."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Say:
    """Answer with this text. `tokens_in` is what it claims to have read (None: by the length of the prompt)."""

    text: str
    done: str = "stop"
    tokens_in: int | None = None
    tokens_out: int = 20
    seconds: float = 0.0


@dataclass(frozen=True)
class Call:
    """Ask for a tool."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Refuse:
    """Answer with a status and a body that may be anything."""

    status: int
    text: str = '{"error": "scripted"}'
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hang:
    """Accept the question and say nothing."""


@dataclass(frozen=True)
class Drip:
    """Send a byte or a chunk now and then, without end; `what` is headers, chunks or bytes."""

    what: str = "chunks"
    every: float = 0.1


@dataclass(frozen=True)
class Cut:
    """Close the connection in the middle of an answer; `clean` as if that were its end."""

    clean: bool = False


@dataclass(frozen=True)
class Flood:
    """Send an answer without end, as fast as it goes."""


@dataclass(frozen=True)
class Raw:
    """Send this as the body, with status 200."""

    data: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


Step = Say | Call | Refuse | Hang | Drip | Cut | Flood | Raw


def words_of(body: Body) -> list[str]:
    """The first and the last word of a prompt, as a model reads them that was given all of it."""
    text = "\n".join(str(message.get("content", "")) for message in body["messages"][:2])
    return [*re.findall(r"The first word is (\w+)\.", text)[:1], *re.findall(r"The last word is (\w+)\.", text)[-1:]]


def answering(answer: Any, words: list[str] | None = None, **more: Any) -> "Answering":
    """A behaviour: a whole answer with the right words, or with those given."""
    return Answering(answer, words, more)


@dataclass(frozen=True)
class Answering:
    """Becomes a `Say` once the question is known."""

    answer: Any
    words: list[str] | None
    more: Mapping[str, Any]

    def said_to(self, body: Body) -> Say:
        words = words_of(body) if self.words is None else self.words
        return Say(json.dumps({"words": words, "answer": self.answer}), **self.more)
