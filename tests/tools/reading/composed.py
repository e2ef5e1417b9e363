"""A journal of our own making, of many kinds of writer, of which is known what was said: messages with their template.

The templates are in `composed.txt`, one a line below the `[name of its writer]`: a weight, a tab, and the text; a name
in braces is a value that differs from line to line.
"""

import random
from collections.abc import Callable, Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from tools.reading.line import Line

_USERS = [
    "root",
    "admin",
    "oracle",
    "test",
    "guest",
    "deploy",
    "www-data",
    "postgres",
    "alice",
    "bob",
    "carol",
    "git",
    "ubuntu",
    "nagios",
    "ftp",
    "mysql",
    "jenkins",
]
_SYLLABLES = [
    "ka",
    "lo",
    "mi",
    "ra",
    "ten",
    "sho",
    "ver",
    "nit",
    "pal",
    "gor",
    "ush",
    "ell",
    "am",
    "bri",
    "dox",
    "fen",
    "hul",
    "ist",
    "jor",
]
_PROGRAMS = [
    "nginx",
    "postgresql",
    "redis",
    "docker",
    "cron",
    "rsyslog",
    "cups",
    "bluetooth",
    "postfix",
    "dovecot",
    "chronyd",
    "firewalld",
    "named",
    "squid",
]
_TASKS = ["compaction", "backup", "rotation", "indexing", "replication", "snapshot", "cleanup", "vacuum"]
_DAYS = [f"{day} {month}" for day in ("Mon", "Tue", "Fri", "Sun") for month in ("Jan", "Mar", "Jun", "Dec")]


def _any_name(dice: random.Random) -> str:
    return "".join(dice.choices(_SYLLABLES, k=dice.randint(2, 3)))


def _any_host(dice: random.Random) -> str:
    top = dice.choice(["com", "net", "org", "internal"])
    one, other = _any_name(dice), _any_name(dice)
    return dice.choice([f"{one}.{other}.{top}", f"{one}-{dice.randrange(99)}.{other}.{top}"])


def _any_path(dice: random.Random) -> str:
    return "/" + "/".join(_any_name(dice) for _ in range(dice.randint(2, 5))) + dice.choice(["", ".log", ".py"])


def _some(make: Callable[[random.Random], str], number: int) -> Callable[[random.Random], str]:
    """One of so many, the first ones often, the last ones hardly ever, as peers and files appear in logs."""
    known = [make(random.Random(seed)) for seed in range(number)]
    bounds = list(accumulate(1 / (rank + 1) for rank in range(number)))
    return lambda dice: dice.choices(known, cum_weights=bounds)[0]


_name, _host, _path = _some(_any_name, 300), _some(_any_host, 600), _some(_any_path, 600)


