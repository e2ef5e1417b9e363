from dataclasses import replace

import pytest

from tests.tools.detectors.test_storage_errors import LINE
from tools.detectors import Severity
from tools.detectors.kernel_trouble import detect
from tools.probes.kernel_log import KernelLog


def found(message: str, transport: str = "kernel") -> list[tuple[str, str, Severity]]:
    lines = (replace(LINE, message=message, transport=transport),)
    return [(f.kind, f.object, f.severity) for f in detect(KernelLog(lines))]


@pytest.mark.parametrize(
    ("message", "sort"),
    [
        ("INFO: task jbd2/sda1-8:331 blocked for more than 120 seconds.", "hung task"),
        ("watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [kworker/1:0:99]", "lockup"),
        ("mce: [Hardware Error]: Machine check events logged", "machine check"),
        ("BUG: kernel NULL pointer dereference, address: 0000000000000000", "kernel bug"),
        ("Oops: 0002 [#1] PREEMPT SMP NOPTI", "kernel bug"),
    ],
)
def test_sorts_of_trouble(message: str, sort: str) -> None:
    assert found(message) == [("kernel.trouble", sort, Severity.WARNING)]
    assert found(message, "syslog") == []


@pytest.mark.parametrize(
    "message", ["traps: app[77] general protection fault ip:7f0 sp:7ff error:0 in libc.so", "DEBUG: all fine"]
)
def test_a_crashed_program_is_not_the_kernels_trouble(message: str) -> None:
    assert found(message) == []
