"""Raw answers beside each other: only what differs, in harmless text, bounded."""

import time
from datetime import UTC, datetime

from tests.tools.probes.recordings import after_a_change, before_a_change
from tools.history.snapshot_diff import MOST_LINES_SHOWN, section_diffs
from tools.probes.recording import Recording
from tools.probes.script import Section


def recording(**outputs: bytes) -> Recording:
    sections = {name: Section(0, output) for name, output in outputs.items()}
    return Recording("web", datetime(2026, 3, 1, tzinfo=UTC), sections)


def diffs(before: Recording, after: Recording) -> dict[str, list[str]]:
    return dict(section_diffs(before, after))


def test_what_is_equal_is_not_shown() -> None:
    assert diffs(recording(a=b"x\n"), recording(a=b"x\n")) == {}


def test_a_line_that_changed_is_shown_out_and_in() -> None:
    assert diffs(recording(a=b"x\ny\n"), recording(a=b"x\nz\n")) == {"a": ["@@ -3 +3 @@", "-y", "+z"]}


def test_a_section_of_one_of_them_is_shown_whole() -> None:
    assert diffs(recording(), recording(a=b"x"))["a"][-1] == "+x"
    assert diffs(recording(a=b"x"), recording())["a"][-1] == "-x"


def test_how_a_command_ended_may_be_all_that_differs() -> None:
    cut = Recording("web", datetime(2026, 3, 1, tzinfo=UTC), {"a": Section(None, b"x", is_truncated=True)})
    assert diffs(recording(a=b"x"), cut)["a"][1:] == ["-(exit status 0)", "+(cut)"]


def test_nothing_in_it_steers_a_terminal() -> None:
    assert diffs(recording(a=b""), recording(a=b"\x1b[2J\xff\r"))["a"][-1] == "+\\x1b[2J\\\\xff\\r".replace(
        "\\\\", "\\"
    )


def test_a_long_one_ends_with_how_much_more_there_is() -> None:
    lines = diffs(recording(a=b""), recording(a=b"\n".join(b"%d" % n for n in range(500))))["a"]
    assert len(lines) == MOST_LINES_SHOWN + 1
    assert lines[-1].startswith("… and ")


def test_large_ones_are_bounded_in_time() -> None:
    begun = time.process_time()
    one, other = (b"\n".join(b"%d" % (n * step) for n in range(50_000)) for step in (2, 3))
    assert diffs(recording(a=one), recording(a=other))
    assert time.process_time() - begun < 5


def test_what_differs_beyond_what_is_compared_is_said() -> None:
    many = b"x\n" * 5000
    assert diffs(recording(a=many + b"1"), recording(a=many + b"2")) == {"a": ["differs beyond what is compared"]}


def test_real_ones() -> None:
    assert "-nginx.service" in "\n".join(diffs(before_a_change(), after_a_change())["units"]).replace("  ", " ")
