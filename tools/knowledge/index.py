"""Documents by the likeness of their vectors: a cache, made anew whenever there is doubt.

Chroma loses vectors without a word when two processes write (its issue 3792). So an index is never changed: it is made
whole in a folder of its own (a generation), tested, and only then named in a manifest. Other documents, another
embedding or a failed test make the next one. Whoever uses it holds the lock of the state folder.
"""

import re
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from tools.knowledge import Document, Embedding
from tools.knowledge.collection import DoubtError, opened
from tools.knowledge.generation import MANIFEST, Manifest, finish, manifest_of
from tools.model import Unanswered
from tools.untraced import forbid_tracing


@dataclass
class Index:
    """The index in `folder` for one embedding. `told` collects why a generation was not used."""

    folder: Path
    embedding: Embedding
    told: list[str] = field(default_factory=list)

    def nearest(self, documents: Sequence[Document], question: str, most: int) -> list[str] | Unanswered:
        """The ids of the documents nearest to a question, best first; makes the index where it must.

        Raises DoubtError where even a new one does not work, and OSError.
        """
        forbid_tracing()
        identity, asked = self.embedding.identity(), self.embedding.vectors([question])
        if isinstance(identity, Unanswered):
            return identity
        if isinstance(asked, Unanswered):
            return asked
        ids = _ids_by_digest(documents)
        if not ids:
            return []
        name = collection_name(identity, len(asked[0]))
        digests = self._ask(name, set(ids), asked[0], most)
        if digests is None:
            why_not = self._make(name, {digest_of(document): document.words for document in documents})
            if why_not is not None:
                return why_not
            digests = self._ask(name, set(ids), asked[0], most)
        if digests is None:
            raise DoubtError("the index was made anew and does not work")
        return [id_ for digest in digests for id_ in ids[digest]]

    def forget(self) -> None:
        """Remove it; the next question makes it anew from the sources."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _ask(self, name: str, digests: set[str], vector: list[float], most: int) -> list[str] | None:
        """What the generation of exactly these documents answers, if there is a sound one."""
        wanted = Manifest(name, frozenset(digests))
        for generation in self._generations():
            with self._doubted(generation):
                if manifest_of(generation) == wanted:
                    with opened(generation, name) as collection:
                        collection.test(digests)
                        return collection.nearest(vector, most)
                self.told.append("the documents or the embedding have changed")
        return None

    @contextmanager
    def _doubted(self, generation: Path) -> Iterator[None]:
        """A generation in which there is doubt is removed at once: to open it again may end the process."""
        try:
            yield
        except DoubtError as doubt:
            self.told.append(str(doubt))
            shutil.rmtree(generation, ignore_errors=True)

    def _make(self, name: str, texts: Mapping[str, str]) -> Unanswered | None:
        """A new generation of these texts by digest, after which the old ones are removed."""
        known = self._vectors(name)
        missing = [digest for digest in texts if digest not in known]
        made = self.embedding.vectors([texts[digest] for digest in missing]) if missing else []
        if isinstance(made, Unanswered):
            return made
        known |= dict(zip(missing, made, strict=True))
        generation = self.folder / f"{name}-{secrets.token_hex(4)}"
        generation.mkdir(mode=0o700, parents=True)
        with opened(generation, name, {text: known[digest] for digest, text in texts.items()}) as collection:
            collection.fill(texts)
        finish(generation, Manifest(name, frozenset(texts)))
        for other in self.folder.glob("kb-*"):
            if other != generation:
                shutil.rmtree(other, ignore_errors=True)
        return None

    def _vectors(self, name: str) -> dict[str, list[float]]:
        """What a sound generation of the same embedding has kept, so that a model is asked only for what is new."""
        for generation in self._generations():
            with self._doubted(generation):
                manifest = manifest_of(generation)
                if manifest.collection == name:
                    with opened(generation, name) as collection:
                        collection.test(set(manifest.digests))
                        return collection.vectors()
        return {}

    def _generations(self) -> list[Path]:
        return sorted(manifest.parent for manifest in self.folder.glob(f"kb-*/{MANIFEST}"))


def digest_of(document: Document) -> str:
    """What stands for a document in the index: its words, for two of the same words are found together."""
    return sha256(document.words.encode("utf-8", "surrogatepass")).hexdigest()


def collection_name(identity: str, dimension: int) -> str:
    """A name for one embedding, as Chroma demands names: 3 to 512 plain characters, the outer ones alphanumeric."""
    model = re.sub(r"[^A-Za-z0-9.-]+", "-", identity)[:80].strip(".-")
    return f"kb-{model}-{sha256(identity.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}-{dimension}"


def _ids_by_digest(documents: Sequence[Document]) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for document in documents:
        ids.setdefault(digest_of(document), []).append(document.id)
    return ids
