"""Whether sshd could be started again with the configuration that is on disk now."""

from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe, Skipped
from tools.safe_text import decode, safe_line

_NOT_ROOT = "== not root"
_FOR_ROOT_ONLY = ("no hostkeys available", "Unable to load host key")


@dataclass(frozen=True, slots=True)
class SshdConfig(Probe):
    """What `sshd -t` says; nothing where all is well.

    It takes 12 ms of CPU on the host, so it is asked only if something that it reads, sshd itself or a package changed
    after sshd was started: what it started with was valid.

    A user without root gets the same verdict on every configuration file that it may read; only the host keys, which
    sshd looks for after that, are out of its sight.
    """

    command: ClassVar[str] = f"""\
command -v sshd >/dev/null || exit 127
if [ -d /run/sshd ] && [ -e /run/sshd.pid ]; then
    elsewhere=
    for word in $(grep -hsiE '^[[:space:]]*(include|hostkey|hostcertificate)' /etc/ssh/sshd_config \\
/etc/ssh/sshd_config.d/*); do
        case $word in /etc/ssh/*) ;; */*) elsewhere=1;; esac
    done
    changed=$(find -L /etc/ssh /etc/passwd /run/sshd /var/lib/dpkg/status /usr/lib/sysimage/rpm "$(command -v sshd)" \\
        -cnewer /run/sshd.pid -print -quit)
    [ -n "$elsewhere$changed" ] || exit 0
fi
[ -w /proc/1/oom_score_adj ] || echo '{_NOT_ROOT}'
sshd -t 2>&1"""
    allowed_exits: ClassVar[tuple[int, ...]] = (0, 1, 255)
    limit_bytes: ClassVar[int] = 16 * 1024

    complaints: tuple[str, ...]

    @classmethod
    def parse(cls, output: bytes) -> "SshdConfig | Skipped":
        lines = [safe_line(line) for line in decode(output).splitlines() if line.strip()]
        if lines[:1] == [_NOT_ROOT]:
            lines = [line for line in lines[1:] if not any(words in line for words in _FOR_ROOT_ONLY)]
            if any("Permission denied" in line for line in lines):
                return Skipped("only root can read all of sshd's configuration")
        return cls(tuple(lines))
