import re

import pytest

from tests.tools.probes.recordings import output
from tools.probes import Skipped
from tools.probes.kernel_log import PATTERN, KernelLog


def test_a_recorded_kill_is_there_in_order() -> None:
    log = KernelLog.parse(output("kernel_log"))
    assert isinstance(log, KernelLog)
    kills = [line for line in log.lines if line.message.startswith("oom-kill:")]
    assert [(line.uid, line.unit) for line in kills] == [(0, "")]
    assert [line.microseconds for line in log.lines] == sorted(line.microseconds for line in log.lines)


def test_no_line_at_all_is_a_quiet_kernel() -> None:
    assert KernelLog.parse(b"") == KernelLog(())


def test_a_journalctl_that_cannot_search_is_a_reason() -> None:
    assert isinstance(KernelLog.parse(b"Compiled without pattern matching support\n"), Skipped)


@pytest.mark.parametrize(
    "text",
    [
        "Started shop.service - Shop.",
        "BUG: soft lockup",
        "EXT4-fs (vda1): Remounting filesystem read-only",
        "Suppressed 7 messages from a.service",
    ],
)
def test_telling_lines_are_asked_for(text: str) -> None:
    assert re.search(PATTERN, text)


@pytest.mark.parametrize("text", ["Started session-7.scope - Session 7 of User a.", "Starting x.service", "eth0: up"])
def test_the_everyday_is_not(text: str) -> None:
    assert not re.search(PATTERN, text)


def test_the_pattern_fits_into_quotes_of_a_shell() -> None:
    assert "'" not in PATTERN
