"""The shell that runs probes on a host: together in one process, and by itself what did not get through there.

A process costs a host 2 ms of CPU, and `timeout`, `sh` and `head` around each of thirty probes were the dearest part
of a look. So one `sh` under one limit of time and of size runs them all. The limits are each probe's own still: what
is not certainly whole after a cut is run again by itself. Where one hangs the others go on together without it, and
it comes at the end, with its full time if it has not had it; what is shared and hangs is not asked again.
"""

import shlex
from collections.abc import Iterable, Sequence

from tools.probes import Probe
from tools.probes.shared import Shared

MARK_BYTES = 128
"""Room for one mark; each section has two."""
SHARED_BYTES = 1 << 20
"""What is shared is cut here, for it lies in the memory of the host."""
_ALONE_SECONDS = 10
"""What may take so long waits for others (a disk, an application): it is run by itself from the beginning."""


def runner(kinds: Sequence[type[Probe]]) -> str:
    """Shell text after `_HEAD` in which `$boundary`, `$budget` and the inputs are set."""
    together = [kind for kind in kinds if kind.timeout_seconds < _ALONE_SECONDS]
    alone = "".join(_alone(kind) for kind in kinds if kind.timeout_seconds >= _ALONE_SECONDS)
    return (
        f"{_HEAD}probes={shlex.quote(_probes(kinds))}\nalone=\n{alone}set -- {' '.join(map(_entry, together))}\n"
        f"seconds={1 + min((kind.timeout_seconds for kind in together), default=0)}\n"
        f"bytes={sum(map(_bytes, together))}\n{_RUN}"
    )


def limit_bytes(kinds: Iterable[type[Probe]]) -> int:
    """The most that can be printed: everything together, and everything once more by itself."""
    return 4096 + 2 * sum(map(_bytes, kinds))


def _bytes(kind: type[Probe]) -> int:
    return kind.limit_bytes + 2 * MARK_BYTES


def _entry(kind: type[Probe]) -> str:
    return f"{kind.name}:{kind.timeout_seconds}:{_bytes(kind)}"


def _alone(kind: type[Probe]) -> str:
    entry = f'alone="$alone {_entry(kind)}"\n'
    if not kind.sign:
        return entry
    return f"if {kind.sign}\nthen {entry}else mark {kind.name} 69 {shlex.quote(kind.no_sign)}\nfi\n"


def _probes(kinds: Sequence[type[Probe]]) -> str:
    """What `sh -c` is given: a function for each probe and each shared command, called for the entries it is given."""
    shared = dict.fromkeys(one for kind in kinds for one in kind.shares)
    return "".join((_PROBES, *map(_share, shared), *map(_read, kinds), _EACH))


def _share(shared: Shared) -> str:
    name = shared.variable
    return f"""\
unset {name} {name}_status
share_{name}() {{
    [ -z "${name}_status" ] || return 0
    echo asks={name} >&4
    {name}=$({{ (
{shared.command}
    ); echo "$line=$?"; }} </dev/null 2>/dev/null 4>&- | head -c {SHARED_BYTES})
    case ${name} in
        *"$line="[0-9]|*"$line="[0-9][0-9]|*"$line="[0-9][0-9][0-9])
            {name}_status=${{{name}##*=}} {name}=${{{name}%"$line"=*}}
            while case ${name} in *"$line") true;; *) false;; esac; do {name}=${{{name}%"$line"}}; done;;
        *) {name}_status={_FLOODED} {name}=;;
    esac
    echo has={name} >&4
}}
"""


def _read(kind: type[Probe]) -> str:
    shares = "".join(_ask(one.variable, kind.name) for one in kind.shares)
    command = f"(\n{kind.command}\n) </dev/null 2>/dev/null 4>&-\nend {kind.name} $?\n"
    if kind.sign:
        skip = f"printf %s {shlex.quote(kind.no_sign)}\nend {kind.name} 69\n"
        command = f"if {kind.sign}\nthen\n{command}else\n{skip}fi\n"
    return f"read_{kind.name}() {{\n    begin {kind.name}\n{shares}{command}}}\n"


def _ask(variable: str, name: str) -> str:
    return f"""\
    share_{variable}
    case ${variable}_status in
        {_HUNG}) end {name} {_HUNG}; return;;
        {_FLOODED}) echo 'more than {SHARED_BYTES} bytes'; end {name} {_FLOODED}; return;;
    esac
"""


