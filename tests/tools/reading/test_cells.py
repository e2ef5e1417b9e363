"""Lists, dates and sizes are one cell, however long."""

import pytest

from tools.reading.cells import cells


@pytest.mark.parametrize(
    ("pieces", "texts"),
    [
        pytest.param("took * long", "took * long", id="words part"),
        pytest.param("* , * , *", "*", id="a list"),
        pytest.param("* - * - * * : * : *", "*", id="a date"),
        pytest.param("free * KB of * MB", "free * of *", id="measures"),
        pytest.param("KB are kept", "KB are kept", id="a measure of nothing"),
        pytest.param("a = * ; b = *", "a = * ; b = *", id="two values with names"),
    ],
)
def test_what_belongs_together_is_one_cell(pieces: str, texts: str) -> None:
    assert cells(pieces.encode().split()).texts == tuple(texts.encode().split())


def test_a_cell_knows_its_pieces() -> None:
    pieces = b"free * KB of * , * left".split()
    assert list(cells(pieces).ranges(len(pieces))) == [(0, 1), (1, 3), (3, 4), (4, 7), (7, 8)]


def test_of_nothing_there_are_no_cells() -> None:
    assert list(cells([]).ranges(0)) == []
