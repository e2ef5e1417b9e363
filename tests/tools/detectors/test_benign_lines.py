"""Lines that frighten and mean nothing: however often a host logs them, nothing above information is found.

MACHA_INCIDENTS names a file of incidents (JSON lines with `evidence_log` and `fix_class`) whose benign ones are judged
too.
"""

import json
import os
import re
from pathlib import Path

import pytest

from tests.tools.detectors.observing import facts
from tests.tools.detectors.units_and_processes import NOW, line
from tools.detectors import Finding, Memory, Severity
from tools.detectors.catalogue import judge
from tools.detectors.thresholds import Thresholds
from tools.probes import kernel_log
from tools.probes.journal_errors import JournalErrors
from tools.probes.journal_export import JournalLine
from tools.probes.kernel_log import KernelLog
from tools.probes.wall_clock import WallClock

OWN = [
    r"kernel: ACPI BIOS Error (bug): Could not resolve symbol [\_SB.PCI0.XHC], AE_NOT_FOUND (20221020/dswload2)",
    r"kernel: ACPI Error: Aborting method \_SB.PCI0.LPCB.EC.BAT0 due to previous error (AE_NOT_FOUND)",
    "kernel: blk_update_request: I/O error, dev fd0, sector 0 op 0x0:(READ) flags 0x0",
    "kernel: I/O error, dev sr0, sector 0 op 0x0:(READ) flags 0x0 phys_seg 1",
    "kernel: usb 1-3: device descriptor read/64, error -71",
    "kernel: i915 0000:00:02.0: [drm] *ERROR* CPU pipe A FIFO underrun",
    "kernel: Bluetooth: hci0: Malformed MSFT vendor event: 0x02",
    "kernel: pcieport 0000:00:1c.5: AER: Corrected error message received from 0000:03:00.0",
    "kernel: platform regulatory.0: Direct firmware load for regulatory.db failed with error -2",
    "kernel: TCP: request_sock_TCP: Possible SYN flooding on port 443. Sending cookies.",
    "sshd[812]: error: kex_exchange_identification: Connection closed by remote host",
    "sshd[812]: error: kex_exchange_identification: banner line contains invalid characters",
    "sshd[812]: error: kex_exchange_identification: read: Connection reset by peer",
    "sshd[812]: error: Protocol major versions differ: 2 vs. 1",
    "sshd[812]: error: maximum authentication attempts exceeded for root from 192.0.2.9 port 4022 ssh2 [preauth]",
    "sshd[812]: error: PAM: Authentication failure for illegal user admin from 192.0.2.9",
    "sshd[812]: fatal: Timeout before authentication for 192.0.2.9 port 51022",
    "sshd[812]: fatal: userauth_pubkey: parse publickey packet: incomplete message [preauth]",
]
TIMES = 150
"""More than `log.errors` needs for a warning."""
_PREFIX = re.compile(r"(?:kernel|kern\.\w+): |(?P<program>[\w.@-]+?)(?:\[\d+\])?: ")


def benign() -> list[str]:
    """Our own, and those of the file that MACHA_INCIDENTS names: all of it counts, so none there is a mistake."""
    if not (file := os.environ.get("MACHA_INCIDENTS")):
        return OWN
    incidents = [json.loads(text) for text in Path(file).read_text().splitlines()]
    given = [text for one in incidents if one["fix_class"] == "none_benign" for text in one["evidence_log"]]
    assert given, f"{file} has no incident of fix_class none_benign"
    return OWN + given


def logged(text: str) -> JournalLine:
    """The line as the journal has it: of the kernel, or of the service of the program's name (sshd's is ssh)."""
    prefix = _PREFIX.match(text)
    message = text[prefix.end() :] if prefix else text
    program = prefix["program"] if prefix else "app"
    if not program:
        return line(message, "", transport="kernel", uid=0, pid=None)
    return line(message, "ssh.service" if program == "sshd" else f"{program}.service", command=program)


def found(*lines: JournalLine) -> list[Finding]:
    telling = tuple(one for one in lines if re.search(kernel_log.PATTERN, one.message) and one.transport == "kernel")
    said = facts(JournalErrors(lines, "", is_complete=True), KernelLog(telling), WallClock(NOW, None, None, None))
    return judge(said, Thresholds(), Memory())


@pytest.mark.parametrize("text", benign())
def test_a_line_that_means_nothing_is_never_an_alarm(text: str) -> None:
    assert [one for one in found(*[logged(text)] * TIMES) if one.severity is not Severity.INFO] == []


def test_the_same_way_an_error_of_a_service_and_of_a_disk_are_alarms() -> None:
    assert [one.kind for one in found(*[logged("app[7]: cannot write: disk quota exceeded")] * TIMES)] == ["log.errors"]
    assert [one.kind for one in found(logged("kernel: I/O error, dev sda, sector 8"))] == ["disk.errors"]
    failing = [logged("sshd[812]: error: Could not load host key: /etc/ssh/ssh_host_ed25519_key")] * TIMES
    assert [(one.object, one.severity) for one in found(*failing)] == [("ssh.service", Severity.WARNING)]
