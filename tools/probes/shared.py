"""What several probes look at: asked once in a look, and found by each of them in a variable of its shell."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shared:
    """`command` is shell text as in a probe; its output is `$<variable>`, its exit status `$<variable>_status`.

    Text only: a shell's variable holds no NUL; line breaks at its end are taken off. Whoever needs one that hangs or
    floods is not run: `tools.probes.runner`.
    """

    variable: str
    command: str


UNIT_LIST = Shared("unit_list", "systemctl list-units --all --full --plain --no-legend --no-pager")
"""A unit a line: name, load state, active state, sub state, description. 14 ms of CPU on the host and its manager."""

JOURNAL_NEWEST = Shared("journal_newest", "journalctl --no-pager -q -n 1 -o export --output-fields=_UID")
"""The newest line of the journal without its text; its first line is `__CURSOR=…`."""

FILE_SYSTEMS = Shared("file_systems", "df -PTl 2>&1")
"""The local file systems as df lists them, with their types, and its complaints."""

SOCKETS = Shared("sockets", "ss -tulnpeH")
"""Who listens on TCP and UDP, a socket a line. ss walks all files of all processes for it: 13 ms of CPU."""
