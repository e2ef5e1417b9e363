"""A whole log read: what matters comes first, no error is lost, and what is said is grouped as its writers meant it."""

import pytest

from tests.tools.reading.composed import Template as Truth
from tests.tools.reading.composed import journal, writers
from tests.tools.reading.messages import NOON, lines
from tools.reading.baseline import Baseline
from tools.reading.counting import Counting
from tools.reading.kind import Kind
from tools.reading.line import Line
from tools.reading.reduction import reduce, reduction
from tools.reading.table import table
from tools.reading.tokens import estimated_tokens


def test_of_nothing_nothing_is_said() -> None:
    reduced = reduce([])
    assert (reduced.templates, reduced.lines, reduced.new) == ((), 0, ())


def test_the_new_come_first_then_the_urgent_then_the_rare() -> None:
    baseline = reduce(lines(["old and rare", *["old and often"] * 3, "an old error: x"])).baseline
    said = ["old and often"] * 3 + ["old and rare", "new and often", "new and often", "new and rare", "an old error: x"]
    templates = reduce(lines(said), baseline).templates
    assert [template.text for template in templates] == [
        *("new and rare", "new and often", "an old error: x", "old and rare", "old and often"),
    ]


def test_priority_counts_more_than_words() -> None:
    said = [Line(1, NOON, "a", 6, "an error of no importance"), Line(2, NOON, "a", 3, "tea is ready")]
    assert [template.id for template in reduce(said).templates] == [2, 1]


def test_one_500_among_thousands_of_200s_is_a_line_of_its_own() -> None:
    said = [f'10.0.0.{n % 250} "GET /shop/{n} HTTP/1.1" {500 if n == 2_000 else 200} {n}' for n in range(5_000)]
    rare, often = reduce(lines(said)).templates
    assert (rare.id, rare.count, often.count) == (2_001, 1, 4_999)
    assert rare.family == often.family
    assert rare.first == rare.last == NOON + 2_001


def test_a_number_with_more_endings_than_there_are_is_no_outcome() -> None:
    assert len(reduce(lines(f"gate returned {n}" for n in range(50))).templates) == 1


def _read(number: int, writer: str | None = None) -> tuple[list[Truth], list[Kind], Counting]:
    counting = Counting()
    truth, kinds = [], []
    for line, template in journal(number, writer=writer):
        counting.count((line,))
        assert counting.last
        kinds.append(counting.last)
        truth.append(template)
    return truth, kinds, counting


def test_the_composed_journal_is_grouped_as_it_was_composed() -> None:
    """LogHub's measures over each writer: lines in right groups, and the mean of right ones among found and true."""
    accuracies, means = [], []
    for writer in writers():
        truth, kinds, counting = _read(1_000, writer)
        families = {kind: row.family for row in reduction(counting).templates for kind in row.kinds}
        found: dict[int, set[int]] = {}
        true: dict[str, set[int]] = {}
        for number, (template, kind) in enumerate(zip(truth, kinds, strict=True)):
            found.setdefault(families[kind.current], set()).add(number)
            true.setdefault(template.text, set()).add(number)
        right = [lines for lines in found.values() if lines in true.values()]
        accuracies.append(sum(map(len, right)) / len(truth))
        means.append(2 * len(right) / (len(found) + len(true)))
    assert sum(accuracies) / len(accuracies) > 0.95
    assert sum(means) / len(means) > 0.95


def test_no_error_of_the_composed_journal_is_lost() -> None:
    truth, kinds, counting = _read(20_000)
    told = {kind for row in reduction(counting).templates for kind in row.named}
    shown = {truth[kind.id - 1].text for kind in told}
    errors = {template.text for template in truth if template.priority <= 3}
    assert errors - shown == set()
    assert len(kinds) == 20_000


def test_the_composed_journal_costs_about_as_much_as_its_templates() -> None:
    composed = list(journal(10_000))
    templates = reduce(line for line, _ in composed).templates
    ours = sum(estimated_tokens(f"{template.count} {template.text}\n") for template in templates)
    true = sum(estimated_tokens(f"99 {text}\n") for text in {template.text for _, template in composed})
    assert ours < 1.5 * true


def test_after_a_while_most_windows_of_a_log_say_nothing_new() -> None:
    said = [line for line, _ in journal(12_000, writer="sshd.service")]
    baseline = reduce(said[:6_000], Baseline()).baseline
    quiet = 0
    for at in range(6_000, 12_000, 250):
        reduced = reduce(said[at : at + 250], baseline)
        baseline = reduced.baseline
        quiet += not reduced.new
        assert estimated_tokens(table(reduced.new, 2_000)) <= 2_000
    assert quiet >= 0.6 * 24


@pytest.mark.parametrize("size", [1, 250, 5_000])
def test_reading_in_portions_makes_no_difference(size: int) -> None:
    said = [line for line, _ in journal(5_000)]
    counting = Counting()
    for at in range(0, len(said), size):
        counting.count(said[at : at + size])
    assert reduction(counting).templates == reduce(said).templates
