import pytest

from tests.tools.probes.recordings import output
from tools.probes.boot_files import BootFile, BootFiles


def test_kernels_disks_and_menu_entries() -> None:
    boot = BootFiles.parse(output("boot_files"))
    assert boot.entries == ("nixos-generation-41.conf", "nixos-generation-42.conf")
    assert [(file.version, file.is_kernel, file.is_initrd) for file in boot.below("/boot")] == [
        ("6.1.0-18-amd64", True, False),
        ("6.1.0-21-amd64", True, False),
        ("6.1.0-18-amd64", False, True),
        ("6.1.0-21-amd64", False, True),
        ("6.6.30", True, False),
        ("6.6.30", False, True),
        ("", False, False),
    ]
    assert [file.path for file in boot.below("/boot/efi")] == ["/boot/efi/EFI/debian/grubx64.efi"]


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("/boot/vmlinuz-6.8.9-300.fc40.x86_64", "6.8.9-300.fc40.x86_64"),
        ("/boot/initramfs-6.8.9-300.fc40.x86_64.img", "6.8.9-300.fc40.x86_64"),
        ("/boot/vmlinuz-linux", ""),
        ("/boot/grub/fonts/unicode.pf2", ""),
    ],
)
def test_the_version_in_a_name(path: str, version: str) -> None:
    assert BootFile(1, path).version == version


def test_a_name_with_a_line_break_is_harmless() -> None:
    assert BootFiles.parse(b"5 /boot/a\nb\0x /boot/c\0").files == (BootFile(5, "/boot/a\\nb"),)
