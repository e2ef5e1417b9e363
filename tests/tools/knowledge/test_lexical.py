"""The embedding without a model: the same text the same vector, alike what shares words, on every machine."""

import math

from hypothesis import given
from hypothesis import strategies as st

from tools.knowledge.lexical import DIMENSION, Lexical, likeness, sparse

FIRST = [(308, 0.5), (50, -0.5), (1632, 0.2236)]
"""Recorded: another value needs another NAME, else an old index would answer for new vectors."""


def test_a_text_without_words_is_like_nothing() -> None:
    assert sparse("42 !") == {}
    assert likeness(sparse("42 !"), sparse("disk full")) == 0.0


def test_what_shares_words_is_nearer_than_what_shares_none() -> None:
    asked = sparse("pg_upgrade fails")
    assert likeness(asked, sparse("upgrading failed")) > 0.5 > likeness(asked, sparse("the lock is stale"))


def test_a_vector_is_the_same_in_every_process_and_version() -> None:
    places = sorted(sparse("disk full").items(), key=lambda item: -abs(item[1]))[:3]
    assert [(place, round(value, 4)) for place, value in places] == FIRST


@given(st.text())
def test_any_text_has_a_vector_of_length_one_or_none(text: str) -> None:
    (vector,) = Lexical().vectors([text])
    assert len(vector) == DIMENSION
    assert math.isclose(sum(value * value for value in vector), 1.0) or not any(vector)
