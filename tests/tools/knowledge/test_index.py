"""The index is a cache: whatever becomes of its files, the right answer comes, if need be from a new one."""

import multiprocessing
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langchain_chroma import Chroma

from tests.tools.knowledge.conftest import Counting, documents
from tools.knowledge import collection
from tools.knowledge.generation import MANIFEST
from tools.knowledge.index import Index, collection_name
from tools.knowledge.lexical import Lexical
from tools.model import Unanswered

QUESTION = "kernel modules are missing"
NEAREST = "note-22"


def ask(folder: Path, count: int = 100) -> tuple[str, list[str]]:
    """The first answer of an index over so many documents, and why it was made anew."""
    index = Index(folder, Lexical())
    found = index.nearest(documents(count), QUESTION, 5)
    assert not isinstance(found, Unanswered)
    return found[0], index.told


def generation(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


def test_a_sound_index_is_used_again(tmp_path: Path) -> None:
    assert ask(tmp_path) == (NEAREST, [])
    before = generation(tmp_path)
    assert ask(tmp_path) == (NEAREST, [])
    assert generation(tmp_path) == before


def test_nothing_known_makes_no_index(tmp_path: Path) -> None:
    assert Index(tmp_path / "index", Lexical()).nearest([], QUESTION, 5) == []
    assert not (tmp_path / "index").exists()


def test_other_documents_make_another_index_and_the_old_one_goes(tmp_path: Path) -> None:
    ask(tmp_path, 10)
    before = generation(tmp_path)
    assert ask(tmp_path)[0] == NEAREST
    assert generation(tmp_path) != before


def of_hnsw(name: str, change: Callable[[Path], object]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (file,) = generation(folder).glob(f"*/{name}")
        change(file)

    return damage


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 3)


def garble(file: Path) -> None:
    file.write_bytes(os.urandom(max(64, file.stat().st_size)))


def without_hnsw(folder: Path) -> None:
    shutil.rmtree(next(path for path in generation(folder).iterdir() if path.is_dir()))


def without_documents(folder: Path) -> None:
    with sqlite3.connect(generation(folder) / "chroma.sqlite3") as db:
        db.execute("DELETE FROM embeddings WHERE id % 2 = 0")
        db.execute("DELETE FROM embeddings_queue")


def without_tables(folder: Path) -> None:
    with sqlite3.connect(generation(folder) / "chroma.sqlite3") as db:
        db.execute("DROP TABLE collections")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "hnsw truncated": of_hnsw("data_level0.bin", cut),
    "hnsw emptied": of_hnsw("data_level0.bin", lambda file: file.write_bytes(b"")),
    "hnsw garbage": of_hnsw("data_level0.bin", garble),
    "hnsw header garbage": of_hnsw("header.bin", garble),
    "hnsw header cut": of_hnsw("header.bin", cut),
    "hnsw lengths garbage": of_hnsw("length.bin", garble),
    "hnsw lengths cut": of_hnsw("length.bin", cut),
    "hnsw folder deleted": without_hnsw,
    "sqlite garbage": lambda folder: garble(generation(folder) / "chroma.sqlite3"),
    "sqlite truncated": lambda folder: cut(generation(folder) / "chroma.sqlite3"),
    "sqlite deleted": lambda folder: (generation(folder) / "chroma.sqlite3").unlink(),
    "sqlite without a table": without_tables,
    "half of the documents gone": without_documents,
    "manifest garbage": lambda folder: garble(generation(folder) / MANIFEST),
    "manifest of another shape": lambda folder: (generation(folder) / MANIFEST).write_text('{"digests": [[]]}'),
    "manifest missing": lambda folder: (generation(folder) / MANIFEST).unlink(),
}


