"""What a command needs from its host before it can say anything, as shell text to put in front of it."""

SYSTEMD = """\
[ -d /run/systemd/system ] || { echo 'systemd is not running here'; exit 69; }
"""

UNITS = SYSTEMD + '[ "$unit_list_status" = 0 ] || exit "$unit_list_status"\n'
"""For probes that share `UNIT_LIST`."""

JOURNAL = (
    SYSTEMD
    + """\
readable=
for file in /var/log/journal/*/system.journal /run/log/journal/*/system.journal; do
    [ -r "$file" ] && readable=1
done
[ -n "$readable" ] || { echo 'this user may not read the journal (add it to the group systemd-journal)'; exit 69; }
"""
)
"""journalctl itself would show a user without the right only that user's own lines, which looks like a quiet host."""