_HUNG, _FLOODED = 124, 141
"""Exit statuses of what is shared: as of `timeout`, and of who writes where nobody reads any more."""

_HEAD = """\
umask 077
PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin:/run/current-system/sw/bin"
LC_ALL=C TZ=UTC SYSTEMD_COLORS=0 SYSTEMD_URLIFY=0 SYSTEMD_PAGER=cat PAGER=cat
export PATH LC_ALL TZ SYSTEMD_COLORS SYSTEMD_URLIFY SYSTEMD_PAGER PAGER JOURNAL_CURSOR RESOLVE_NAME SINCE_SECONDS
export CERTIFICATE_FILES BACKUP_PATHS APPLICATION_URLS hour_minute moment
exec 3>&1
mark() {
    printf '\\n%s begin %s\\n%s\\n%s end %s %s\\n' "$boundary" "$1" "$3" "$boundary" "$1" "$2"
}
look() {
    [ -r /proc/uptime ] && read -r now rest </proc/uptime
    now=${now%.*} left=$1
    [ "$((end - now))" -ge "$left" ] || left=$((end - now))
    [ "$left" -ge 1 ]
}
run() {
    look "$1" || return 1
    most=$2 began=$now limit=$left
    shift 2
    said=$(
        {
            {
                timeout -k 1 "$left" sh -c "$probes" sh "$@" 3>&- <<END
$boundary
$hung
END
                echo "status=$?" >&4
            } | {
                head -c "$most" >&3
                IFS= read -r more || [ -n "$more" ] && echo over >&4
            }
        } 4>&1 2>/dev/null
    ) || true
}
hear() {
    finished=0 asked= over= status=
    for word in $said; do
        case $word in
            status=*) status=${word#*=};;
            asks=*) asked=${word#*=};;
            has=*) asked=;;
            over) over=1;;
            *) finished=$((finished + 1)) began=$word;;
        esac
    done
    look 1
    [ "$((now - began))" -ge "$((limit - 1))" ] || asked=
    hung="$hung $asked"
}
now=0 end=0 hung=
look 0
end=$((now + budget))
for tool in timeout head date; do
    if ! command -v "$tool" >/dev/null; then
        mark script 69 "$tool is not installed there, so nothing can be read within limits"
        exit 69
    fi
done
set -- $(date '+%s.%N %H%M')
mark started 0 "$1"
hour_minute=$2 moment=$1
[ -r /proc/uptime ] && read -r now rest </proc/uptime && moment="$1 $now"
"""
"""`run SECONDS BYTES ENTRY…` says in `$said` the uptime after each probe, `status=…`, and `over` where it was cut.

`hear` takes that apart: how many finished, and whether it ended while something shared was asked, which is then `hung`.
What is still in the pipe when `head` has all that it may take is what shows the cut.
"""

_RUN = """\
late=
while [ "$#" -gt 0 ]; do
    look 1
    half=$(((end - now) / 2))
    [ "$half" -le "$seconds" ] || half=$seconds
    [ "$half" -ge 1 ] || half=1
    run "$half" "$bytes" "$@" || break
    hear
    [ -z "$over" ] || break
    shift "$finished"
    [ "$#" -gt 0 ] || break
    [ -z "$asked" ] || continue
    limits=${1#*:}
    printf '\\n%s end %s %s\\n' "$boundary" "${1%%:*}" "$status"
    [ "$((now - began))" -ge "${limits%:*}" ] || late="$late $1"
    shift
done
for entry in "$@" $late $alone; do
    limits=${entry#*:}
    run "${limits%:*}" "${limits#*:}" "$entry" || break
    hear
    [ "$finished$over" != 0 ] || printf '\\n%s end %s %s\\n' "$boundary" "${entry%%:*}" "$status"
done
mark ended 0 "$(date +%s.%N)"
exit 0
"""

_PROBES = """\
trap 'exit 143' TERM
read -r mark
read -r hung
line='
'
now=0
begin() {
    printf '\\n%s begin %s\\n' "$mark" "$1" || exit 141
}
end() {
    printf '\\n%s end %s %s\\n' "$mark" "$1" "$2" || exit 141
    [ -r /proc/uptime ] && read -r now rest </proc/uptime
    echo "${now%.*}" >&4
}
"""
"""The boundary comes by standard input, for a command line is seen by all users of the host."""

_EACH = f"""\
for name in $hung; do
    eval "${{name}}_status={_HUNG}"
done
for entry; do
    "read_${{entry%%:*}}"
done
"""
