from tests.tools.probes.recordings import output
from tools.history import Measure
from tools.probes.hardware import Array, Hardware


def test_a_machine_without_such_things_has_none() -> None:
    assert Hardware.parse(b"") == Hardware()


def test_a_server_with_all_of_them() -> None:
    hardware = Hardware.parse(output("hardware"))
    assert hardware.arrays == (
        Array("md0", "raid1", "clean", 1, "recover", ("sdb1",)),
        Array("md1", "raid5", "active", 0, "idle", ()),
    )
    assert hardware.corrected == {"mc0": 3} and hardware.uncorrected == {"mc0": 0}
    assert hardware.bonds == {"bond0": {"eno1": "up", "eno2": "down"}}
    assert hardware.pools == {"tank": "DEGRADED", "rpool": "ONLINE"}
    assert len(hardware.volumes) == 1 and len(hardware.temperatures) == 3
    kept = set(hardware.measures())
    assert (
        Measure("hardware.corrected", "mc0", 3) in kept and Measure("hardware.btrfs_errors", "backup 1 read", 4) in kept
    )


def test_a_bond_whose_links_are_not_told_is_not_judged() -> None:
    assert Hardware.parse(b"/sys/class/net/bond0/bonding/slaves:eno1 eno2\n").bonds == {"bond0": {}}
