import pytest

from tools.probes.value_lines import value_lines, whole


def test_a_line_has_a_path_and_may_have_more_colons() -> None:
    assert list(value_lines(b"/a:1\nno path\n/b:x: y\n:z\n/c:" + b"9" * 9000)) == [("/a", "1"), ("/b", "x: y")]


@pytest.mark.parametrize(
    ("text", "value"),
    [("7", 7), (" -7 ", -7), ("", None), ("1.5", None), ("9" * 21, None), ("\u0663", None), ("--1", None)],
)
def test_whole_numbers(text: str, value: int | None) -> None:
    assert whole(text) == value
