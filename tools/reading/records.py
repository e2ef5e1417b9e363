"""What is kept of a reading, as plain JSON: lines that a record may rest on, records, and parts of a log."""

from typing import TypedDict


class Row(TypedDict):
    """A line of the table, as a record can rest on it; times are stamps, empty where unknown."""

    id: str
    text: str
    units: list[str]
    count: int
    first: str


class Record(TypedDict):
    """One trouble: `what` in the model's words, everything else from the lines that it rests on."""

    what: str
    since: str
    units: list[str]
    evidence: list[str]
    shown: list[str]


class Part(TypedDict):
    """A part of a log: what the model reads, and the lines in it."""

    text: str
    rows: list[Row]
