from tests.tools.probes.recordings import output
from tools.probes.btrfs_volumes import btrfs_volumes
from tools.probes.value_lines import value_lines


def test_raw_space_and_what_is_left_of_it() -> None:
    (volume,) = btrfs_volumes(list(value_lines(output("hardware"))))
    assert volume.name == "backup" and volume.size_bytes == 100 << 30
    assert round(volume.allocated_percent, 1) == 100.0
    assert {kind: round(used) for kind, used in volume.used_percent.items()} == {
        "data": 96,
        "metadata": 97,
        "system": 0,
    }
    assert volume.errors["1 read"] == 4 and volume.errors["1 write"] == 0


def test_a_volume_without_a_size_is_none() -> None:
    uuid = "2f0a1f3c-7f0c-4a43-9d52-3d2d1f0c6b11"
    assert btrfs_volumes([(f"/sys/fs/btrfs/{uuid}/devices/sda/size", "0")]) == ()
    assert btrfs_volumes([(f"/sys/fs/btrfs/{uuid}/label", "x")]) == ()
