"""What flows between the steps: plain JSON values, small; ids and references, never logs or objects."""

from typing import NotRequired, TypedDict

from tools.reading.records import Record


class Look(TypedDict):
    """What became of looking at one host: a snapshot and facts for people, or why there is none."""

    host: str
    snapshot: str
    facts: dict[str, str]
    unread: dict[str, str]
    """Probes whose fact could not be read, and why."""
    trouble: str
    why: str


class HostTask(TypedDict):
    """What one branch of `collect` is given."""

    host: str


class Collected(TypedDict):
    looks: list[Look]


class ReadTask(TypedDict):
    """What one branch of `read` is given."""

    host: str
    snapshot: str
    has_news: bool
    """Whether something is wrong on the host that was not before: only then a model is asked."""


class Triaged(TypedDict):
    findings: list[str]
    """Fingerprints of what is open on the hosts of this run, worst first."""
    new: list[str]
    """Those of them that were not open before."""
    to_read: list[ReadTask]
    """Hosts whose log has errors that were not looked at yet."""


class Reading(TypedDict):
    """The log of one host: what a person reads of it, and the names of the parts that a model should read."""

    host: str
    lines: list[str]
    parts: list[str]
    notes: list[str]
    """What a reader should know of this reading besides."""


class Read(TypedDict):
    readings: list[Reading]


class ChunkTask(TypedDict):
    """What one branch of `summarise` is given: a part of a log, by its name."""

    host: str
    part: str


class Summary(TypedDict):
    """Of one part: the name of the records that the model made of it, or why there are none."""

    host: str
    part: str
    records: str
    why: str


class Summarised(TypedDict):
    summaries: list[Summary]


class Digest(TypedDict):
    """What the model makes of the log of one host, and in words what of it could not be done."""

    host: str
    records: list[Record]
    notes: list[str]


class Condensed(TypedDict):
    digests: list[Digest]


class Planned(TypedDict):
    advice: dict[str, str]
    """By fingerprint: what Macha makes of the finding, and why it does or does not propose something."""
    left_out: NotRequired[list[str]]
    """Runbooks of the user's folder that could not be used, and why."""


class ActionTask(TypedDict):
    """What one branch of `execute` or `rollback` is given."""

    number: int


class Executed(TypedDict):
    deferred: list[int]
    """Approved rows that could not be carried out now; they are left for the next cycle."""


class Verified(TypedDict):
    unhelped: list[int]
    """Rows whose effect did not help, in this round."""


class Reported(TypedDict):
    is_finished: bool
