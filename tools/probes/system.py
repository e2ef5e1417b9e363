"""What kind of machine this is."""

import re
from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe
from tools.probes.parts import parts
from tools.safe_text import decode, safe_line

_PRETTY_NAME = re.compile(r"^PRETTY_NAME=(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\s\"']*))$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class System(Probe):
    """Name of the distribution, kernel release, whether systemd runs it, and in what it is virtual ("none")."""

    command: ClassVar[str] = """\
echo '== kernel'; uname -r
echo '== systemd'; [ -d /run/systemd/system ] && echo yes || echo no
echo '== virtualization'; systemd-detect-virt
echo '== os_release'; cat /etc/os-release || cat /usr/lib/os-release
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
