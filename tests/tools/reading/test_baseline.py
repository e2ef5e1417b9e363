"""What a host always says is remembered as fingerprints, and known again whatever its values."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.reading.messages import MESSAGES, lines
from tools.errors import MachaError
from tools.reading.baseline import Baseline
from tools.reading.reduction import reduce

NAMES = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"]


def known(*messages: str) -> Baseline:
    return reduce(lines(messages)).baseline


def new(baseline: Baseline, *messages: str) -> list[str]:
    return [template.example for template in reduce(lines(messages), baseline).new]


def test_without_a_baseline_nothing_is_new() -> None:
    assert reduce(lines(["disk full"])).new == ()


def test_with_an_empty_one_everything_is() -> None:
    assert new(Baseline(), "disk full") == ["disk full"]


def test_what_was_said_before_is_not_new_whatever_its_numbers() -> None:
    assert new(known("pid 17 died"), "pid 4711 died", "pid 3 was born") == ["pid 3 was born"]


def test_a_name_in_the_place_of_names_is_not_new() -> None:
    baseline = known(*(f"session opened for user {name}" for name in NAMES))
    assert new(baseline, "session opened for user mallory", "session closed for user mallory") == [
        "session closed for user mallory"
    ]


def test_another_outcome_is_new() -> None:
    baseline = known('"GET /a HTTP/1.1" 200 17', '"GET /b HTTP/1.1" 404 3')
    assert new(baseline, '"GET /c HTTP/1.1" 200 4', '"GET /c HTTP/1.1" 500 4') == ['"GET /c HTTP/1.1" 500 4']


def test_it_is_plain_json_without_a_word_of_the_log() -> None:
    baseline = known("the password is swordfish", *(f"user {name} from nowhere" for name in NAMES))
    assert "swordfish" not in baseline.to_json()
    assert set(json.loads(baseline.to_json())) == {"version", "fingerprints"}
    assert Baseline.from_json(baseline.to_json()) == baseline


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "null", "{}", "[" * 99_999, '{"version": 2, "fingerprints": []}'),
        *('{"version": 1, "fingerprints": [1]}', '{"version": 1, "fingerprints": ["x"]}'),
        '{"version": 1, "fingerprints": 7}',
    ],
)
def test_what_is_no_baseline_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(MachaError, match="no baseline"):
        Baseline.from_json(text)


def test_what_was_not_seen_for_longest_is_forgotten_first() -> None:
    full = Baseline(tuple(f"1::{number:016x}:" for number in range(20_000)))
    seen = full.with_seen(["1::0000000000000000:", "2::ffffffffffffffff:"])
    assert len(seen.fingerprints) == 20_000
    assert "1::0000000000000000:" in seen.fingerprints
    assert "1::0000000000000001:" not in seen.fingerprints


@given(st.lists(MESSAGES, max_size=12))
def test_the_same_log_again_is_never_new(messages: list[str]) -> None:
    baseline = Baseline.from_json(known(*messages).to_json())
    assert new(baseline, *messages) == []
