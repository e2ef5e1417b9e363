"""Whether configured applications answer on their own host."""

import re
from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe
from tools.safe_text import decode, safe_line

_ANSWER = re.compile(r"^(\d{1,3}) (\d{3}) (\d{1,5}\.\d{1,6}) (\S{1,300})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Answer:
    """One request: curl's exit status, the HTTP status (0 where none came) and how long it took."""

    url: str
    exit_status: int
    status: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Applications(Probe):
    """The addresses of $APPLICATION_URLS (one a line), asked once each for at most 4 s; 12 ms of CPU for each."""

    sign: ClassVar[str] = '[ -n "$APPLICATION_URLS" ]'
    no_sign: ClassVar[str] = "no application is configured"
    command: ClassVar[str] = """\
command -v curl >/dev/null || exit 127
set -f
IFS='
'
for url in $APPLICATION_URLS; do
    said=$(curl -q -sS -m 4 -o /dev/null -w '%{http_code} %{time_total}' -- "$url")
    echo "$? $said $url"
done"""
    timeout_seconds: ClassVar[int] = 15
    limit_bytes: ClassVar[int] = 16 * 1024

    answers: tuple[Answer, ...]

    @classmethod
    def parse(cls, output: bytes) -> "Applications":
        found = _ANSWER.findall(decode(output))
        return cls(tuple(Answer(safe_line(row[3], 300), int(row[0]), int(row[1]), float(row[2])) for row in found))
