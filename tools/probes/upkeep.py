"""What is left undone on disk: reboots, half-installed packages, locks, damaged journals, backups, secrets, owners."""

import re
from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe, Skipped
from tools.probes.parts import parts
from tools.safe_text import decode, safe_line

_NOW = re.compile(r"(\d{9,11})\n(\d{1,10})\.\d\d\n")
_LOCK = re.compile(r"^(\d{1,10}|-) (\d{9,11}) (/.{1,300})$", re.MULTILINE)
_FOLDER = re.compile(r"^(\S{1,64}) (\S{1,64}) ([0-7]{1,4}) (/.{1,300})$", re.MULTILINE)
_DATED = re.compile(r"^(\d{9,11})(?:\.\d{1,10})? (\d{1,19}) (/.{1,400})$", re.MULTILINE)
_PACKAGE = re.compile(r"^Package: (\S{1,100})\nStatus: (\S+ \S+ \S{1,30})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock file whose holder does not run; `holder` is its process number, None where the file names nobody."""

    path: str
    holder: int | None
    age_seconds: float


@dataclass(frozen=True, slots=True)
class Folder:
    """Who owns a folder or file, and its mode in octal digits."""

    path: str
    owner: str
    group: str
    mode: str


@dataclass(frozen=True, slots=True)
class Backup:
    """The newest file below a configured path; `age_seconds` None where there is no file."""

    path: str
    newest: str
    age_seconds: float | None
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Upkeep(Probe):
    """Signs that cost little to see; 15 ms of CPU on the host.

    `reboot` is why a reboot is due, `packages` what the package manager left half done, `undecrypted` folders of
    secrets that are missing though the system is to decrypt them there.

    Of Fedora what is sure: an offline upgrade of dnf4 or dnf5 that was begun and not ended, and names with rpm's number
    of a transaction behind them (`bash;68f0a1c2`), which are there only while it unpacks.
    """

    command: ClassVar[str] = """\
echo '== now'; echo "${moment%%.*}"; echo "${moment#* }"
echo '== reboot'
for file in /run/reboot-required /var/run/reboot-required; do
    [ -e "$file" ] && echo 'packages ask for it (/run/reboot-required)' && break
done
if [ -e /run/booted-system ] && [ -e /run/current-system ]; then
    for part in kernel initrd kernel-modules; do
        [ -e "/run/current-system/$part" ] || continue
        [ "/run/booted-system/$part" -ef "/run/current-system/$part" ] || echo "another $part was booted"
    done
elif [ ! -e /run/systemd/container ]; then
    read -r release rest </proc/sys/kernel/osrelease
    set -- /lib/modules/*/kernel
    [ -e "$1" ] && [ ! -e "/lib/modules/$release" ] && echo "the modules of the running kernel are gone"
fi
echo '== generation'
if [ -e /run/current-system ] && [ -e /nix/var/nix/profiles/system ]; then
    [ /run/current-system -ef /nix/var/nix/profiles/system ] || echo differs
fi
echo '== undecrypted'
if [ -r /run/current-system/activate ]; then
    for pair in sops-install-secrets:/run/secrets agenix:/run/agenix; do
        grep -q "${pair%%:*}" /run/current-system/activate && [ ! -d "${pair#*:}/." ] && echo "${pair#*:}"
    done
fi
echo '== journals'
stat -c '%Z %s %n' /run/systemd/journal/flushed /var/log/journal/*/system@*.journal~
echo '== upgraded'
file=/var/lib/apt/periodic/unattended-upgrades-stamp
[ -e "$file" ] && stat -c '%Y %s %n' "$file"
echo '== packages'
if [ -r /var/lib/dpkg/status ]; then
    grep -B 1 -E '^Status: [a-z-]+ [a-z]+ (half-installed|unpacked|half-configured|triggers-awaited)' \
/var/lib/dpkg/status
fi
echo '== transactions'
for file in /var/lib/dpkg/updates/[0-9]* /var/lib/yum/transaction-all*; do [ -e "$file" ] && echo "$file" && break; done
for file in /usr/lib/sysimage/libdnf5/offline/offline-transaction-state.toml \
/var/lib/dnf/system-upgrade/system-upgrade-state.json; do
    [ -r "$file" ] || continue
    while read -r line || [ -n "$line" ]; do
        case $line in *transaction-incomplete*|*'"upgrade_status": "incomplete"'*) echo "$file"; break;; esac
    done <"$file"
done
if [ -d /usr/lib/sysimage/rpm ] || [ -d /var/lib/rpm ]; then
    digit='[0-9a-f]'
    end=";$digit$digit$digit$digit$digit$digit$digit$digit"
    for file in /usr/bin/*$end /usr/sbin/*$end /usr/lib64/*$end /etc/*$end; do
        [ -e "$file" ] && echo "$file" && break
    done
fi
echo '== backups'
[ -z "$BACKUP_PATHS" ] || (set -f; IFS='
'
for path in $BACKUP_PATHS; do
    echo "0000000000 0 $path"
    find -H "$path" -maxdepth 3 -type f -printf '%T@ %s %p\\n' | sort -rn | head -n 1
done)
echo '== folders'
stat -c '%U %G %a %n' /tmp /var/tmp /etc/passwd /etc/shadow /etc/sudoers /var/lib/* /var/log/* \
/var/cache/* /srv/* /opt/*
echo '== locks'
for file in /run/lock/* /run/*.lock /run/*/*.lock /var/lib/*/*.lock /var/lib/*/*.lck /var/lib/*/lock.pid \
/var/cache/*/*.lock /var/backups/*.lock /tmp/*.lock; do
    [ -f "$file" ] && [ ! -L "$file" ] && [ -r "$file" ] || continue
    holder=; read -r holder rest <"$file"
    case $holder in
        '') [ "$file" = /var/lib/pacman/db.lck ] || continue; holder=-;;
        *[!0-9]*) continue;;
        *) [ -d "/proc/$holder" ] && continue;;
    esac
    stat -c "$holder %Y %n" "$file"
done
exit 0"""
    timeout_seconds: ClassVar[int] = 8
    limit_bytes: ClassVar[int] = 128 * 1024

    uptime_seconds: float
    reboot: tuple[str, ...]
    is_generation_unbooted: bool
    undecrypted: tuple[str, ...]
    damaged_journals: tuple[str, ...]
    """Journals of the system that were put aside since journald opened them in this boot; a hard reset's are before."""
    unattended_upgrade_age_seconds: float | None
    packages: tuple[str, ...]
    backups: tuple[Backup, ...]
    folders: dict[str, Folder]
    locks: tuple[Lock, ...]

    @classmethod
    def parse(cls, output: bytes) -> "Upkeep | Skipped":
        said = parts(decode(output))
        clock = _NOW.match(said.get("now", "").lstrip())
        if clock is None:
            return Skipped("the time of the host was not told")
        now, uptime = float(clock[1]), float(clock[2])
        upgraded = _DATED.search(said.get("upgraded", ""))
        return cls(
            uptime_seconds=uptime,
            reboot=tuple(_lines(said, "reboot")),
            is_generation_unbooted=said.get("generation", "").strip() == "differs",
            undecrypted=tuple(_lines(said, "undecrypted")),
            damaged_journals=tuple(_damaged(said.get("journals", ""), now - uptime)),
            unattended_upgrade_age_seconds=now - float(upgraded[1]) if upgraded else None,
            packages=tuple(_packages(said)),
            backups=tuple(_backups(said.get("backups", ""), now)),
            folders={
                safe_line(path): Folder(safe_line(path), safe_line(owner), safe_line(group), mode)
                for owner, group, mode, path in _FOLDER.findall(said.get("folders", ""))
            },
            locks=tuple(
                Lock(safe_line(path), None if holder == "-" else int(holder), now - float(changed))
                for holder, changed, path in dict.fromkeys(_LOCK.findall(said.get("locks", "")))
            ),
        )


_FLUSHED = "/run/systemd/journal/flushed"
"""Made when journald has moved to /var/log in a boot: what a hard reset left open is put aside before that."""
_SETTLING_SECONDS = 5


def _lines(said: dict[str, str], name: str) -> list[str]:
    return [safe_line(line.strip(), 200) for line in said.get(name, "").split("\n") if line.strip()]


def _damaged(text: str, booted_at: float) -> list[str]:
    changed = {path: float(at) for at, _, path in _DATED.findall(text)}
    since = changed.pop(_FLUSHED, booted_at) + _SETTLING_SECONDS
    return [safe_line(path) for path, at in changed.items() if at > since]


def _packages(said: dict[str, str]) -> list[str]:
    half = [f"{name}: {status}" for name, status in _PACKAGE.findall(said.get("packages", ""))]
    return [safe_line(line, 160) for line in half] + [f"unfinished: {line}" for line in _lines(said, "transactions")]


def _backups(text: str, now: float) -> list[Backup]:
    found: list[Backup] = []
    for at, size, path in _DATED.findall(text):
        if set(at) == {"0"}:
            found.append(Backup(safe_line(path), "", None, 0))
        elif found:
            found[-1] = Backup(found[-1].path, safe_line(path), now - float(at), int(size))
    return found
