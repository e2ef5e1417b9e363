"""The slices of all steps, added up; a list that several branches write is joined."""

from operator import add
from typing import Annotated, TypedDict

from nodes.state import Digest, Look, Reading, ReadTask, Summary

GRAPH_VERSION = 2
"""Raised when a stored run of an older version could no longer be resumed by this wiring."""


class State(TypedDict, total=False):
    graph_version: int
    run: str
    hosts: list[str]
    looks: Annotated[list[Look], add]
    findings: list[str]
    new: list[str]
    to_read: list[ReadTask]
    readings: Annotated[list[Reading], add]
    summaries: Annotated[list[Summary], add]
    digests: list[Digest]
    advice: dict[str, str]
    left_out: list[str]
    deferred: Annotated[list[int], add]
    unhelped: list[int]
    is_finished: bool
