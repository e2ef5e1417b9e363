"""Who is served when there are several servers, as a table."""

import pytest

from tools.model.turns import served

BEFORE: dict[str, tuple[list[list[str] | None], list[str], dict[str, int], str | None]] = {
    "nobody is before": ([], ["a"], {"a": 1}, "a"),
    "the emptiest": ([], ["a", "b"], {"a": 1, "b": 2}, "b"),
    "the first of equals": ([], ["b", "a"], {"a": 1, "b": 1}, "b"),
    "no place": ([], ["a"], {"a": 0, "b": 1}, None),
    "one before takes it": ([["a"]], ["a"], {"a": 1}, None),
    "one before wants another": ([["a"]], ["b"], {"a": 0, "b": 1}, "b"),
    "one before takes the other": ([["a", "b"]], ["a", "b"], {"a": 1, "b": 1}, "b"),
    "one before wants any": ([None], ["b"], {"a": 0, "b": 1}, None),
    "a server that is not known here": ([["x"]], ["a"], {"a": 1}, "a"),
    "more are busy than there are places": ([], ["a"], {"a": -1}, None),
}


@pytest.mark.parametrize("name", BEFORE)
def test_who_is_before_takes_only_what_he_waits_for(name: str) -> None:
    before, own, free, expected = BEFORE[name]
    assert served(before, own, free) == expected
