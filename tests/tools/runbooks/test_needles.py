"""What every match must hold is found from the pattern alone, and never wrongly."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.runbooks.needles import needles_of


@pytest.mark.parametrize(
    ("pattern", "needles"),
    [
        ("No Space", {"no space"}),
        (r"out.{0,9}of memory", {"of memory"}),
        (r"disk (is )?full", {"disk "}),
        (r"(btrfs|zfs) error", {" error"}),
        (r"x(btrfs|ext4)\d", {"btrfs", "ext4"}),
        ("nix|guix", {"nix", "guix"}),
        (r"nix|\d+", set()),
        (r"ab*", set()),
        (r"abc*d", {"ab"}),
        (r"(abc)?\d", set()),
        (r"(?<!x)abc", {"abc"}),
        (r"exit\.d", {"exit.d"}),
        (r"[abc]d+", set()),
        ("", set()),
    ],
)
def test_they_are_what_no_match_can_lack(pattern: str, needles: set[str]) -> None:
    assert set(needles_of(pattern)) == needles


WORD = st.text("abcd", min_size=1, max_size=4)
PIECE = st.one_of(
    WORD,
    WORD.map(lambda word: f"({word})?"),
    WORD.map(lambda word: f"{word}*"),
    st.tuples(WORD, WORD).map(lambda two: f"({two[0]}|{two[1]})"),
    st.tuples(WORD, WORD).map(lambda two: f"({two[0]}|{two[1]}e?)" + "{0,2}"),
    st.sampled_from([".", ".{0,3}", "[ab]", "[^a]+", r"\w", "|"]),
)


@given(st.lists(PIECE, min_size=1, max_size=5).map("".join), st.text("abcde", max_size=12))
def test_no_match_lacks_them_all(pattern: str, text: str) -> None:
    if re.search(pattern, text):
        assert not needles_of(pattern) or any(needle in text for needle in needles_of(pattern))
