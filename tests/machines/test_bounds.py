"""What a sick or hostile host prints costs the controller neither memory nor time beyond the host's deadline."""

import json
import os
import sys
from pathlib import Path
from shlex import quote
from time import monotonic
from typing import Any, NamedTuple

import pytest

from tests.machines.commandline import CommandLine
from tests.machines.testbed import Boot, Host
from tools.probes.catalogue import probes
from tools.probes.shared import FILE_SYSTEMS

JOURNAL_BYTES = int(os.environ.get("MACHA_JOURNAL_BYTES", "1000000000"))
MOST_MEGABYTES = 300
DEADLINE_SECONDS = 10
MEASURED = """
import resource, subprocess, sys
status = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(status)
"""

KEEP_ALL = "[Journal]\nSystemMaxUse=8G\nSystemKeepFree=1M\nRateLimitIntervalSec=0\n"
STORM = "yes 'ERROR cannot publish batch 17: Connection refused' | head -n {lines}"
JUNK = "head -c {bytes} /dev/urandom"
LONG_LINE = """
{ printf 'PRIORITY=3\\nSYSLOG_IDENTIFIER=long\\nMESSAGE='; head -c 1M /dev/zero | tr '\\0' x; echo; } |
    logger --journald
"""
FLOODS = {
    "ss": "head -c 100M /dev/urandom",
    "ip": "while :; do cat /usr/bin/perl; done",
    "systemctl": "while :; do head -c 1M /dev/zero | tr '\\0' x; echo; done",
}


class Look(NamedTuple):
    """One `macha check`, whole: what it said, how long it took and how much memory it had at most."""

    said: dict[str, Any]
    seconds: float
    megabytes: float


def look(macha: CommandLine, what: str) -> Look:
    peak = macha.directory / "peak"
    program = str(Path(sys.executable).with_name("macha"))
    begun = monotonic()
    done = macha("-c", MEASURED, str(peak), program, "check", "--json", command="python")
    seconds = monotonic() - begun
    assert done.returncode == 0, done.stderr
    measured = Look(json.loads(done.stdout), seconds, int(peak.read_text()) / 1024)
    print(f"{what}: {measured.seconds:.1f} s, {measured.megabytes:.0f} MB at most")
    return measured


def fill_journal(host: Host) -> int:
    """Short error lines, binary junk, long lines up to its size, and at last lines of a megabyte among short ones."""
    host.run(f"mkdir -p /etc/systemd/journald.conf.d; printf '{KEEP_ALL}' >/etc/systemd/journald.conf.d/all.conf")
    host.run("systemctl restart systemd-journald", check=True)
    log(host, "storm", STORM.format(lines=JOURNAL_BYTES // 1000))
    log(host, "junk", JUNK.format(bytes=JOURNAL_BYTES // 100))
    size = 0
    while (missing := JOURNAL_BYTES - size) > 0:
        host.run(
            f"head -c {missing * 5 // 6 + 2**20} /dev/urandom | base64 -w 16000 | systemd-cat -t dump", timeout=200
        )
        size = int(host.run("journalctl --sync; du -sb /var/log/journal | cut -f1", check=True).stdout)
    log(host, "storm", STORM.format(lines=300))
    log(host, "long", LONG_LINE * 8)
    log(host, "storm", STORM.format(lines=100))
    assert int(host.run("journalctl --sync; journalctl -q -t long -o cat | wc -c").stdout) > 8 << 20
    return size


def log(host: Host, service: str, script: str) -> None:
    """What the script prints is logged as errors of the service."""
    host.run(
        f"systemd-run -q --wait --unit={service} -p SyslogLevel=err sh -c {quote(script)}",
        check=True,
        timeout=200,
    )


def replace_program(host: Host, name: str, script: str) -> None:
    program = f"/usr/local/bin/{name}"
    host.run(f"cat >{program}; chmod 755 {program}", check=True, input=f"#!/bin/sh\n{script}\n")


def test_a_gigabyte_of_journal_is_looked_at_in_time(machines: Boot, run_macha: CommandLine) -> None:
    (host,) = machines(1, disk=f"{JOURNAL_BYTES // 2**20 + 1024}M")
    assert fill_journal(host) >= JOURNAL_BYTES
    run_macha.look_after(host)
    first = look(run_macha, f"{JOURNAL_BYTES / 1e9:g} GB of journal, first look")
    assert ("log.errors", "storm.service") in {(one["kind"], one["object"]) for one in first.said["findings"]}
    again = look(run_macha, "the next look")
    assert again.said["findings"] == []
    for one in (first, again):
        (seen,) = one.said["hosts"]
        assert not [why for why in seen["unread"].values() if "longer" in why or "cut" in why or "used up" in why]
        assert one.seconds < 30 and one.megabytes < MOST_MEGABYTES


def test_programs_that_print_without_end_are_cut_and_what_they_would_say_stays_unknown(
    host: Host, run_macha: CommandLine
) -> None:
    host.inject("service-crash-segv")
    run_macha.look_after(host)
    text = run_macha.configuration.read_text()
    run_macha.configuration.write_text(f"hostDeadline = {DEADLINE_SECONDS}\n{text}")
    assert [one["was_seen_now"] for one in look(run_macha, "a crash").said["findings"]] == [True]

    for name, script in FLOODS.items():
        replace_program(host, name, script)
    flooded = look(run_macha, "programs that print without end")
    (seen,) = flooded.said["hosts"]
    assert {"units", "network"} <= set(seen["unread"]) and not {"memory", "mounts"} & set(seen["unread"])
    assert [(one["kind"], one["was_seen_now"]) for one in flooded.said["findings"]] == [("unit.failed", False)]
    assert flooded.said["seconds"]["collect"] <= DEADLINE_SECONDS * 1.05 and flooded.megabytes < MOST_MEGABYTES


@pytest.mark.parametrize("script", ["yes /dev/vda1", "sleep 1000"], ids=["floods", "hangs"])
def test_what_several_ask_for_is_bounded_and_blinds_only_them(host: Host, run_macha: CommandLine, script: str) -> None:
    replace_program(host, "df", script)
    run_macha.look_after(host)
    text = run_macha.configuration.read_text()
    run_macha.configuration.write_text(f"hostDeadline = {DEADLINE_SECONDS}\n{text}")
    blinded = look(run_macha, f"a df that does `{script}`")
    (seen,) = blinded.said["hosts"]
    needy = {kind.name for kind in probes().values() if FILE_SYSTEMS in kind.shares}
    assert {name for name, why in seen["unread"].items() if "longer" in why or "more than" in why} == needy
    assert not [why for why in seen["unread"].values() if "used up" in why]
    assert blinded.said["seconds"]["collect"] <= DEADLINE_SECONDS / 2


def test_a_host_that_answers_without_end_is_left_at_its_deadline(host: Host, run_macha: CommandLine) -> None:
    replace_program(host, "head", "exec cat /dev/zero")
    run_macha.look_after(host)
    text = run_macha.configuration.read_text()
    run_macha.configuration.write_text(f"hostDeadline = {DEADLINE_SECONDS}\n{text}")
    endless = look(run_macha, "an answer without end")
    assert endless.said["seconds"]["collect"] <= DEADLINE_SECONDS * 1.05 and endless.megabytes < MOST_MEGABYTES
