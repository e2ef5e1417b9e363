"""The number that says how something ended is told from other numbers."""

import pytest

from tools.reading.endings import ending_in
from tools.reading.masking import ALIKE, texts_of


def outcome(message: str) -> str | None:
    raw = message.encode()
    ending = ending_in(texts_of(raw.translate(ALIKE)), raw)
    found = ending.search(raw) if ending else None
    return found.group(1).decode() if found else None


@pytest.mark.parametrize(
    "message", ["17 lines read", "status unknown", "code=exited", "status 123456", "took 200 ms", ""]
)
def test_other_numbers_are_no_outcome(message: str) -> None:
    assert outcome(message) is None


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ('10.0.0.1 - - "GET /x HTTP/1.1" 503 12 "-"', "503"),
        ('{"path": "/x", "status": 500, "ms": 3}', "500"),
        ("Main process exited, code=exited, status=203/EXEC", "203"),
        ("job exited with status 1", "1"),
        ("exit code 137", "137"),
        ("Exit code: -9", "-9"),
        ("errno=28 while writing", "28"),
    ],
)
def test_the_outcome_is_found(message: str, said: str) -> None:
    assert outcome(message) == said
