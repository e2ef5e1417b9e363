"""Too much for one reading is cut between templates, at pauses, and nothing falls between the pieces."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.reading.composed import journal
from tests.tools.reading.messages import NOON, read
from tools.reading.chunks import chunks
from tools.reading.line import Line
from tools.reading.reduction import reduce
from tools.reading.table import table
from tools.reading.tokens import estimated_tokens


def test_of_nothing_there_are_no_chunks() -> None:
    assert chunks((), 1_000) == []


def test_what_fits_is_one_chunk() -> None:
    templates = read("one", "two", "three")
    assert chunks(templates, 1_000) == [templates]


def test_a_chunk_ends_at_the_longest_pause() -> None:
    times = [*range(20), *range(1_000, 1_020)]
    said = [Line(at + 1, NOON + time, "a", 6, "x" * (at + 1)) for at, time in enumerate(times)]
    first, *_ = chunks(reduce(said).templates, 700)
    assert [template.first for template in first][-1] == NOON + 19


def test_a_budget_too_small_for_one_line_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        chunks(read("a long story " * 20), 100)


@settings(deadline=None, max_examples=30)
@given(st.integers(400, 5_000), st.integers(1, 400))
def test_every_template_is_in_one_chunk_and_every_chunk_fits(budget: int, number: int) -> None:
    templates = reduce(line for line, _ in journal(number, seed=2)).templates
    cut = chunks(templates, budget)
    assert sorted(template.id for part in cut for template in part) == sorted(template.id for template in templates)
    assert all(estimated_tokens(table(part)) <= budget for part in cut)
