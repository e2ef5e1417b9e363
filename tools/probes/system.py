"""What kind of machine this is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar
from zlib import crc32

from tools.history import Measure
from tools.probes import Probe
from tools.probes.parts import parts
from tools.safe_text import decode, safe_line

_PRETTY_NAME = re.compile(r"^PRETTY_NAME=(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\s\"']*))$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class System(Probe):
    """Name of the distribution, kernel release, whether systemd runs it, and in what it is virtual ("none")."""

    command: ClassVar[str] = """\
echo '== kernel'; read -r kernel </proc/sys/kernel/osrelease; echo "$kernel"
echo '== systemd'; [ -d /run/systemd/system ] && echo yes || echo no
echo '== virtualization'
if [ -r /run/systemd/container ]; then read -r kind </run/systemd/container; echo "$kind"; else systemd-detect-virt; fi
echo '== os_release'
for file in /etc/os-release /usr/lib/os-release; do
    [ -r "$file" ] || continue
    while read -r line || [ -n "$line" ]; do printf '%s\\n' "$line"; done <"$file"
    break
done
exit 0"""
    limit_bytes: ClassVar[int] = 16 * 1024

    os_name: str
    kernel: str
    has_systemd: bool
    virtualization: str

    @classmethod
    def parse(cls, output: bytes) -> "System":
        said = parts(decode(output))
        named = _PRETTY_NAME.search(said.get("os_release", ""))
        return cls(
            os_name=safe_line(next((text for text in named.groups() if text), ""), 120) if named else "",
            kernel=safe_line(said.get("kernel", "").strip(), 120),
            has_systemd=said.get("systemd", "").strip() == "yes",
            virtualization=safe_line(said.get("virtualization", "").strip(), 40),
        )

    @property
    def is_container(self) -> bool:
        """Whether it shares its kernel, and so the kernel's counters, with others."""
        return self.virtualization in _CONTAINERS

    def measures(self) -> Iterable[Measure]:
        """The kernel's release as a number that is another one for another release."""
        if self.kernel:
            yield Measure("system.kernel", "", crc32(self.kernel.encode()))


_CONTAINERS = {
    "openvz", "lxc", "lxc-libvirt", "systemd-nspawn", "docker", "podman", "rkt", "wsl", "proot", "pouch",
    "container-other",
}  # fmt: skip
"""As systemd-detect-virt names them."""
