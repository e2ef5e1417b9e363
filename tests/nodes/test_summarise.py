"""The errors of one host made small: the rarest first, and what was left out is said."""

from dataclasses import replace
from pathlib import Path

from nodes.state import ChunkTask
from nodes.summarise import MOST_LINES, failed, summarise
from tests.graph.test_driver import context_over
from tests.nodes.steps import looked
from tests.tools.probes.recordings import worker_crashed
from tests.world import World
from tools.probes.recording import Recording
from tools.probes.script import Section

ENTRY = "__CURSOR=s={at}\nMESSAGE={text}\n_SYSTEMD_UNIT={unit}\n\n"


def with_errors(*lines: tuple[str, str]) -> Recording:
    """A recorded machine whose journal holds these errors of (unit, message), after the newest line."""
    entries = "".join(ENTRY.format(at=at, unit=unit, text=text) for at, (unit, text) in enumerate((("", ""), *lines)))
    recorded = worker_crashed()
    return replace(recorded, sections={**recorded.sections, "journal_errors": Section(0, entries.encode())})


def summary(folder: Path, recording: Recording) -> list[str]:
    context = context_over(folder, World())
    (told,) = summarise(ChunkTask(host="web", snapshot=context.snapshots.save(recording)), context)["summaries"]
    assert told["host"] == "web"
    return told["lines"]


def test_a_host_without_a_journal_has_no_summary(tmp_path: Path) -> None:
    context = context_over(tmp_path, World())
    (look,) = looked(context)["looks"]
    assert summarise(ChunkTask(host="web", snapshot=look["snapshot"]), context) == {"summaries": []}


def test_a_quiet_journal_has_no_lines(tmp_path: Path) -> None:
    assert summary(tmp_path, with_errors()) == []


def test_the_same_error_is_counted_and_the_rarest_comes_first(tmp_path: Path) -> None:
    lines = [("a.service", "try 1 failed"), ("a.service", "try 2 failed"), ("b.service", "gone")]
    assert summary(tmp_path, with_errors(*lines)) == ["1 × b.service: gone", "2 × a.service: try * failed"]


def test_an_error_is_not_hidden_by_a_name_in_it(tmp_path: Path) -> None:
    lines = [("", f"{unit}.service: Failed with result 'timeout'.") for unit in ("web", "mail")]
    assert summary(tmp_path, with_errors(*lines)) == [
        "2 × kernel: {web.service|mail.service}: Failed with result 'timeout'."
    ]


def test_a_line_of_nobody_is_the_kernels(tmp_path: Path) -> None:
    assert summary(tmp_path, with_errors(("", "disk is gone"))) == ["1 × kernel: disk is gone"]


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    lines = [("a.service", f"{letter} failed") for letter in "abcdefghijkl"]
    told = summary(tmp_path, with_errors(*lines))
    assert len(told) == MOST_LINES + 1
    assert told[-1] == "and 4 other kinds of line"


def test_a_part_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    told = failed(ChunkTask(host="web", snapshot="0" * 16), ValueError("cut off"))
    assert told == {"summaries": [{"host": "web", "lines": ["the log could not be summed up: cut off"]}]}
