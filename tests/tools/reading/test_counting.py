"""Every line is counted once, as what it says, in bounded memory; whatever anybody writes into a log."""

import random
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.reading.messages import MESSAGES, NOON, lines
from tools.reading import counting
from tools.reading.counting import Counting
from tools.reading.line import Line
from tools.reading.masking import ALIKE, texts_of
from tools.reading.reduction import reduce


@given(st.lists(MESSAGES, max_size=60))
def test_every_line_is_counted_in_exactly_one_template(messages: list[str]) -> None:
    reduced = reduce(lines(messages))
    assert reduced.lines == len(messages) == sum(template.count for template in reduced.templates)
    assert len({template.id for template in reduced.templates}) == len(reduced.templates)


@given(st.lists(MESSAGES, max_size=30))
def test_an_exemplar_is_the_line_it_is_named_for(messages: list[str]) -> None:
    for template in reduce(lines(messages)).templates:
        assert template.kinds[0].first == messages[template.id - 1].encode("utf-8", "surrogatepass")


_CONFUSING = st.lists(
    st.sampled_from(
        [
            "a",
            "b",
            "fail",
            "failed",
            "fade",
            "face",
            "add",
            "added",
            "load",
            "loaded",
            "ail",
            "1",
            "22",
            "333",
            "from",
            "user",
            "root",
            "is",
        ]
    ),
    max_size=5,
)


@given(st.lists(_CONFUSING.map(" ".join), max_size=15))
def test_lines_known_again_are_counted_as_if_each_had_been_cut(messages: list[str]) -> None:
    counted = Counting()
    counted.count(lines(messages))
    by_pieces = Counter(b" ".join(texts_of(message.encode().translate(ALIKE))) for message in messages)
    assert {kind.key[0]: kind.count for kind in counted.kinds.values()} == by_pieces


@pytest.mark.parametrize("ids", [(1, 1), (2, 1), (-1,)])
def test_ids_that_do_not_grow_are_refused(ids: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="ids of lines must grow"):
        reduce(Line(number, NOON, "a", 6, "x") for number in ids)


@pytest.mark.parametrize("time", [0.0, -5.0, float("nan"), float("inf"), 1e300])
def test_a_time_that_is_none_is_not_counted_as_one(time: float) -> None:
    (template,) = reduce([Line(1, time, "a", 6, "x")]).templates
    assert (template.count, template.first, template.last) == (1, 0.0, 0.0)


def test_a_line_of_a_megabyte_is_read_as_far_as_it_matters() -> None:
    templates = reduce(lines(["x" * 1_000_000, "fatal " + "y " * 500_000, "ok", ""])).templates
    assert sum(template.count for template in templates) == 4
    assert all(len(template.text) <= 401 for template in templates)


@pytest.fixture
def few_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits as if lines were ten times as many."""
    monkeypatch.setattr(counting, "_MOST_KINDS", 1_600)
    monkeypatch.setattr(counting, "_MOST_KEY_BYTES", 300_000)
    monkeypatch.setattr(counting, "_MOST_SEEN_BYTES", 100_000)


@pytest.mark.usefixtures("few_kinds")
@pytest.mark.parametrize("letters", ["ghijkl", "abcdef0123456789", "".join(map(chr, range(256)))])
def test_lines_of_which_none_is_like_another_are_still_all_counted(letters: str) -> None:
    dice = random.Random(4)
    messages = ["".join(dice.choices(letters + " ", k=30)) for _ in range(4_000)]
    templates = reduce(lines(messages)).templates
    assert sum(template.count for template in templates) == 4_000
    assert len(templates) <= 1_700


@pytest.mark.usefixtures("few_kinds")
def test_an_error_is_kept_apart_where_thousands_of_other_lines_are_not() -> None:
    dice = random.Random(5)
    noise = [Line(n, NOON, "a", 6, " ".join(dice.choices("ghijklmn", k=9))) for n in range(1, 4_000)]
    noise[2_000] = Line(2_001, NOON, "a", 3, "the one disk that matters failed")
    first, *others = reduce(noise).templates
    assert (first.id, first.count, first.text) == (2_001, 1, "the one disk that matters failed")
    assert any(template.is_rest for template in others)


_STREAM = """
import re
from pathlib import Path
from tests.tools.reading.composed import journal
from tools.reading.reduction import reduce
print(reduce(line for line, _ in journal(100_000)).lines)
print(*re.findall(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text()))
"""


def test_a_hundred_thousand_lines_take_less_than_200_megabytes() -> None:
    done = subprocess.run([sys.executable, "-c", _STREAM], capture_output=True, text=True, check=True)
    count, kilobytes = map(int, done.stdout.split())
    assert count == 100_000
    assert kilobytes < 200_000
