"""Disks, load, network, clock and packages of a testbed snapshot, as our probes print them."""

import re

from tools.probes.script import Section
from tools.probes.testbed_format.snapshot import Snapshot, section


def mounts(of: Snapshot) -> Section:
    flags, space, inodes = of.out("mounts"), of.out("df"), of.out("df_inodes")
    return section("== flags\n", flags, "== fstab\n", of.out("fstab"), "== space\n", space, "== inodes\n", inodes)


def deleted_files(of: Snapshot) -> Section:
    """What `lsof` listed, with the unit that `ps` names for the process."""
    rows = [line.split(None, 11) for line in of.out("ps").split("\n")[1:]]
    processes = {row[0]: (row[9], row[10]) for row in rows if len(row) > 10}
    found = []
    for line in of.out("deleted_open").split("\n")[1:]:
        if len(row := line.split(None, 9)) == 10 and row[6].isdigit() and row[4] == "REG":
            unit, command = processes.get(row[1], ("", row[0]))
            group = f"0::/system.slice/{unit}"
            found += [row[6], f"{row[5]}:{row[8]}", row[1], command, group, row[9]]
    return section(*(f"{field}\0" for field in found))


def disk_use(of: Snapshot) -> Section:
    """The testbed's `du` is of a whole root; the probe asks only for a disk that is nearly full."""
    is_full = re.search(r" (?:8[5-9]|9\d|100)% /$", of.out("df"), re.MULTILINE)
    return section(of.out("big") if is_full else "")


def load(of: Snapshot) -> Section:
    stalls = re.findall(r"^/proc/pressure/(cpu|io|memory):(.*)$", of.out("pressure"), re.MULTILINE)
    text = [f"== averages\n{of.out('loadavg')}", f"== cores\n{of.out('nproc')}"]
    for kind in ("cpu", "io", "memory"):
        text += [f"== {kind}\n", *(f"{line}\n" for name, line in stalls if name == kind)]
    return section(*text)


def counters(of: Snapshot) -> Section:
    return section("/proc/stat:", of.out("stat").split("\n")[0], "\n/proc/loadavg:", of.out("loadavg"))


def network(of: Snapshot) -> Section:
    routes = [line + "\n" for line in of.out("ip_route").split("\n") if line.startswith("default")]
    probe = of.results["dns_probe"]
    asked = f"{probe.cmd.split()[-1]}\n{probe.rc} - -\n"
    links, resolver, listeners = of.out("ip_addr"), of.out("resolv"), of.out("ss_listen")
    return section(
        "== links\n", links, "== routes\n", *routes, "== resolv_conf\n", resolver, "== resolving\n", asked,
        "== tcp\n", listeners,
    )  # fmt: skip


def certificates(of: Snapshot) -> Section:
    return section(f"{of.now()}\nfrom 127.0.0.1:443\n", of.out("tls_probe"))


def wall_clock(of: Snapshot) -> Section:
    now, offset = of.out("time").split("\n")[0], int(of.out("clock_offset"))
    return section(f"now={now}\noffset={offset}\noffset_error=1\n")


def system(of: Snapshot) -> Section:
    *release, kernel, _, virtualization = of.out("os").rstrip("\n").split("\n")
    return section(
        f"== kernel\n{kernel.split()[2]}\n== systemd\nyes\n== virtualization\n{virtualization}\n== os_release\n",
        "\n".join(release), "\n",
    )  # fmt: skip


def upkeep(of: Snapshot) -> Section:
    reboot = "packages ask for it (/run/reboot-required)\n" if of.results["reboot_required"].rc == 0 else ""
    audit = [line.split()[0] for line in of.out("dpkg_audit").split("\n") if line.startswith(" ") and line.split()]
    verified = re.findall(r"FAIL: (/\S+)", of.out("journal_verify") + of.results["journal_verify"].err)
    journals = "".join(f"{of.now()} 0 {path}\n" for path in verified)
    packages = "".join(f"Package: {name}\nStatus: install ok half-configured\n" for name in audit)
    folders = [line.replace(":", " ", 1).rstrip("/") + "\n" for line in of.out("perms").split("\n")]
    return section(
        f"== now\n{of.now()}\n{of.uptime():.2f}\n== reboot\n{reboot}== packages\n{packages}",
        f"== journals\n{journals}== folders\n", *folders,
    )  # fmt: skip
