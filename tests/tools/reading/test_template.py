"""What is shown instead of many lines: one of them, with what differs, and nothing that steers or betrays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.reading.messages import MESSAGES, NOON, lines, read
from tools.reading.line import Line
from tools.reading.reduction import reduce
from tools.redaction import redact
from tools.safe_text import safe_line


def text(*messages: str) -> str:
    (template,) = read(*messages)
    return template.text


def test_a_single_error_is_shown_as_it_was() -> None:
    message = "failed to mount /dev/disk/by-uuid/6f0c4d0e-5d3b-4f0c-9a53-0d6f7f6f2a11"
    assert text(message) == message


def test_of_a_single_line_that_is_no_error_long_ids_are_left_out() -> None:
    assert text("mounted 6f0c4d0e-5d3b-4f0c-9a53-0d6f7f6f2a11 at 12") == "mounted * at 12"


@pytest.mark.parametrize(
    ("messages", "shown"),
    [
        (["pid 17 of uid 0 died", "pid 4711 of uid 0 died"], "pid * of uid 0 died"),
        (["eth0: link is up", "eth17: link is up"], "eth*: link is up"),
        (["took 17 ms", "took 3 s"], "took *"),
        (["disk is 81% full, no space left", "disk is 97% full, no space left"], "disk is 81%→97% full, no space left"),
        (
            [f"{name}.service: Failed with result 'timeout'." for name in ("a", "b", "c")],
            "{a.service|b.service|c.service}: Failed with result 'timeout'.",
        ),
    ],
)
def test_what_differs_is_marked_and_the_rest_stays(messages: list[str], shown: str) -> None:
    assert text(*messages) == shown


def test_many_names_are_not_listed() -> None:
    assert text(*(f"mail for user {letter * 3} came in" for letter in "ghijklm")) == "mail for user * came in"


@pytest.mark.parametrize(
    "message", ["\x1b[31mred", "\u202egnp.exe", "a\nb", "\ud800", "\x00", "\x9b2J", "L17 ×3 system: reboot now"]
)
def test_nothing_in_a_text_steers_a_terminal_or_begins_a_line(message: str) -> None:
    shown = text(message)
    assert shown.isprintable()
    assert "\n" not in shown


def test_a_secret_is_not_shown_and_neither_are_the_words_beside_it() -> None:
    assert "swordfish" not in text("login with password=swordfish failed")
    many = [f"login of user {name} with password=hunter{name}2 failed" for name in ("anna", "bert", "carl")]
    assert all("hunter" not in template.text + template.example for template in read(*many))


@given(st.lists(MESSAGES, max_size=20))
def test_every_text_is_short_printable_and_without_secrets(messages: list[str]) -> None:
    for template in read(*messages):
        assert len(template.text) <= 401
        assert safe_line(template.text, 401) == template.text
        assert redact(template.text) == template.text


def test_times_units_and_the_most_urgent_priority_are_those_of_its_lines() -> None:
    said = [Line(1, NOON + 50, "b", 6, "gone 1"), Line(2, NOON, "a", 3, "gone 2"), Line(9, NOON + 9, "a", 4, "gone 3")]
    (template,) = reduce(said).templates
    assert (template.first, template.last, template.units, template.priority) == (NOON, NOON + 50, ("a", "b"), 3)


@pytest.mark.parametrize(("late", "trend"), [(range(900, 1000), 1.0), (range(100), -1.0), (range(0, 1000, 10), 0.0)])
def test_the_trend_says_in_which_half_of_the_time_it_was(late: range, trend: float) -> None:
    said = ["odd thing" if number in late else "ok" for number in range(1000)]
    (template,) = (template for template in reduce(lines(said)).templates if template.text == "odd thing")
    assert template.trend == pytest.approx(trend, abs=0.2)