VALUES: dict[str, Callable[[random.Random], str]] = {
    "int": lambda dice: str(dice.randrange(10 ** dice.randint(1, 6))),
    "small": lambda dice: str(dice.randrange(10)),
    "port": lambda dice: str(dice.randrange(1024, 65535)),
    "ip": lambda dice: ".".join(str(dice.randrange(1, 255)) for _ in range(4)),
    "ip6": lambda dice: "fe80::" + ":".join(f"{dice.randrange(1, 65536):x}" for _ in range(4)),
    "mac": lambda dice: ":".join(f"{dice.randrange(256):02x}" for _ in range(6)),
    "hex": lambda dice: f"{dice.randrange(16**8):08x}",
    "address": lambda dice: f"0x{dice.randrange(16**12):x}",
    "uuid": lambda dice: "-".join(f"{dice.randrange(16**size):0{size}x}" for size in (8, 4, 4, 4, 12)),
    "hash": lambda dice: f"{dice.randrange(16**40):040x}",
    "user": lambda dice: dice.choice(_USERS),
    "stranger": lambda dice: dice.choice([dice.choice(_USERS), _name(dice), f"{_name(dice)}{dice.randrange(99)}"]),
    "word": _name,
    "host": _host,
    "program": lambda dice: dice.choice(_PROGRAMS),
    "unit": lambda dice: f"{dice.choice(_PROGRAMS)}.{dice.choice(['service', 'service', 'timer', 'socket'])}",
    "task": lambda dice: dice.choice(_TASKS),
    "path": _path,
    "disk": lambda dice: f"sd{dice.choice('abcd')}{dice.choice(['', '1', '2'])}",
    "interface": lambda dice: dice.choice(["eth0", "eth1", "wlan0", "enp3s0", "lo", "docker0", "bond0"]),
    "ms": lambda dice: f"{dice.uniform(0, 900):.{dice.randint(0, 3)}f}ms",
    "seconds": lambda dice: f"{dice.uniform(0, 90):.3f}",
    "size": lambda dice: f"{dice.uniform(1, 900):.1f} {dice.choice(['B', 'KB', 'MB', 'GB'])}",
    "percent": lambda dice: f"{dice.randrange(100)}%",
    "version": lambda dice: f"{dice.randrange(9)}.{dice.randrange(30)}.{dice.randrange(99)}",
    "date": lambda dice: f"{dice.choice(_DAYS)} {dice.randint(1, 28):2} 12:{dice.randrange(60):02}:07 2026",
    "stamp": lambda dice: f"2026-03-{dice.randint(1, 28):02}T08:{dice.randrange(60):02}:11.{dice.randrange(1000):03}Z",
    "url": lambda dice: f"https://{_host(dice)}/{_name(dice)}?id={dice.randrange(9999)}",
    "class": lambda dice: f"org.{_name(dice)}.{_name(dice)}.{_name(dice).title()}{_name(dice).title()}",
    "list": lambda dice: ", ".join(str(dice.randrange(64)) for _ in range(dice.randint(1, 6))),
    "block": lambda dice: f"blk_{dice.choice(['-', ''])}{dice.randrange(10**18)}",
    "attempt": lambda dice: f"attempt_{dice.randrange(10**12)}_{dice.choice('mr')}_{dice.randrange(99):06}_0",
    "status": lambda dice: dice.choice(["200", "200", "200", "200", "304", "404", "500"]),
    "session": lambda dice: "".join(dice.choices("abcdefghijkmnpqrstuvwxyz0123456789", k=12)) + "7q",
    "bool": lambda dice: dice.choice(["true", "false"]),
    "node": lambda dice: f"{dice.choice(['node', 'rack', 'db'])}-{dice.randrange(64)}",
    "location": lambda dice: f"R{dice.randrange(64):02}-M{dice.randrange(2)}-N{dice.randrange(16)}-C:J07",
}  # fmt: skip


class Template(NamedTuple):
    writer: str
    weight: int
    text: str
    priority: int

    def message(self, dice: random.Random) -> str:
        parts = self.text.split("{")
        return parts[0] + "".join(_filled(part, dice) for part in parts[1:])


def _filled(part: str, dice: random.Random) -> str:
    name, brace, rest = part.partition("}")
    return VALUES[name](dice) + rest if brace and name in VALUES else "{" + part


@cache
def templates() -> tuple[Template, ...]:
    found: list[Template] = []
    writer = ""
    for row in Path(__file__).with_suffix(".txt").read_text().splitlines():
        if row.startswith("["):
            writer = row.strip("[]")
        elif row:
            weight, _, text = row.partition("\t")
            found.append(Template(writer, int(weight.rstrip("!")), text, 3 if weight.endswith("!") else 6))
    return tuple(found)


def writers() -> list[str]:
    return list(dict.fromkeys(template.writer for template in templates()))


def journal(lines: int, *, seed: int = 1, writer: str | None = None) -> Iterator[tuple[Line, Template]]:
    """Lines by weight, each template at least once where there is room; one a second."""
    dice = random.Random(seed)
    known = [template for template in templates() if writer in (None, template.writer)]
    chosen = known + dice.choices(known, [template.weight for template in known], k=max(0, lines - len(known)))
    dice.shuffle(chosen)
    for number, template in enumerate(chosen[:lines], 1):
        line = Line(number, 1_770_000_000.0 + number, template.writer, template.priority, template.message(dice))
        yield line, template
