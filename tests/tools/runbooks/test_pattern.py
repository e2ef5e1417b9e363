"""A pattern is tried on one line, without regard to case, and never for long."""

import pytest

from tools.runbooks.pattern import MOST_CHARACTERS, Pattern


def test_case_does_not_matter_and_only_the_beginning_of_a_line_is_looked_at() -> None:
    assert Pattern("no space").matches("NO SPACE left")
    assert Pattern("end").matches("x" * (MOST_CHARACTERS - 3) + "end")
    assert not Pattern("end").matches("x" * MOST_CHARACTERS + "end")


@pytest.mark.parametrize("text", ["abc", "a.*b", r"\[x+\]", "(a|b)c", "(ab)?c", r"(\S+ ){0,4}x", "a{2,5}", r"[^)]+\)"])
def test_a_plain_pattern_may_be_one(text: str) -> None:
    assert Pattern(text).why_not() is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("(", "not a regular expression"),
        ("[a", "not a regular expression"),
        ("a*", "matches an empty line"),
        ("a|", "matches an empty line"),
        ("(a+)+b", "take for ever"),
        (r"(\w+\s*)*x", "take for ever"),
        ("(a{2,}){3,}", "take for ever"),
        (r"error\w*.{0,60}full", "side by side"),
        ("a.*b.*c.*d", "too many repeats"),
        (r"\w*1\w*2\w*3\w*4\w*5\w*6\w*7\w*8\w*9", "too many repeats"),
    ],
)
def test_one_that_can_match_anything_or_take_for_ever_may_not(text: str, why: str) -> None:
    assert why in (Pattern(text).why_not() or "")
