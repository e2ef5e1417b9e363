"""Log lines made few: what differs only in numbers is one, and nothing that was said is lost."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.reading.grouping import Group, grouped

LINES = st.lists(st.tuples(st.sampled_from(["a.service", "kernel"]), st.text("ab 1f0x-", max_size=12)), max_size=40)


def test_of_nothing_nothing_is_said() -> None:
    assert grouped([]) == []


def test_what_is_said_once_stays_as_it_was() -> None:
    assert grouped([("kernel", "disk 3 is gone")]) == [Group("kernel", "disk 3 is gone", 1)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("pid 17 died", "pid 4711 died", id="numbers"),
        pytest.param("at 0x7ffe1 now", "at 0xBEEF now", id="addresses"),
        pytest.param("took 1.25 s", "took 0.5 s", id="fractions"),
        pytest.param("from 10.0.0.1:80", "from 192.168.1.2:44321", id="peers"),
        pytest.param("id deadbeefcafe", "id 0123456789ab", id="hashes"),
        pytest.param(
            "job 6f0c4d0e-5d3b-4f0c-9a53-0d6f7f6f2a11", "job 0a0c4d0e-5d3b-4f0c-9a53-0d6f7f6f2a12", id="uuids"
        ),
    ],
)
def test_what_differs_only_in_what_changes_is_one_line_counted(one: str, other: str) -> None:
    assert grouped([("a", one), ("a", other)]) == [Group("a", one, 2)]


@pytest.mark.parametrize(
    ("one", "other"), [("disk full", "disk fail"), ("error: a", "error: b"), ("face to face", "fade to fade")]
)
def test_what_differs_in_words_stays_apart(one: str, other: str) -> None:
    assert len(grouped([("a", one), ("a", other)])) == 2


def test_two_writers_stay_apart() -> None:
    assert len(grouped([("a", "gone"), ("b", "gone")])) == 2


def test_the_rarest_comes_first_and_the_order_stays_otherwise() -> None:
    lines = [("a", "often")] * 3 + [("a", "first"), ("b", "second")]
    assert [group.example for group in grouped(lines)] == ["first", "second", "often"]


@given(LINES)
def test_no_line_is_lost_and_none_is_made_up(lines: list[tuple[str, str]]) -> None:
    groups = grouped(lines)
    assert sum(group.count for group in groups) == len(lines)
    assert {(group.writer, group.example) for group in groups} <= {*lines}
    assert Counter(writer for writer, _ in lines) == sum(
        (Counter({group.writer: group.count}) for group in groups), Counter()
    )
