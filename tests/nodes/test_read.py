"""The log of one host made small: the rarest first, what was left out is said, and parts only where they are due."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from nodes.context import Context
from nodes.read import MOST_LINES, failed, read
from nodes.state import Reading, ReadTask
from tests.graph.test_driver import context_over
from tests.nodes.steps import in_run, looked
from tests.tools.probes.recordings import worker_crashed
from tests.world import World
from tools.configuration import Settings
from tools.probes.recording import Recording
from tools.probes.script import Section

ENTRY = "__CURSOR=s={at}\nMESSAGE={text}\n_SYSTEMD_UNIT={unit}\nPRIORITY=3\n__REALTIME_TIMESTAMP={at}000000\n\n"


def with_errors(*lines: tuple[str, str]) -> Recording:
    """A recorded machine whose journal holds these errors of (unit, message), after the newest line."""
    entries = "".join(ENTRY.format(at=at, unit=unit, text=text) for at, (unit, text) in enumerate((("", ""), *lines)))
    recorded = worker_crashed()
    sections = {**recorded.sections, "journal_errors": Section(0, entries.encode())}
    return replace(recorded, sections={name: told for name, told in sections.items() if name != "unit_logs"})


def sentences(count: int) -> list[str]:
    """So many messages that say different things."""
    words = [
        "disk",
        "lost",
        "path",
        "not",
        "open",
        "write",
        "read",
        "by",
        "peer",
        "reset",
        "cannot",
        "load",
        "key",
        "bad",
        "token",
        "user",
        "fails",
        "to",
        "bind",
        "stream",
    ]
    chance = random.Random(1)
    return [" ".join(chance.choice(words) for _ in range(chance.randint(5, 16))) for _ in range(count)]


def with_model(context: Context, **use: Any) -> Context:
    values = context.settings.model_dump(by_alias=True, exclude_unset=True)
    return replace(context, settings=Settings.model_validate({**values, "model": "small:1b", "modelUse": use}))


def reading(context: Context, recording: Recording, *, has_news: bool = True) -> Reading:
    task = ReadTask(host="web", snapshot=context.snapshots.save(recording), has_news=has_news)
    (told,) = read(task, context)["readings"]
    assert told["host"] == "web"
    return told


def test_a_host_without_a_journal_has_no_lines(tmp_path: Path) -> None:
    context = context_over(tmp_path, World())
    (look,) = looked(context)["looks"]
    task = ReadTask(host="web", snapshot=look["snapshot"], has_news=True)
    assert read(task, context) == {"readings": [{"host": "web", "lines": [], "parts": []}]}


def test_a_quiet_journal_has_no_lines_and_asks_nothing(tmp_path: Path) -> None:
    told = reading(with_model(context_over(tmp_path, World())), with_errors())
    assert (told["lines"], told["parts"]) == ([], [])


def test_the_same_error_is_counted_and_the_rarest_comes_first(tmp_path: Path) -> None:
    lines = [("a.service", "try 1 failed"), ("a.service", "try 2 failed"), ("b.service", "gone")]
    told = reading(context_over(tmp_path, World()), with_errors(*lines))
    assert told["lines"] == ["1 × b.service: gone", "2 × a.service: try * failed"]


def test_a_line_of_nobody_is_the_kernels(tmp_path: Path) -> None:
    assert reading(context_over(tmp_path, World()), with_errors(("", "disk is gone")))["lines"] == [
        "1 × kernel: disk is gone"
    ]


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    lines = [("a.service", text) for text in sentences(MOST_LINES + 4)]
    told = reading(context_over(tmp_path, World()), with_errors(*lines))
    assert len(told["lines"]) == MOST_LINES + 1
    assert told["lines"][-1] == "and 4 other kinds of line"


def test_without_a_model_there_is_no_part(tmp_path: Path) -> None:
    assert reading(context_over(tmp_path, World()), with_errors(("a.service", "gone")))["parts"] == []


def test_a_part_is_what_a_model_should_read_by_its_content(tmp_path: Path) -> None:
    context = with_model(context_over(tmp_path, World()))
    (part,) = reading(context, with_errors(("a.service", "gone for good")))["parts"]
    kept = context.readings.get(part)
    assert "a.service: gone for good" in kept["text"]
    assert kept["rows"] == [
        {"id": "L1", "text": "gone for good", "units": ["a.service"], "count": 1, "first": "1970-01-01T00:00:01.000Z"}
    ]


def test_without_news_the_model_is_not_asked(tmp_path: Path) -> None:
    context = with_model(context_over(tmp_path, World()))
    assert reading(context, with_errors(("a.service", "gone")), has_news=False)["parts"] == []


def test_what_the_host_always_says_is_not_asked_about_again(tmp_path: Path) -> None:
    context = with_model(context_over(tmp_path, World()))
    reading(context, with_errors(("a.service", "gone for good"), ("a.service", "slow today")), has_news=False)
    later = in_run(context, "run-2")
    assert reading(later, with_errors(("a.service", "gone for good")))["parts"] == []
    assert len(reading(in_run(context, "run-3"), with_errors(("a.service", "no memory left")))["parts"]) == 1


def test_a_log_that_is_read_again_after_a_crash_is_as_new_as_before(tmp_path: Path) -> None:
    context = with_model(context_over(tmp_path, World()))
    first = reading(context, with_errors(("a.service", "gone for good")))
    assert reading(context, with_errors(("a.service", "gone for good"))) == first
    assert first["parts"]


def test_much_is_cut_into_parts_that_fit(tmp_path: Path) -> None:
    context = with_model(context_over(tmp_path, World()))
    parts = reading(context, with_errors(*(("a.service", text) for text in sentences(300))))["parts"]
    assert len(parts) > 1
    rows = [row for part in parts for row in context.readings.get(part)["rows"]]
    assert sum(row["count"] for row in rows) == 300


def test_a_baseline_of_another_form_is_made_anew(tmp_path: Path) -> None:
    context = with_model(context_over(tmp_path, World()))
    reading(context, with_errors(("a.service", "gone")))
    for file in (tmp_path / "readings").iterdir():
        file.write_text('"{}"' if "fingerprints" in file.read_text() else file.read_text())
    assert len(reading(in_run(context, "run-2"), with_errors(("a.service", "gone")))["parts"]) == 1


def test_a_log_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    told = failed(ReadTask(host="web", snapshot="0" * 16, has_news=True), ValueError("cut off"))
    assert told == {"readings": [{"host": "web", "lines": ["the log could not be read: cut off"], "parts": []}]}
