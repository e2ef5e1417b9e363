"""A journal of ten megabytes, made of logs of known systems and of one composed by the tests."""

import random
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import cycle

from benchmarks.labelled_logs import Source
from tests.tools.reading.composed import journal

BYTES = 10_000_000


def composite(known: Sequence[Source]) -> tuple[list[str], list[str]]:
    """Ten megabytes: LogHub's messages, from the second time on with other numbers, and composed ones, in turns.

    And the same as whole lines, as files and `journalctl -o short-iso` have them.
    """
    dice = random.Random(7)

    def with_other_digits(message: str) -> str:
        return re.sub(r"\d+", lambda number: str(dice.randrange(10 ** len(number.group()))), message)

    given = [pair for source in known for pair in zip(source.messages, source.lines, strict=True)]
    composed = (line for line, _ in journal(BYTES // 50, seed=3))
    messages: list[str] = []
    lines: list[str] = []
    size = 0
    for number, (message, whole) in enumerate(cycle(given)):
        line = next(composed)
        stamp = datetime.fromtimestamp(line.time, UTC).isoformat(timespec="seconds")
        is_again = number >= len(given)
        messages += (with_other_digits(message) if is_again else message), line.message
        lines += (
            (with_other_digits(whole) if is_again else whole),
            f"{stamp} web {line.unit}[{line.id % 9999}]: {line.message}",
        )
        size += len(messages[-2]) + len(messages[-1]) + 2
        if size > BYTES:
            break
    return messages, lines