HARMLESS = (DAMAGE["hnsw lengths garbage"], DAMAGE["hnsw lengths cut"])
"""Nothing is read from there: the answer is right, and the index may stay."""


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_index_is_made_anew(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    ask(tmp_path)
    before = generation(tmp_path)
    damage(tmp_path)
    assert ask(tmp_path)[0] == NEAREST
    assert generation(tmp_path) != before or damage in HARMLESS
    assert ask(tmp_path) == (NEAREST, [])


def test_an_index_that_ended_a_process_is_not_opened_again(tmp_path: Path) -> None:
    ask(tmp_path)
    before = generation(tmp_path)
    (before / collection.OPENING).touch()
    assert ask(tmp_path) == (NEAREST, ["a process has ended while it had the index open"])
    assert generation(tmp_path) != before


def test_another_embedding_never_answers_from_the_index_of_the_first(tmp_path: Path, counting: Counting) -> None:
    ask(tmp_path)
    index = Index(tmp_path, counting)
    assert index.nearest(documents(), QUESTION, 1) == [NEAREST]
    assert len(counting.asked) == 1 + 100
    assert collection_name("counting", 2048) in generation_names(tmp_path)[0]


def generation_names(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("kb-*")]


def test_a_model_is_asked_only_for_what_is_new(tmp_path: Path, counting: Counting) -> None:
    Index(tmp_path, counting).nearest(documents(90), QUESTION, 5)
    counting.asked.clear()
    Index(tmp_path, counting).nearest(documents(91), QUESTION, 5)
    assert counting.asked == [QUESTION, documents(91)[90].words]


def test_a_model_that_does_not_answer_leaves_the_index_as_it_is(tmp_path: Path, counting: Counting) -> None:
    Index(tmp_path, counting).nearest(documents(10), QUESTION, 5)
    before = generation(tmp_path)
    counting.trouble = Unanswered("late", "too late")
    assert Index(tmp_path, counting).nearest(documents(), QUESTION, 5) == counting.trouble
    assert generation(tmp_path) == before


def test_more_documents_than_a_batch_takes_are_all_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from chromadb.api.client import Client

    monkeypatch.setattr(Client, "get_max_batch_size", lambda _: 7)
    assert ask(tmp_path)[0] == NEAREST
    assert ask(tmp_path) == (NEAREST, [])


def test_documents_of_the_same_words_are_found_together(tmp_path: Path) -> None:
    twins = [document for document in documents(30) for _ in range(2)]
    both = [type(one)(f"{one.id}-{at % 2}", one.kind, one.title, one.text, "") for at, one in enumerate(twins)]
    found = Index(tmp_path, Lexical()).nearest(both, QUESTION, 5)
    assert found[:2] == [f"{NEAREST}-0", f"{NEAREST}-1"]  # type: ignore[index]


def make_and_die(folder: Path, after: int) -> None:
    """Be killed when Chroma is given so many parts of the documents."""
    from chromadb.api.client import Client

    given = 0

    def batch_size(_: object) -> int:
        return 10

    def added(self: Chroma, *words: Any, **more: Any) -> list[str]:
        nonlocal given
        given += 1
        if given > after:
            os.kill(os.getpid(), signal.SIGKILL)
        return add(self, *words, **more)

    add = Chroma.add_texts
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "get_max_batch_size", batch_size)
        patch.setattr(Chroma, "add_texts", added)
        ask(folder)


@pytest.mark.parametrize("after", [0, 5])
@pytest.mark.parametrize("has_old", [False, True])
def test_a_kill_while_it_is_made_loses_nothing(tmp_path: Path, after: int, has_old: bool) -> None:
    if has_old:
        ask(tmp_path, 50)
    child = multiprocessing.get_context("spawn").Process(target=make_and_die, args=(tmp_path, after))
    child.start()
    child.join(120)
    assert child.exitcode == -signal.SIGKILL
    assert ask(tmp_path)[0] == NEAREST
    assert len(generation_names(tmp_path)) == 1
    assert ask(tmp_path) == (NEAREST, [])


def test_a_name_is_one_that_chroma_takes() -> None:
    for identity in ("a", "nomic-embed-text:latest@0123", "../../x y/ü" * 50, "\udcff"):
        name = collection_name(identity, 768)
        assert 3 <= len(name) <= 512
        assert name[0].isalnum() and name[-1].isalnum()
        assert all(letter.isalnum() or letter in ".-_" for letter in name)
        assert name.isascii()
