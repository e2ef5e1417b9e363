"""Failed units of users whose own manager runs."""

import re
from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe
from tools.probes.unit_names import is_unit_name
from tools.safe_text import decode

_USER = re.compile(r"^user (\d{1,10})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class UserUnits(Probe):
    """By user number the names of failed units, of the first 10 users with a manager.

    A manager answers only its user, so root becomes that user for the question; 8 ms of CPU on the host for each. One
    that was started for this very login, and ends with it, is not asked.
    """

    command: ClassVar[str] = """\
[ -d /run/systemd/system ] || { echo 'systemd is not running here'; exit 69; }
asked=
for folder in /run/user/[0-9]*; do
    [ -S "$folder/systemd/private" ] || continue
    if [ -O "$folder" ] && [ ! -e "/var/lib/systemd/linger/${USER:-root}" ]; then
        sessions=
        while read -r line; do
            case $line in SESSIONS=*) sessions=${line#*=};; esac
        done <"/run/systemd/users/${folder##*/}"
        [ "$sessions" = "$XDG_SESSION_ID" ] && asked="$asked." && continue
    fi
    become=
    if [ ! -O "$folder" ]; then
        [ -w /proc/1/oom_score_adj ] && become="setpriv --reuid=${folder##*/}" || continue
    fi
    asked="$asked."
    [ "$asked" = ........... ] && break
    echo "user ${folder##*/}"
    XDG_RUNTIME_DIR=$folder timeout 2 $become \\
        systemctl --user list-units --full --plain --no-legend --no-pager --state=failed
done
[ -n "$asked" ] || { echo 'no manager of a user may be asked'; exit 69; }"""
    timeout_seconds: ClassVar[int] = 8

    failed: dict[str, tuple[str, ...]]

    @classmethod
    def parse(cls, output: bytes) -> "UserUnits":
        pieces = _USER.split(decode(output))
        return cls({uid: _names(text) for uid, text in zip(pieces[1::2], pieces[2::2], strict=True)})


def _names(text: str) -> tuple[str, ...]:
    first = (line.split(None, 1)[0] for line in text.split("\n") if line.strip())
    return tuple(name for name in first if is_unit_name(name))
