"""A damaged ledger: every call of the gate works or is a known error, and no effect happens without its row."""

import random
import shutil
import sqlite3
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from gate.local import LocalGate
from tests.gate.crash.house import LILY, House, close, forget, keep, restart, side_by_side
from tools.configuration import Level
from tools.errors import MachaError

DAMAGES = 50


@pytest.fixture(scope="module")
def whole(place: Path) -> Path:
    """A house with a row in every state that a damage could lead astray, its ledger in one file."""
    house = House(place / "whole")
    gate = house.gate(Level.SUGGEST)
    for number, unit in enumerate(("app.service", "other.service", "worker.service", "stubborn.service"), 1):
        gate.propose(restart(unit))
        if number in (1, 2, 4):
            gate.approve(number, LILY)
    gate.execute(1)
    gate.verify(1)
    gate.execute(4)
    close(gate)
    ledger = sqlite3.connect(house.folder / "macha.db")
    ledger.execute(
        "INSERT INTO breakers (scope, host, kind, target, reason, opened_at) "
        "VALUES ('unit', 'db', '', '', 'x', '2026-03-01T12:00:00.000Z')"
    )
    ledger.commit()
    ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.close()
    return house.folder


def cut_off(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def bits_flipped(content: bytes, chance: random.Random) -> bytes:
    """Anywhere, or in a page that is really used: most of a file is empty."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 8, 64))):
        where = chance.randrange(len(changed))
        while not changed[where] and chance.random() < 0.9:
            where = chance.randrange(len(changed))
        changed[where] ^= 1 << chance.randrange(8)
    return bytes(changed)


def a_page_lost(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) // 4096) * 4096
    other = chance.randrange(len(content) // 4096) * 4096
    lost = chance.choice((bytes(4096), b"\xff" * 4096, content[other : other + 4096]))
    return content[:at] + lost + content[at + 4096 :]


def a_word_replaced(content: bytes, chance: random.Random) -> bytes:
    """What a text column may become, at the same length."""
    words = (b"app.service", b"approved", b"proposed", b"2026-", b"lily", b'"name"', b"unit.restart", b"web")
    word = chance.choice([word for word in words if word in content])
    places = [at for at in range(len(content)) if content.startswith(word, at)]
    at = chance.choice(places)
    new = bytes(chance.choice(b"\x00\xff{}[]\"'aZ9-.") for _ in word)
    return content[:at] + new + content[at + len(word) :]


DAMAGE: tuple[Callable[[bytes, random.Random], bytes], ...] = (cut_off, bits_flipped, a_page_lost, a_word_replaced)


def every_call(gate: LocalGate) -> list[Callable[[], object]]:
    calls: list[Callable[[], object]] = [
        gate.list,
        gate.settle,
        gate.breakers,
        gate.anchor,
        lambda: gate.judge(restart("other.service")),
        lambda: gate.propose(restart("other.service")),
        lambda: gate.propose(restart("ssh.service")),
        lambda: gate.propose(restart("ssh.service")),
        lambda: gate.approve(3, LILY, "x", {"name": "worker.service"}),
        lambda: gate.close_breaker(1, LILY),
    ]
    for number in range(1, 6):
        for call in (gate.explain, gate.execute, gate.verify):
            calls.append(lambda call=call, number=number: call(number))  # type: ignore[misc]
        calls.append(lambda number=number: gate.undo(number, LILY))  # type: ignore[misc]
        calls.append(lambda number=number: gate.approve(number, LILY))  # type: ignore[misc]
        calls.append(lambda number=number: gate.reject(number, LILY))  # type: ignore[misc]
        calls.append(lambda number=number: gate.withdraw(number, "x"))  # type: ignore[misc]
    return calls


def damaged(place: Path, whole: Path, seed: int, results: Path) -> str:
    """What is wrong when a damaged ledger is used; empty when nothing is."""
    folder = place / f"damaged-{seed}"
    keep(whole, folder)
    chance = random.Random(seed)
    damage = DAMAGE[seed % len(DAMAGE)]
    (folder / "macha.db").write_bytes(damage((whole / "macha.db").read_bytes(), chance))
    house = House(folder, minutes=chance.choice((0, 11)))
    ran_before = house.world.ran()
    worked = known = 0
    try:
        try:
            gate = house.gate(chance.choice(list(Level)))
            calls = every_call(gate)
        except MachaError as error:
            assert "\n" not in str(error)
            return ""
        for call in calls:
            try:
                call()
                worked += 1
            except MachaError as error:
                assert "\n" not in str(error), str(error)
                known += 1
        new = house.world.ran() - ran_before
        close(gate)
        assert_of_rows(folder, new, ran_before)
    except Exception:
        return f"{damage.__name__}, seed {seed}:\n{traceback.format_exc()}"
    finally:
        with results.open("a") as file:
            file.write(f"{damage.__name__} {'opened' if worked + known else 'refused'} {worked} {known}\n")
        forget(folder)
    return ""


def assert_of_rows(folder: Path, new: Counter[str], before: Counter[str]) -> None:
    """Every effect that happened on a damaged ledger is one that its row, or the copy of its row in the audit, allows:
    a person or the policy said yes to exactly this id, and it had not run before."""
    audit = (folder / "audit.jsonl").read_text()
    for unit, count in new.items():
        id_ = unit.removeprefix("macha-act-").removesuffix(".service")
        assert count == 1 and unit not in before, f"{unit} ran {count + before[unit]} times"
        for event in ("approved", "armed"):
            assert any(f'"event": "{event}"' in line and id_ in line for line in audit.splitlines()), (event, id_)


def test_a_damaged_ledger_works_or_is_a_known_error(place: Path, whole: Path) -> None:
    begun = time.monotonic()
    results = place / "results"
    tasks: list[tuple[object, ...]] = [(place, whole, seed, results) for seed in range(DAMAGES * len(DAMAGE))]
    wrong = side_by_side(damaged, tasks)
    told = [line.split() for line in results.read_text().splitlines()]
    opened = Counter(f"{damage} {what}" for damage, what, *_ in told)
    print(
        f"\n{len(tasks)} damaged ledgers, {sum(int(n) for *_, n, _ in told)} calls worked, "
        f"{sum(int(n) for *_, n in told)} were known errors, {len(wrong)} went wrong: {dict(opened)}; "
        f"{time.monotonic() - begun:.0f} s"
    )
    assert not wrong, f"{len(wrong)} of {len(tasks)}, the first:\n" + "\n".join(wrong[:3])


def test_a_ledger_that_is_gone_while_a_gate_is_open_acts_on_nothing(place: Path, whole: Path) -> None:
    keep(whole, folder := place / "gone")
    house = House(folder)
    gate = house.gate(Level.SUGGEST)
    close(gate)
    shutil.rmtree(folder)
    for call in every_call(gate):
        with suppress(MachaError):
            call()
    assert house.world.sent().total() == 2
