"""Text as the vectors of a model, asked as everything is asked: within a deadline, at the configured address, or not.

Plain HTTP and not LangChain's client, which takes a second and a half to load for one request. Such a question takes
milliseconds and no slot, and is not counted against the budget.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from tools.clock import Clock, Deadline
from tools.model import Unanswered
from tools.model.server import JunkError, RefusedError, trouble
from tools.model.settings import ModelName
from tools.model.transport import client

T = TypeVar("T")

MOST_CHARACTERS = 6000
"""Of a text: about 2000 tokens, which is what embedding models read; they drop the rest without a word."""
BATCH = 32
QUESTION_SECONDS = 20.0


@dataclass(frozen=True)
class ModelEmbedding:
    """An embedding model on the first of `urls` that answers; `seconds` is for all the texts of one call."""

    name: ModelName
    urls: Sequence[str]
    seconds: float
    clock: Clock

    def identity(self) -> str | Unanswered:
        """The model and its digest, where the server tells one."""
        return self._first(self._identity, Deadline(QUESTION_SECONDS, self.clock))

    def vectors(self, texts: list[str]) -> list[list[float]] | Unanswered:
        """A vector for each text; all or nothing."""
        seconds = self.seconds if len(texts) > 1 else min(QUESTION_SECONDS, self.seconds)
        return self._first(lambda url, deadline: self._vectors(url, texts, deadline), Deadline(seconds, self.clock))

    def _first(self, ask: Callable[[str, Deadline], T], deadline: Deadline) -> T | Unanswered:
        found = Unanswered("unreachable", "no server is configured")
        for url in self.urls:
            try:
                return ask(url, deadline)
            except Exception as error:  # a server can make the libraries raise anything
                found = trouble(error, url, deadline)
        return found

    def _identity(self, url: str, deadline: Deadline) -> str:
        if self.name.kind != "ollama":
            return str(self.name)
        with client(deadline) as http:
            listed = _object(http.get(f"{url}/api/tags"))["models"]
        wanted = self.name.name if ":" in self.name.name else f"{self.name.name}:latest"
        digests = [str(model["digest"]) for model in listed if model["name"] == wanted]
        if not digests:
            raise RefusedError(404, f"there is no model {wanted}; get it by `ollama pull {wanted}`")
        return f"{wanted}@{digests[0].removeprefix('sha256:')[:16]}"

    def _vectors(self, url: str, texts: list[str], deadline: Deadline) -> list[list[float]]:
        with client(deadline) as http:
            parts = [texts[at : at + BATCH] for at in range(0, len(texts), BATCH)]
            found = [vector for part in parts for vector in self._asked(http, url, part)]
        if len({len(vector) for vector in found}) > 1:
            raise JunkError("vectors of different lengths")
        return found

    def _asked(self, http: Any, url: str, texts: list[str]) -> list[list[float]]:
        body = {"model": self.name.name, "input": [text[:MOST_CHARACTERS] or " " for text in texts]}
        if self.name.kind == "ollama":
            found = _object(http.post(f"{url}/api/embed", json=body))["embeddings"]
        else:
            data = _object(http.post(f"{url}/embeddings", json=body))["data"]
            found = [one["embedding"] for one in sorted(data, key=lambda one: int(one["index"]))]
        vectors = [[float(value) for value in vector] for vector in found]
        if len(vectors) != len(texts) or not all(map(_is_vector, vectors)):
            raise JunkError("not one vector for each text")
        return vectors


def _is_vector(vector: list[float]) -> bool:
    return 0 < len(vector) <= 1 << 16 and all(map(math.isfinite, vector)) and any(vector)


def _object(response: Any) -> dict[str, Any]:
    if response.status_code != 200:
        raise RefusedError(response.status_code, response.text)
    found = response.json()
    if not isinstance(found, dict):
        raise JunkError("not a JSON object")
    return found
