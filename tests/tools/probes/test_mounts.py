from tests.tools.probes.recordings import output
from tools.probes import Skipped
from tools.probes.mounts import Mount, Mounts


def parsed(text: bytes) -> Mounts:
    mounts = Mounts.parse(text)
    assert isinstance(mounts, Mounts)
    return mounts


def root(text: str) -> Mount:
    mount = parsed(text.encode()).at("/")
    assert mount
    return mount


def test_a_recorded_root_file_system() -> None:
    mount = parsed(output("mounts")).at("/")
    assert mount and mount.fs_type == "overlay" and mount.size_bytes == 1029548 * 1024 and not mount.is_read_only
    assert mount.inodes == 65536 and 0 < (mount.used_percent or 0) < 5


def test_percent_is_what_df_says_where_blocks_are_reserved() -> None:
    mount = root("== space\n/dev/sda1 ext4 1000 900 50 95% /\n")
    assert round(mount.used_percent or 0, 1) == 94.7
    assert root("== space\n/dev/sda1 ext4 1000 1000 -50 105% /\n").used_percent == 100


def test_sizes_and_inodes_that_do_not_exist_are_none() -> None:
    mount = root("== space\nx btrfs - - - - /\n== inodes\nx btrfs 0 0 0 - /\n")
    assert (mount.size_bytes, mount.used_percent, mount.inodes, mount.inodes_used_percent) == (None,) * 4


def test_a_read_only_mount_with_a_blank_in_its_path() -> None:
    text = "== flags\n/dev/b /mnt/my\\040disk ext4 ro,relatime 0 0\n== space\n/dev/b  ext4 10 5 5 50% /mnt/my disk\n"
    mount = parsed(text.encode()).at("/mnt/my disk")
    assert mount and mount.is_read_only


def test_network_file_systems_are_read_from_their_own_part() -> None:
    text = b"== space\na ext4 10 5 5 50% /\n== inodes\n== remote_space\nnas:/x nfs4 10 5 5 50% /nas\n== remote_inodes\n"
    assert [mount.mounted_on for mount in parsed(text).mounts] == ["/", "/nas"]


def test_no_file_system_at_all_is_skipped() -> None:
    assert isinstance(Mounts.parse(b"== flags\n== space\ndf: no\n"), Skipped)
