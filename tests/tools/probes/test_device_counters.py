import pytest

from tools.probes.device_counters import DiskCounters, LinkCounters, disk_counters, link_counters

NUMBERS = "5 0 0 7 6 0 0 8 0 9 10 0 0 0 0"


@pytest.mark.parametrize("name", ["sda", "vda", "nvme0n1", "mmcblk0", "xvdb", "dasda"])
def test_whole_disks(name: str) -> None:
    assert disk_counters([f" 8 0 {name} {NUMBERS}"]) == (DiskCounters(name, 5, 7, 6, 8, 9, 10),)


@pytest.mark.parametrize(
    "line",
    [
        *(f"8 1 {name} {NUMBERS}" for name in ("sda1", "nvme0n1p2", "dm-0", "md0", "loop0", "zram0", "sr0")),
        "8 0 sda 1 2",
        "8 0 sda " + "0 " * 11,
        "8 0 sda x " + "1 " * 11,
    ],
)
def test_parts_mappings_and_what_was_never_used_are_left_out(line: str) -> None:
    assert disk_counters([line]) == ()


def test_links_that_lead_out() -> None:
    line = "  eth0: 9 1 2 3 4 0 0 0 9 5 6 7 8 0 0 0"
    assert link_counters([line, " face |bytes packets"]) == (LinkCounters("eth0", 1, 2, 3, 5, 6, 7, 12),)


@pytest.mark.parametrize("name", ["lo", "veth1a2b", "docker0", "br-0123", "virbr0", "tun0", "a/b"])
def test_links_within_the_machine_are_left_out(name: str) -> None:
    assert link_counters([f"{name}: " + "1 " * 16]) == ()
