"""Figures as bytes: exact, small, and a hole where they are damaged."""

import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.store.packing import pack, unpack

IDS = st.integers(0, 2**32 - 1)


def test_nothing_is_packed_too() -> None:
    found = unpack(pack({}))
    assert found is not None
    assert (dict(found.positions), found.of(1)) == ({}, None)


@given(st.dictionaries(IDS, st.tuples(st.floats(allow_nan=False))))
def test_every_number_comes_back_exactly(figures: dict[int, tuple[float]]) -> None:
    found = unpack(pack(figures))
    assert found is not None
    assert {id_: found.of(id_)[0] for id_ in found.positions} == {id_: one[0] for id_, one in figures.items()}  # type: ignore[index]


@given(st.dictionaries(IDS, st.tuples(*[st.floats(allow_nan=False)] * 3), max_size=20))
def test_so_do_several_of_one_series(figures: dict[int, tuple[float, ...]]) -> None:
    found = unpack(pack(figures, width=3), width=3)
    assert found is not None
    assert {id_: tuple(found.of(id_) or ()) for id_ in found.positions} == figures


def test_a_series_with_too_few_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="needs 3 numbers"):
        pack({1: (1.0,)}, width=3)


@given(st.binary(max_size=200) | st.binary(max_size=200).map(zlib.compress))
def test_any_bytes_are_figures_or_a_hole(packed: bytes) -> None:
    found = unpack(packed)
    assert found is None or all(found.of(id_) is not None for id_ in found.positions)


def test_a_bomb_does_not_fill_the_memory() -> None:
    found = unpack(zlib.compress(b"\0" * (1 << 26)))
    assert found is None or len(found.values) <= 1 << 17


def test_a_quiet_look_is_small() -> None:
    chance = random.Random(1)
    figures = {id_: (float(chance.choice([0, 0, 1, 40, chance.randrange(1 << 33)])),) for id_ in range(1, 151)}
    assert len(pack(figures)) < 500
