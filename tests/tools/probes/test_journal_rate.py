import pytest

from tests.tools.probes.recordings import output
from tools.probes import Skipped
from tools.probes.journal_rate import JournalRate

SERIES = "a" * 32


def cursor(line: int, seconds: int, series: str = SERIES) -> str:
    return f"s={series};i={line:x};b=1;m=2;t={seconds * 1_000_000:x};x=3"


def parsed(before: str, newest: str) -> JournalRate | Skipped:
    return JournalRate.parse(f"before={before}\nnewest=__CURSOR={newest}\n\n".encode())


def test_a_recorded_burst_comes_with_its_newest_lines() -> None:
    fact = JournalRate.parse(output("journal_rate"))
    assert isinstance(fact, JournalRate)
    assert fact.lines is not None and fact.lines > 400 and len(fact.sample) == 400
    assert fact.sample[0].message.startswith("line ")


@pytest.mark.parametrize(
    ("last", "series", "lines"), [(1005, SERIES, 5), (1000, SERIES, 0), (9, SERIES, None), (2000, "b" * 32, None)]
)
def test_lines_are_the_difference_of_two_numbers_of_one_journal(last: int, series: str, lines: int | None) -> None:
    fact = parsed(cursor(1000, 100), cursor(last, 400, series))
    assert isinstance(fact, JournalRate)
    assert (fact.lines, fact.seconds, fact.sample) == (lines, 300.0, ())


@pytest.mark.parametrize("newest", ["", "x", "s=1;i=2;t=3"])
def test_without_two_cursors_there_is_no_fact(newest: str) -> None:
    assert isinstance(parsed(cursor(1, 1), newest), Skipped)
