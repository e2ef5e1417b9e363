"""What lies on a boot partition: kernels, initial RAM disks and the entries of the boot menu."""

import re
from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe
from tools.safe_text import decode, safe_line

_ROW = re.compile(r"(\d{1,15}) (/[^\0]{1,1000})", re.DOTALL)
_VERSION = re.compile(r"(\d{1,3}\.\d{1,3}[\w.+~-]{0,80})")
_ENDINGS = re.compile(r"(?:\.img|\.efi|-bzImage|-initrd|-kernel|\.old|\.bak)+$")
_KERNEL = re.compile(r"(?:vmlinu[xz]|bzImage|/linux|kernel|kdump|Image)", re.IGNORECASE)
_INITRD = re.compile(r"init(?:rd|ramfs)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BootFile:
    size_bytes: int
    path: str

    @property
    def is_initrd(self) -> bool:
        return _INITRD.search(self.path) is not None

    @property
    def is_kernel(self) -> bool:
        return not self.is_initrd and _KERNEL.search(self.path) is not None

    @property
    def version(self) -> str:
        """The kernel release in its name, "" where there is none."""
        name = self.path.rpartition("/")[2]
        found = _VERSION.search(_ENDINGS.sub("", name))
        return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class BootFiles(Probe):
    """Files of 1 MiB and more below /boot and /efi, and the menu entries; empty where these are no mounts of their own.

    An EFI partition that only root may enter shows nothing. 3 ms of CPU on the host, 1 ms without such a mount.
    """

    sign: ClassVar[str] = (
        "[ -d /boot/grub ] || [ -d /boot/grub2 ] || [ -d /boot/loader ] || [ -d /boot/EFI ] || [ -d /efi ]"
        " || [ -d /boot/efi ] || [ -d /boot/firmware ]"
    )
    no_sign: ClassVar[str] = "no boot loader lies there"
    command: ClassVar[str] = """\
grep -qE ' /(boot|efi|boot/efi|boot/firmware) ' /proc/self/mounts || exit 0
find /boot /efi -xdev \\( -type f -size +1023k -o -path '*/loader/entries/*.conf' \\) -printf '%s %p\\0'
for place in /boot/efi /boot/firmware; do
    if mountpoint -q "$place"; then
        find "$place" -xdev \\( -type f -size +1023k -o -path '*/loader/entries/*.conf' \\) -printf '%s %p\\0'
    fi
done
exit 0"""
    limit_bytes: ClassVar[int] = 64 * 1024

    files: tuple[BootFile, ...]
    entries: tuple[str, ...]

    @classmethod
    def parse(cls, output: bytes) -> "BootFiles":
        rows = (_ROW.fullmatch(row) for row in decode(output).split("\0"))
        found = {safe_line(row[2]): int(row[1]) for row in rows if row}
        entries = (path.rpartition("/")[2] for path in found if path.endswith(".conf"))
        return cls(
            tuple(BootFile(size, path) for path, size in found.items() if not path.endswith(".conf")), tuple(entries)
        )

    def below(self, mounted_on: str) -> tuple[BootFile, ...]:
        return tuple(file for file in self.files if file.path.startswith(mounted_on.rstrip("/") + "/"))
