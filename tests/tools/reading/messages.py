"""Messages that a test wants read, as lines; and messages that Hypothesis makes up, nearly like those of programs."""

from collections.abc import Iterable

from hypothesis import strategies as st

from tools.reading.line import Line
from tools.reading.reduction import reduce
from tools.reading.template import Template

NOON = 1_772_366_400.0


def lines(messages: Iterable[str], *, unit: str = "a.service", priority: int = 6) -> list[Line]:
    """One a second, from noon."""
    return [Line(number, NOON + number, unit, priority, message) for number, message in enumerate(messages, 1)]


def read(*messages: str, unit: str = "a.service", priority: int = 6) -> tuple[Template, ...]:
    return reduce(lines(messages, unit=unit, priority=priority)).templates


_WORDS = st.sampled_from(
    [
        *(
            "disk",
            "full",
            "failed",
            "user",
            "root",
            "from",
            "eth0",
            "eth1",
            "10.0.0.1",
            "fe80::1:2:3:4",
            "/var/log/x",
            "a=b",
        ),
        *(
            "status=200",
            "status=500",
            "0xbeef",
            "17",
            "17ms",
            "[x]",
            "\x1b[31m",
            "\u202e",
            "\ud800",
            "()",
            "key=",
            "it's",
        ),
        *("deadbeef", "fade", "ab12", "ab", "12", "KB", "MB", "Jun", "true", "…", "*", "#", "_", "*?", "*%"),
    ]
)
MESSAGES = st.one_of(
    st.lists(_WORDS, max_size=8).map(" ".join),
    st.lists(_WORDS, max_size=4).map("".join),
    st.text(max_size=40),
    st.binary(max_size=40).map(lambda data: data.decode("latin-1")),
)
