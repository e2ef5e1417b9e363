"""One collection of Chroma in a folder of its own: filled once, tested, asked. The only file that knows Chroma.

Chroma itself notices little: of an index whose file was cut it loses half the vectors without an error, without its
folder all of them, and garbage in there ends the process (1.5.9).
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import chromadb
from chromadb.api.collection_configuration import CreateCollectionConfiguration
from chromadb.config import Settings
from langchain_chroma import Chroma

OPENING = "opening"
"""A file that is there while a collection is open: found later, opening it has ended a process."""
_TESTED = 64
"""Documents looked up by a test; it sees damage to every tenth vector with a chance of 0.999."""
_SAME = 1e-4
"""Distance (1 - cosine) below which two vectors are the same in numbers of 32 bits."""


class DoubtError(Exception):
    """A collection that cannot be relied on; the message says why."""


@dataclass(frozen=True, slots=True)
class Collection:
    """An open collection. Its methods raise whatever Chroma raises; `opened` turns it into DoubtError."""

    store: Chroma

    def fill(self, texts: Mapping[str, str]) -> None:
        """Add texts by id, in batches, for LangChain does not divide what Chroma refuses as too much (5461)."""
        most, ids = self.store._client.get_max_batch_size(), list(texts)
        for at in range(0, len(ids), most):
            part = ids[at : at + most]
            self.store.add_texts([texts[id_] for id_ in part], ids=part)

    def nearest(self, vector: list[float], most: int) -> list[str]:
        """Ids, nearest first."""
        return [id_ for id_, _ in self._near(vector, most)]

    def vectors(self) -> dict[str, list[float]]:
        """All that is kept."""
        return self._kept(None)

    def test(self, ids: set[str]) -> None:
        """Raises DoubtError unless exactly these are kept and a sample of them is found by its own vectors."""
        if set(self.store.get(include=[])["ids"]) != ids:
            raise DoubtError("the index does not hold what it should")
        sample = Random(secrets.randbits(64)).sample(sorted(ids), min(_TESTED, len(ids)))  # noqa: S311 (a sample)
        kept = self._kept(sample)
        if kept.keys() != set(sample) or not all(self._finds(id_, vector) for id_, vector in kept.items()):
            raise DoubtError("a document in the index is not found by its own vector")

    def _finds(self, id_: str, vector: list[float]) -> bool:
        """Texts that differ in nothing an embedding sees have one vector: then any of them may come first."""
        near = self._near(vector, 3)
        return any(found == id_ for found, _ in near) or (bool(near) and abs(near[0][1]) < _SAME)

    def _near(self, vector: list[float], most: int) -> list[tuple[str, float]]:
        found = self.store.similarity_search_by_vector_with_relevance_scores(vector, k=most)
        return [(str(document.id), distance) for document, distance in found]

    def _kept(self, ids: list[str] | None) -> dict[str, list[float]]:
        found = self.store.get(ids, include=["embeddings"])
        return {id_: [float(x) for x in row] for id_, row in zip(found["ids"], found["embeddings"], strict=True)}


@contextmanager
def opened(folder: Path, name: str, new: Mapping[str, list[float]] | None = None) -> Iterator[Collection]:
    """The collection `name` in `folder`; with `new`, vectors by text, an empty one that may be filled.

    Raises DoubtError for whatever goes wrong in Chroma, and where an earlier process ended in here.
    """
    marker = folder / OPENING
    if marker.exists():
        raise DoubtError("a process has ended while it had the index open")
    try:
        marker.touch()
        # No embedding function of Chroma's own: it would download a model.
        client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
        try:
            store = Chroma(
                name,
                _Given(new or {}),  # type: ignore[arg-type]  # the same methods; the base class is for graph alone
                client=client,
                collection_configuration=_configuration(len(new or ())),
                create_collection_if_not_exists=new is not None,
            )
            yield Collection(store)
        finally:
            client.close()  # type: ignore[attr-defined]  # the class has it, its declared type has not
    except (DoubtError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic in its Rust part is no Exception
        raise DoubtError(f"the index cannot be used ({type(error).__name__})") from error
    finally:
        marker.unlink(missing_ok=True)


def _configuration(count: int) -> CreateCollectionConfiguration:
    """All is written to the index at once, at the end: what Chroma keeps for later is read anew at every start, and
    its files would change while they are only read."""
    most = max(2, count)
    return {"hnsw": {"space": "cosine", "batch_size": most, "sync_threshold": most}}


@dataclass(frozen=True, slots=True)
class _Given:
    """LangChain's interface over vectors that are there already: no trouble of a model happens inside Chroma."""

    vectors: Mapping[str, list[float]]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.vectors[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.vectors[text]
