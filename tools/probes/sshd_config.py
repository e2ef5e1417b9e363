"""Whether sshd could be started again with the configuration that is on disk now."""

from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe, needs
from tools.safe_text import decode, safe_line


@dataclass(frozen=True, slots=True)
class SshdConfig(Probe):
    """What `sshd -t` says; nothing where all is well. 10 ms of CPU on the host, root only: it reads the host keys."""

    command: ClassVar[str] = needs.ROOT + "command -v sshd >/dev/null || exit 127\nsshd -t 2>&1"
    allowed_exits: ClassVar[tuple[int, ...]] = (0, 1, 255)
    limit_bytes: ClassVar[int] = 16 * 1024

    complaints: tuple[str, ...]

    @classmethod
    def parse(cls, output: bytes) -> "SshdConfig":
        return cls(tuple(safe_line(line) for line in decode(output).splitlines() if line.strip()))
