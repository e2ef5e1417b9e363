"""Text from outside: what is plain stays, what could steer, reorder or hide comes out as visible letters."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tools.safe_text import decode, safe_line, safe_text

HARMFUL = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
UNSEEN = {
    chr(code)
    for first, last in (
        (0x34F, 0x34F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2800, 0x2800), (0x3164, 0x3164),
        (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xE0100, 0xE01EF),
    )
    for code in range(first, last + 1)
}  # fmt: skip
"""Invisible, though of another category: Unicode's Default_Ignorable_Code_Point, and the blank of Braille."""
ANY_TEXT = st.text(st.characters(categories=None, exclude_categories=()))
HIDDEN = st.text(st.characters(categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"]), max_size=20)


def is_harmless(text: str) -> bool:
    return not any(unicodedata.category(letter) in HARMFUL or letter in UNSEEN for letter in text)


@pytest.mark.parametrize(
    "text",
    ["", "nginx.service", " ~", "Größe: 3 µs, naïve", "磁盘空间不足", "→ 90 %", "e\u0301", "👍", "a\\x1bb"],
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert safe_text(text) == safe_line(text) == text


def test_lines_and_tabs_stay_where_lines_are_wanted() -> None:
    assert safe_text("a\n\tb\n") == "a\n\tb\n"


def test_a_line_stays_one_line() -> None:
    assert safe_line("a\nb\r\tc\u2028d\u2029e\x0bf\x85g") == "a\\nb\\r\\tc\\u2028d\\u2029e\\x0bf\\x85g"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("\x1b[2J", "\\x1b[2J", id="a terminal is cleared"),
        pytest.param("\x9b31m", "\\x9b31m", id="the same in one byte"),
        pytest.param("a\u202eb", "a\\u202eb", id="what follows is read backwards"),
        pytest.param("a\u200bb\ufeff", "a\\u200bb\\ufeff", id="nothing that is there"),
        pytest.param("\U000e0041", "\\U000e0041", id="a tag that only a model reads"),
        pytest.param("a\ufe00\U000e0141", "a\\ufe00\\U000e0141", id="variation selectors, which carry a text unseen"),
        pytest.param("\u3164\u115f", "\\u3164\\u115f", id="fillers that look like blanks"),
        pytest.param("\ue000\ud800\U0010ffff", "\\ue000\\ud800\\U0010ffff", id="private, half and unassigned"),
        pytest.param("\x00\x7f\xad", "\\x00\\x7f\\xad", id="nothing, delete and a soft hyphen"),
    ],
)
def test_what_acts_on_a_reader_comes_out_as_letters(text: str, shown: str) -> None:
    assert safe_line(text) == shown


@given(ANY_TEXT | HIDDEN)
@example("".join(map(chr, range(0x3000))))
def test_nothing_harmful_is_left_of_any_text(text: str) -> None:
    assert is_harmless(safe_line(text, 1 << 20))
    assert is_harmless(safe_text(text, limit=1 << 20).replace("\n", "").replace("\t", ""))


def test_no_code_point_gets_through_and_no_plain_one_is_lost() -> None:
    plain = "".join(filter(is_harmless, map(chr, range(0x110000))))
    harmful = "".join({*map(chr, range(0x110000))} - {*plain})
    assert safe_line(plain, 1 << 24) == plain
    assert safe_line(harmful, 1 << 24).isascii()


@given(ANY_TEXT)
def test_what_was_made_safe_is_not_changed_again(text: str) -> None:
    once = safe_text(text, limit=1 << 20)
    assert safe_text(once, limit=1 << 20) == once
    assert safe_line(safe_line(text, 1 << 20), 1 << 20) == safe_line(text, 1 << 20)


@given(ANY_TEXT, st.integers(0, 60))
def test_a_text_is_cut_at_its_limit_and_says_so(text: str, limit: int) -> None:
    whole, cut = safe_line(text, 1 << 20), safe_line(text, limit)
    assert cut == whole or (len(cut) <= limit + 1 and cut.endswith("…") and whole.startswith(cut[:-1]))
    assert (cut == whole) == (len(whole) <= limit)


def test_an_escape_is_never_cut_in_the_middle() -> None:
    assert safe_line("ab\x1b", 5) == "ab…"


@given(st.binary())
def test_any_bytes_are_text(output: bytes) -> None:
    assert isinstance(decode(output), str)


def test_what_is_not_utf8_can_be_told_from_what_is() -> None:
    assert decode(b"a\xe4\xffb") == "a\\xe4\\xffb"
    assert decode("ä".encode()) == "ä"
