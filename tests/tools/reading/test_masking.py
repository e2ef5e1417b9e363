"""Words cut into pieces: what names one thing out of many is a hole, everything else stays what it was."""

import pytest
from hypothesis import given

from tests.tools.reading.messages import MESSAGES
from tools.reading.masking import ALIKE, pieces, spans_of, texts_of


def texts(message: str) -> list[str]:
    return [piece.decode() for piece in texts_of(message.encode().translate(ALIKE))]


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("Connection reset", id="words"),
        pytest.param("java.io.IOException", id="the name of an error"),
        pytest.param("read-only", id="a compound"),
        pytest.param("nginx.service", id="a unit"),
        pytest.param("face", id="a word of hexadecimal letters"),
    ],
)
def test_words_stay_as_they_are(message: str) -> None:
    assert texts(message) == message.split()


@pytest.mark.parametrize(
    "value",
    [
        *("17", "-3.5", "10:22:33,123", "2026-03-01T12:00:00Z", "0x7ffe", "deadbeefcafe", "4KB", "R02-M1-N0"),
        *("10.0.0.1", "10.0.0.1:80", "::ffff:1:2:3", "00:1a:2b:3c:4d:5e", "db.example.org", "db.example.org:5432"),
        *("/var/log/x.log", "./a/b", "C:\\Windows\\x.dll", "https://a.example/b?c=1", "me@example.org", "true", "Jun"),
        *("6f0c4d0e-5d3b-4f0c-9a53-0d6f7f6f2a11", "k92x86k8msd", "x" * 300),
    ],
)
def test_values_are_holes(value: str) -> None:
    assert set(texts(value)) <= {"*", ":", ","}


@pytest.mark.parametrize(
    ("name", "stem"), [("eth0", "eth#"), ("user_1062", "user_#"), ("jk2_init", "jk#_init"), ("blk_-16", "blk_-#")]
)
def test_a_name_with_one_number_is_its_stem(name: str, stem: str) -> None:
    assert texts(name) == [stem]


def test_a_key_without_a_value_has_one_that_is_empty() -> None:
    assert texts("user= rhost=10.0.0.1") == ["user", "=", "_", "rhost", "=", "*"]
    assert texts("from ()") == ["from", "(", "*", ")"]


@given(MESSAGES)
def test_pieces_are_the_whole_word(message: str) -> None:
    for word in message.encode("utf-8", "surrogatepass").translate(ALIKE).split():
        assert sum(pieces(word).sizes) == len(word)
        assert len(pieces(word).sizes) == len(pieces(word).texts)


@given(MESSAGES)
def test_spans_follow_each_other_inside_of_the_message(message: str) -> None:
    alike = message.encode("utf-8", "surrogatepass").translate(ALIKE)
    spans = spans_of(alike)
    assert len(spans) == len(texts_of(alike))
    ends = [0, *(end for _, end in spans)]
    assert all(end <= begin for end, (begin, _) in zip(ends, spans, strict=False))
    assert ends[-1] <= len(alike)


@given(MESSAGES)
def test_which_digits_there_are_changes_nothing(message: str) -> None:
    raw = message.encode("utf-8", "surrogatepass")
    assert texts_of(raw.translate(ALIKE)) == texts_of(raw.translate(ALIKE).translate(ALIKE))
