"""The testbed itself: it boots what looks like a machine, breaks it, and leaves nothing behind."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.machines.testbed import Boot, Fault, Host
from tests.machines.testbed.catalogue import mistakes
from tests.machines.testbed.hostdir import collect_garbage
from tests.machines.testbed.image import CACHE
from tests.machines.testbed.lab import PROJECT
from tests.machines.testbed.proving import missing_evidence

START_A_HOST = """
import time
from tests.machines.testbed import Lab
with Lab() as lab:
    (host,) = lab.hosts(1)
    print(lab.directory, host.supervisor.pid, flush=True)
    time.sleep(99)
"""


@pytest.mark.parametrize("fault", Fault.all(), ids=lambda fault: fault.name)
def test_the_ground_truth_is_well_formed_and_visible_in_the_snapshot(fault: Fault) -> None:
    assert mistakes(fault) == []
    if fault.truth.get("snapshot", True):
        assert missing_evidence(fault.truth, fault.snapshot()) == []


def test_a_host_looks_like_a_machine(host: Host) -> None:
    assert host.state() == "running"
    assert host.ssh("hostname").stdout.strip() == host.name
    assert host.ssh("sudo -n id -u", user="macha").stdout.strip() == "0"
    assert host.run("shop-health").returncode == 0
    assert int(host.run("awk '/MemTotal/{print $2}' /proc/meminfo").stdout) <= 512 * 1024
    assert float(host.run("cut -d' ' -f1 /proc/uptime").stdout) < 60
    assert host.run("getent hosts repo.lab").stdout.startswith("192.0.2.1")


def test_a_host_reboots_by_itself_and_after_a_power_cut(host: Host) -> None:
    boot = host.run("cat /proc/sys/kernel/random/boot_id").stdout

    def has_rebooted() -> bool:
        return host.state() == "running" and host.run("cat /proc/sys/kernel/random/boot_id").stdout != boot

    host.ssh("systemctl reboot")
    host.until(has_rebooted, 120, "reboot")
    host.reboot(hard=True)
    assert host.run("journalctl --list-boots -q | wc -l").stdout.strip() == "3"


def test_a_host_hangs_or_is_cut_off_and_comes_back(host: Host) -> None:
    host.pause()
    assert "banner" in host.ssh("true", timeout=20).stderr
    host.unpause()
    host.cut_network()
    assert host.ssh("true", timeout=20).returncode == 255
    host.heal()
    host.until(lambda: host.ssh("true").returncode == 0, 20, "network")


def test_a_fault_is_brought_about_and_healed(host: Host) -> None:
    fault = Fault.load("service-crash-segv")

    def is_healthy() -> bool:
        return host.inject(fault, "verify", check=False).returncode == 0

    host.inject(fault)
    assert "shop-worker.service" in host.ssh("systemctl --failed --plain --no-legend").stdout
    assert not is_healthy()
    host.inject(fault, "heal")
    host.until(is_healthy, 15, "health")


def test_hosts_do_not_disturb_each_other(machines: Boot) -> None:
    busy, idle = machines(2)
    busy.inject("cpu-runaway")
    time.sleep(6)
    assert float(idle.run("cut -d' ' -f1 /proc/loadavg").stdout) < 0.5
    assert idle.run(f"ping -c1 -W1 {busy.address}").returncode == 0


def test_nothing_is_left_after_kill_9() -> None:
    process = subprocess.Popen([sys.executable, "-c", START_A_HOST], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    lab, supervisor = process.stdout.readline().split()
    process.kill()
    process.wait()
    end = time.monotonic() + 15
    while Path(lab).exists() and time.monotonic() < end:
        time.sleep(0.1)
    assert not Path(lab).exists()
    status = Path("/proc", supervisor, "status")
    assert not status.exists() or "State:\tZ" in status.read_text()  # dead; its zombie waits for init
    assert lab not in Path("/proc/mounts").read_text()
    assert Path(lab).name not in collect_garbage(CACHE)
