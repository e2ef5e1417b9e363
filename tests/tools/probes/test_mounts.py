from tests.tools.probes.recordings import output
from tools.history import Measure
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


INFO = (
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 {block},errors=remount-ro\n"
    "30 22 0:5 / /nix/store ro,relatime - ext4 /dev/sda1 rw\n"
)
SPACE = "== space\n/dev/sda1 ext4 10 5 5 50% /\n/dev/sda1 ext4 10 5 5 50% /nix/store\n"


def test_a_super_block_that_the_kernel_made_read_only_is_told_from_a_mount_that_is() -> None:
    well = parsed(f"== info\n{INFO.format(block='rw')}{SPACE}".encode())
    assert [mount.is_read_only for mount in well.mounts] == [False, True] and well.forced_read_only == ()
    for block in ("ro", "rw,emergency_ro", "rw,shutdown"):
        ill = parsed(f"== info\n{INFO.format(block=block)}{SPACE}".encode())
        assert [mount.is_read_only for mount in ill.mounts] == [True, True] and ill.forced_read_only == ("/",)


def test_what_fstab_wants_writable() -> None:
    text = "== fstab\n# /x /y ext4 rw 0 0\nUUID=1 / ext4 errors=remount-ro 0 1\nLABEL=c /cd iso9660 ro,noauto 0 0\n"
    assert parsed((text + SPACE).encode()).meant_writable == ("/",)


def test_a_mount_that_answers_with_an_error_is_named() -> None:
    text = "== space\ndf: /srv/x: Input/output error\ndf: /run/user/1/doc: Operation not permitted\n" + SPACE[9:]
    stale = "== remote_space\ndf: '/nas a': Stale file handle\n"
    mounts = parsed((text + stale).encode())
    assert mounts.unreadable == (("/srv/x", "Input/output error"), ("/nas a", "Stale file handle"))


def test_the_deepest_mount_holds_a_path() -> None:
    mounts = parsed(b"== space\na ext4 10 5 5 50% /\nb ext4 10 5 5 50% /var\n")
    assert [mounts.holding(path).mounted_on for path in ("/etc/x", "/var/x", "/various")] == ["/", "/var", "/"]  # type: ignore[union-attr]


def test_figures_are_kept_of_what_can_fill() -> None:
    mounts = parsed(b"== space\na ext4 10 5 5 50% /\nc squashfs 10 10 0 100% /snap/x\n== inodes\na ext4 9 4 5 50% /\n")
    assert set(mounts.measures()) == {
        Measure("mounts.is_writable", "/", 1),
        Measure("mounts.used_bytes", "/", 5 * 1024),
        Measure("mounts.inodes_used", "/", 4),
    }
