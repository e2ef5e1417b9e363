"""Which messages say the same: different words are values only where there is evidence for it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.reading.merging import merged

NAMES = [f"{one}{other}" for one in "bcdfg" for other in ("ane", "olo", "umi")]


def groups(*messages: str) -> int:
    return len(merged([tuple(message.encode().split()) for message in messages], set()))


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param(
            ["Connection reset by *", "Connection closed by *", "Connection refused by *"], id="what happened"
        ),
        pytest.param(["link is up", "link is down"], id="up and down"),
        pytest.param(["scrub started", "scrub finished"], id="two words"),
        pytest.param([f"{name} started" for name in NAMES[:6]], id="few words beside one"),
        pytest.param(
            ["state NEW to OLD now", "state OLD to GONE now", "state GONE to NEW now"], id="states in capitals"
        ),
        pytest.param(["a failed with java.io.IOException", "a failed with java.io.EOFException"], id="names of errors"),
        pytest.param(["user : gone", "user ; gone"], id="signs"),
        pytest.param(["one two three", "one two"], id="lengths"),
    ],
)
def test_different_words_are_different_messages(messages: list[str]) -> None:
    assert groups(*messages) == len(messages)


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param(["dev eth# is up", "dev wlan# is up", "dev lo is up"], id="names with numbers"),
        pytest.param(["started com.a.B now", "started com.a.C now"], id="dotted names"),
        pytest.param([f"session of user {name} closed" for name in NAMES[:3]], id="after a word that names"),
        pytest.param([f"KeyError : ' {name} '" for name in NAMES[:8]], id="many words in quotes"),
        pytest.param([f"cannot find any {name} in table" for name in NAMES[:5]], id="many words in a sentence"),
        pytest.param([f"no route from {one} to {other} now" for one, other in pairwise(NAMES)], id="two"),
    ],
)
def test_many_values_are_one_message(messages: list[str]) -> None:
    assert groups(*messages) == 1


def test_a_word_that_is_a_value_elsewhere_is_one_here() -> None:
    elsewhere = [f"session of user {name} closed" for name in NAMES[:6]]
    here = [f"mail of {name} was lost again" for name in NAMES[:2]]
    values: set[bytes] = set()
    merged([tuple(message.encode().split()) for message in elsewhere], values)
    keys = [tuple(message.encode().split()) for message in here]
    assert len(merged(keys, set())) == 2
    assert len(merged(keys, values)) == 1


KEYS = st.lists(
    st.lists(st.sampled_from([b"a", b"bb", b"c.d", b"*", b"e#", b"=", b"user", b"_"]), max_size=5).map(tuple)
)


@given(KEYS)
def test_every_key_is_in_one_group_with_keys_as_long(keys: list[tuple[bytes, ...]]) -> None:
    found = merged(keys, set())
    assert sorted(key for group in found for key in group) == sorted(set(keys))
    assert all(len({len(key) for key in group}) == 1 for group in found)


def test_keys_made_to_be_divided_for_ever_are_left_apart_after_a_while() -> None:
    keys = [tuple(f"w{(row * (place + 7)) % 997} ".encode().strip() for place in range(12)) for row in range(20_000)]
    keys = [
        tuple(cell.translate(None, b"0123456789") + b"g" * (number % 900) for cell in key)
        for number, key in enumerate(keys)
    ]
    assert sum(map(len, merged(keys, set()))) == len(set(keys))
