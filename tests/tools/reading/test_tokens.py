"""Tokens are estimated high: more text never costs less, and no character is free but a blank before a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.reading.tokens import estimated_tokens


@pytest.mark.parametrize(
    ("text", "at_least"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("disk is full", 3, id="words"),
        pytest.param("10.0.0.1:443", 11, id="an address: each digit may be a token"),
        pytest.param("x" * 1000, 500, id="letters that are no word"),
        pytest.param("Ошибка", 4, id="another script"),
        pytest.param("🔥🔥", 6, id="emoji"),
        pytest.param("\ud800", 1, id="half of a character"),
        pytest.param("a\n\n\nb", 4, id="line breaks"),
    ],
)
def test_the_estimate_is_not_below_what_tokenizers_count(text: str, at_least: int) -> None:
    assert estimated_tokens(text) >= at_least


def test_it_is_not_far_above_either() -> None:
    assert estimated_tokens("Started the daily cleanup of temporary directories.") <= 16


@given(st.text(max_size=30), st.text(max_size=30))
def test_parts_cost_about_as_much_as_the_whole(one: str, other: str) -> None:
    apart = estimated_tokens(one) + estimated_tokens(other)
    assert estimated_tokens(one + other) <= apart + 30
    assert estimated_tokens(one + "\n" + other) >= max(estimated_tokens(one), estimated_tokens(other))
