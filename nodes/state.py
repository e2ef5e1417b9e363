"""What flows between the steps: plain JSON values, small; ids and references, never logs or objects."""

from typing import NotRequired, TypedDict


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


class Triaged(TypedDict):
    findings: list[str]
    """Fingerprints of what is open on the hosts of this run, worst first."""
    new: list[str]
    """Those of them that were not open before."""


class ChunkTask(TypedDict):
    """What one branch of `summarise` is given: a part of the evidence, by reference."""

    host: str
    snapshot: str


class Summary(TypedDict):
    host: str
    lines: list[str]


class Summarised(TypedDict):
    summaries: list[Summary]


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
