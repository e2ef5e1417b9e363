"""Cheap signs that something was changed on a host: packages, generations, configuration files, logins."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe, Skipped
from tools.probes.parts import parts
from tools.safe_text import decode, safe_line

MOST_FILES = 50
_TIMED = re.compile(r"(\d{1,11})(?:\.\d{1,12})? (/.{1,1000})")
_LINK = re.compile(r"(/\S{1,400}) (/?\S{1,400})")
_NO_LOGIN = ("wtmp ", "reboot ", "shutdown ", "runlevel ")


@dataclass(frozen=True, slots=True)
class ChangesSigns(Probe):
    """When something last changed, by name, in Unix seconds of the host's clock.

    Of configuration files it is the time of change (ctime), which also shows what a package brought with an old date:
    the newest 50 of /etc and two levels of folders in it. Packages by name only on Debian and only those of the last
    day. `generations` are where NixOS's links point. 13 ms of CPU on the host, 19 in the day after a package changed.
    """

    command: ClassVar[str] = """\
echo '== databases'
set --
for file in /var/lib/dpkg/status /var/lib/rpm/rpmdb.sqlite /usr/lib/sysimage/rpm/rpmdb.sqlite \
/var/lib/rpm/Packages /nix/var/nix/db/db.sqlite; do
    [ -e "$file" ] && set -- "$@" "$file"
done
databases=
[ "$#" -eq 0 ] || databases=$(stat -c '%Y %n' "$@")
printf '%s\\n' "$databases"
echo '== generations'
for link in /run/booted-system /run/current-system /nix/var/nix/profiles/system; do
    [ -L "$link" ] && echo "$link $(readlink "$link")"
done
echo '== packages'
case $databases in *' /var/lib/dpkg/status'*) changed=${databases%% *};; *) changed=0;; esac
if [ "$changed" -gt $((${moment%%.*} - 86400)) ]; then
    find /var/lib/dpkg/info -maxdepth 1 -name '*.list' -mmin -1440 -printf '%T@ %p\\n' | sort -rn | head -n 50
fi
echo '== logins'; last -n 5 -w -F
echo '== config'; find /etc -mindepth 1 -maxdepth 3 -printf '%C@ %p\\n' | sort -rn | head -n 50
exit 0"""
    limit_bytes: ClassVar[int] = 32 * 1024

    package_databases: Mapping[str, int]
    generations: Mapping[str, str]
    packages: Mapping[str, int]
    logins: tuple[str, ...]
    """User, terminal, where from and when, of the last five."""
    config_files: Mapping[str, int]

    @classmethod
    def parse(cls, output: bytes) -> "ChangesSigns | Skipped":
        said = parts(decode(output))
        if "databases" not in said:
            return Skipped("no sign of changes was told")
        links = (_LINK.fullmatch(line) for line in said.get("generations", "").split("\n"))
        return cls(
            package_databases=_times(said["databases"]),
            generations={safe_line(found[1]): safe_line(found[2]) for found in links if found},
            packages={_package(path): second for path, second in _times(said.get("packages", "")).items()},
            logins=tuple(_logins(said.get("logins", ""))),
            config_files=_times(said.get("config", "")),
        )


def _times(text: str) -> dict[str, int]:
    found = (_TIMED.fullmatch(line) for line in text.split("\n")[: MOST_FILES + 1])
    return {safe_line(one[2]): int(one[1]) for one in found if one}


def _package(path: str) -> str:
    return path.rsplit("/", 1)[-1].removesuffix(".list")


def _logins(text: str) -> list[str]:
    """Only how each began: `still logged in` and how long it took change while nothing happens."""
    lines = (line for line in text.split("\n") if line.strip() and not line.startswith(_NO_LOGIN))
    return [
        safe_line(" ".join(re.split(r" - | {2,}still| {2,}gone", line, maxsplit=1)[0].split()), 200) for line in lines
    ][:5]
