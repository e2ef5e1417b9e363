"""What time the host thinks it is, and how far that is from the controller's clock."""

import re
from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe

_MOMENT = re.compile(r"\d{1,11}\.\d{1,9}")
_SIGNED = re.compile(r"-?\d{1,12}(?:\.\d{1,9})?")


@dataclass(frozen=True, slots=True)
class WallClock(Probe):
    """The host's clock. `offset_seconds` is host minus controller, right within `offset_error_seconds`.

    Whether it is synchronised is asked of timesyncd's own mark (whose folder is there while it runs) and of chrony
    (2 ms): `timedatectl` would start systemd-timedated on the host in every cycle. None where neither knows.
    """

    command: ClassVar[str] = """\
echo "now=${moment% *}"
if [ -e /run/systemd/timesync/synchronized ]; then echo synchronized=yes
elif [ -d /run/systemd/timesync ]; then echo synchronized=no
elif command -v chronyc >/dev/null; then
    chronyc -n tracking | grep -q 'Leap status.*Normal' && echo synchronized=yes || echo synchronized=no
fi"""

    seconds: float | None
    is_synchronized: bool | None
    offset_seconds: float | None
    offset_error_seconds: float | None

    @classmethod
    def parse(cls, output: bytes) -> "WallClock":
        lines = (line.partition("=") for line in output.decode("ascii", "replace").split("\n"))
        said = {key: value for key, equals, value in lines if equals}
        return cls(
            seconds=_number(said.get("now", "")),
            is_synchronized={"yes": True, "no": False}.get(said.get("synchronized", "")),
            offset_seconds=_number(said.get("offset", "")),
            offset_error_seconds=_number(said.get("offset_error", "")),
        )


def measured(first: bytes, last: bytes, asked_at: float, seconds: float) -> bytes:
    """The lines `offset=` and `offset_error=`, from the host's clock at the script's begin and end.

    The controller sent the script at `asked_at` and had the answer `seconds` later. Both readings lie in between, so
    the offset is at most `first - asked_at` and at least `last - (asked_at + seconds)`.
    """
    begin, end = _number(first.decode("ascii", "replace").strip()), _number(last.decode("ascii", "replace").strip())
    if begin is None or end is None:
        return b""
    most, least = begin - asked_at, end - asked_at - seconds
    return b"\noffset=%.6f\noffset_error=%.6f\n" % ((most + least) / 2, abs(most - least) / 2)


def _number(text: str) -> float | None:
    return float(text) if _MOMENT.fullmatch(text) or _SIGNED.fullmatch(text) else None
