"""Known again without being cut: exactly what differs in values alone."""

import pytest

from tools.reading.constants import Constants
from tools.reading.masking import ALIKE, VALUE, texts_of

FIRST = b"port 22 failed on eth0 for ab12"


def constants(message: bytes) -> Constants:
    return Constants(message, texts_of(message.translate(ALIKE)))


@pytest.mark.parametrize(
    "message",
    [
        b"port 4711 failed on eth17 for 99ff",
        b"port  22 failed  on eth1 for deadbeef",
        b"port 1.2 failed on eth0 for /a/b",
    ],
)
def test_other_values_and_blanks_are_no_difference(message: bytes) -> None:
    assert constants(FIRST).are_around_values(message)


@pytest.mark.parametrize(
    "message",
    [
        b"port 22 fail on eth0 for ab12",
        b"port 22 failed on wlan0 for ab12",
        b"port 22 failed on eth0 for read-only",
        b"port failed on eth0 for ab12",
        b"port 22 failed on eth0 for ",
        b"",
    ],
)
def test_other_words_are_a_difference(message: bytes) -> None:
    assert not constants(FIRST).are_around_values(message)


@pytest.mark.parametrize(
    ("message", "is_like"),
    [
        (b"session 99 of alice is open", True),
        (b"session 0x1 of bob is open", True),
        (b"session manager of bob is open", False),
        (b"session 99 of bob is closed", False),
        (b"session of is open", False),
    ],
)
def test_a_word_is_a_value_only_where_words_were_values(message: bytes, is_like: bool) -> None:
    cut = [b"session", b"*", b"of", VALUE, b"is", b"open"]
    assert Constants(b"session 17 of root is open", cut).are_around_values(message) is is_like


def test_a_message_without_values_is_like_none() -> None:
    assert not constants(b"disk full").are_around_values(b"disk full")
