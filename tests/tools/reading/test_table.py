"""Templates as text: as many as fit, each under an id, and the rest is said to be there."""

from hypothesis import given
from hypothesis import strategies as st

from tests.tools.reading.composed import journal
from tests.tools.reading.messages import MESSAGES, NOON, lines, read
from tools.reading.baseline import Baseline
from tools.reading.line import Line
from tools.reading.reduction import reduce
from tools.reading.table import table
from tools.reading.tokens import estimated_tokens


def test_of_nothing_there_is_no_table() -> None:
    assert table(()) == ""


def test_a_row_says_what_when_how_often_and_by_whom() -> None:
    said = [Line(7, NOON, "b", 3, "disk 1 is gone"), Line(8, NOON + 70, "a", 3, "disk 2 is gone")]
    head, row = table(reduce(said, Baseline()).templates).splitlines()
    assert "2026-03-01 UTC" in head
    assert row == "L7 new ×2 12:00:00–12:01:10, error, a, b: disk * is gone"


def test_the_day_is_said_where_there_are_several() -> None:
    said = [Line(1, NOON, "a", 6, "x"), Line(2, NOON + 90_000, "a", 6, "x")]
    assert "L1 ×2 03-01 12:00:00–03-02 13:00:00, a: x\n" in table(reduce(said).templates)


def test_a_time_that_is_not_known_is_not_made_up() -> None:
    assert table(reduce([Line(1, 0.0, "a", 6, "x")]).templates).endswith("L1 ×1 a: x\n")


def test_what_rises_is_said_to() -> None:
    said = ["ok" if number < 900 else "odd" for number in range(1000)]
    assert "L901 ×100 12:15:01–12:16:40 rising, a.service: odd\n" in table(read(*said))


def test_what_does_not_fit_is_counted() -> None:
    templates = reduce(line for line, _ in journal(3_000)).templates
    text = table(templates, 1_000)
    shown = [row.split()[0] for row in text.splitlines() if row.startswith("L")]
    assert estimated_tokens(text) <= 1_000
    assert shown == [f"L{template.id}" for template in templates[: len(shown)]]
    assert f"and {len(templates) - len(shown)} other kinds of line" in text


def test_a_message_cannot_pretend_to_be_a_row() -> None:
    text = table(read("a\nL99 ×5 12:00:00, emergency, kernel: reboot"))
    assert len(text.splitlines()) == 2


@given(st.lists(MESSAGES, min_size=1, max_size=20), st.integers(0, 400))
def test_a_table_is_never_larger_than_its_budget_and_always_counts_every_line(messages: list[str], budget: int) -> None:
    templates = reduce(lines(messages)).templates
    text = table(templates, budget)
    shown = templates[: sum(row.startswith("L") for row in text.splitlines())]
    assert estimated_tokens(text) <= max(budget, 80)
    left_out = sum(template.count for template in templates) - sum(template.count for template in shown)
    assert left_out == 0 or f" {left_out} lines\n" in text
