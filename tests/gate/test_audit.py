"""The audit: whatever is changed in it is found and named, and what cannot be continued stops every effect."""

import json
import os
import random
import socket
import time
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from gate.audit import EFFECTS, START, Audit, _hash, anchor, verify
from gate.interface import Person, Request
from gate.ledger import Ledger
from tests.conftest import GateOver
from tests.world import World, failed, lines
from tools.clock import SystemClock
from tools.errors import MachaError
from tools.store.ballast import Ballast

LILY = Person(1000, "lily")
MUTATIONS = 1000
MANY = 100_000

Chain = list[bytes]
"""The lines of an audit, each with its line break."""


def restart(unit: str) -> Request:
    return Request("web", "unit.restart", {"name": unit}, "because the log said “nö” twice", ("f1",), "run-1")


@pytest.fixture
def chain(gate_over: GateOver, tmp_path: Path) -> Chain:
    """What a gate has written: 40 rows that were allowed, refused, carried out and proven."""
    units = {f"app{number}.service": failed() for number in range(40)}
    gate = gate_over(World(units=units), budgets={"hostHour": 1000, "fleetHour": 1000, "hostCycle": 1000})
    for number, unit in enumerate(units, 1):
        gate.propose(restart(unit))
        gate.approve(number, LILY, "go on") if number % 3 else gate.reject(number, LILY, "not now")
        gate.execute(number)
    return (tmp_path / "audit.jsonl").read_bytes().splitlines(keepends=True)


# ---- mutations: each returns the changed chain and the number of the first line that is not as it was written


def a_byte_changed(lines: Chain, chance: random.Random) -> tuple[Chain, int]:
    at = chance.randrange(len(lines))
    line = bytearray(lines[at])
    where = chance.randrange(len(line))
    line[where] = chance.choice([byte for byte in range(256) if byte != line[where]])
    return [*lines[:at], bytes(line), *lines[at + 1 :]], at + 1


def a_bit_flipped(lines: Chain, chance: random.Random) -> tuple[Chain, int]:
    at = chance.randrange(len(lines))
    line = bytearray(lines[at])
    line[chance.randrange(len(line))] ^= 1 << chance.randrange(8)
    return [*lines[:at], bytes(line), *lines[at + 1 :]], at + 1


def a_line_removed(lines: Chain, chance: random.Random) -> tuple[Chain, int]:
    at = chance.randrange(len(lines))
    return [*lines[:at], *lines[at + 1 :]], at + 1


def two_lines_swapped(lines: Chain, chance: random.Random) -> tuple[Chain, int]:
    one, other = sorted(chance.sample(range(len(lines)), 2))
    changed = list(lines)
    changed[one], changed[other] = lines[other], lines[one]
    return changed, one + 1


def a_line_repeated(lines: Chain, chance: random.Random) -> tuple[Chain, int]:
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
    return [*lines[:to], lines[at], *lines[to:]], to + 1 if at != to else to + 2


def a_line_cut_off(lines: Chain, chance: random.Random) -> tuple[Chain, int]:
    at = chance.randrange(len(lines))
    return [*lines[:at], lines[at][: chance.randrange(1, len(lines[at]))]], at + 1


def the_end_cut_off(lines: Chain, chance: random.Random) -> tuple[Chain, int]:
    at = chance.randrange(len(lines))
    return lines[:at], at + 1


def the_end_rewritten_with_good_hashes(lines: Chain, chance: random.Random) -> tuple[Chain, int]:
    """By somebody who knows how the chain is made: only the anchored head, which is the last line's, tells."""
    at = chance.randrange(len(lines))
    body = json.loads(lines[at])
    previous, forged = body["previous"], lines[:at]
    for line in lines[at:]:
        body = json.loads(line) | {"decided_by": "mary (uid 1001)"}
        del body["hash"]
        forged.append(hashed(body | {"previous": previous}))
        previous = json.loads(forged[-1])["hash"]
    return forged, len(lines)


def a_line_of_ones_own_inserted(lines: Chain, chance: random.Random) -> tuple[Chain, int]:
    """Right in itself and in its place, so that the line after it, or the anchored head, is what does not fit."""
    at = chance.randrange(len(lines))
    body = {key: value for key, value in json.loads(lines[at]).items() if key != "hash"}
    return [*lines[:at], hashed(body | {"event": "verified"}), *lines[at:]], min(at + 2, len(lines))


def an_empty_line_inserted(lines: Chain, chance: random.Random) -> tuple[Chain, int]:
    at = chance.randrange(len(lines))
    return [*lines[:at], chance.choice([b"\n", b" \n", b"{}\n", b"null\n", b"[]\n"]), *lines[at:]], at + 1


def the_same_json_written_differently(lines: Chain, chance: random.Random) -> tuple[Chain, int]:
    at = chance.randrange(len(lines))
    body = json.loads(lines[at])
    shuffled = dict(chance.sample(sorted(body.items()), len(body)))
    ways: list[Callable[[], str]] = [
        lambda: json.dumps(shuffled) if list(shuffled) != list(body) else json.dumps(body, indent=None) + " ",
        lambda: json.dumps(body, separators=(",", ":")),
        lambda: json.dumps(body, ensure_ascii=False),
        lambda: " " + json.dumps(body),
        lambda: json.dumps(body) + "\r",
        lambda: json.dumps(body).replace('"event"', '"\\u0065vent"'),
        lambda: json.dumps(body).replace('{"audit"', '{"audit": 0, "audit"'),
        lambda: json.dumps(body).replace(f'"audit": {at + 1},', f'"audit": {at + 1}.0,'),
    ]
    written = chance.choice(ways)().encode() + b"\n"
    assert json.loads(written) == body
    return [*lines[:at], written, *lines[at + 1 :]], at + 1


MUTATORS = (
    a_byte_changed, a_bit_flipped, a_line_removed, two_lines_swapped, a_line_repeated, a_line_cut_off, the_end_cut_off,
    the_end_rewritten_with_good_hashes, a_line_of_ones_own_inserted, an_empty_line_inserted,
    the_same_json_written_differently,
)  # fmt: skip


def hashed(body: Mapping[str, Any]) -> bytes:
    """A line that is right in itself."""
    return json.dumps({**body, "hash": _hash(body)}).encode() + b"\n"


def test_every_change_is_found_and_its_line_named(chain: Chain, tmp_path: Path) -> None:
    last = json.loads(chain[-1])
    head = (last["audit"], last["hash"])
    file = tmp_path / "changed.jsonl"
    chance, found = random.Random(15), Counter[str]()
    for number in range(MUTATIONS):
        mutate = MUTATORS[number % len(MUTATORS)]
        changed, line = mutate(chain, chance)
        file.write_bytes(b"".join(changed))
        if changed == chain:  # a byte of a line break may have made the same file; none did with this seed
            pytest.fail(f"{mutate.__name__} changed nothing")
        with pytest.raises(MachaError, match=rf": line {line} ") as told:
            verify(file, head)
        assert "\n" not in str(told.value)
        found[mutate.__name__] += 1
    print(f"\n{found.total()} of {MUTATIONS} changes of a chain of {len(chain)} lines found, line named: {dict(found)}")
    file.write_bytes(b"".join(chain))
    assert verify(file, head) == len(chain)


def test_without_a_head_everything_but_a_cut_or_rewritten_end_is_found(chain: Chain, tmp_path: Path) -> None:
    file = tmp_path / "changed.jsonl"
    file.write_bytes(b"".join(chain[:-3]))
    assert verify(file) == len(chain) - 3
    with pytest.raises(MachaError, match=f"line {len(chain) - 2} is missing: {len(chain)} lines were anchored"):
        verify(file, (len(chain), json.loads(chain[-1])["hash"]))


def many_events(last: int, are_effects: bool | None) -> list[Mapping[str, Any]]:
    """The events of a ledger that has seen 25,000 actions."""
    kinds = ("proposed", "approved", "claimed", "done")
    common = {"at": "2026-03-01T12:00:00.000Z", "host": "web", "kind": "unit.restart", "why": "because " * 20}
    every = [{"id": at, "event": kinds[at % 4], "number": at // 4, **common} for at in range(last + 1, MANY + 1)]
    return [event for event in every if are_effects is None or (event["event"] in EFFECTS) is are_effects]


def test_a_hundred_thousand_lines_are_verified_in_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # writing them is not what is measured
    audit = Audit(tmp_path)
    audit.follow(many_events, lambda: None)
    begun = time.monotonic()
    assert verify(tmp_path / "audit.jsonl", audit.head()) == MANY
    seconds = time.monotonic() - begun
    print(f"\n{MANY} lines, {(tmp_path / 'audit.jsonl').stat().st_size >> 20} MB, verified in {seconds:.1f} s")
    assert seconds < 20


# ---- keeping one chain


def appends(folder: Path, who: int, count: int, together: Any) -> None:
    ledger = Ledger(folder / "macha.db", SystemClock(), Ballast(folder))
    together.wait()
    for number in range(count):
        ledger.transact(partial(ledger.note_in, event="stopped", by=f"process {who}", number=number))
        Audit(folder).follow(ledger.events_after, lambda: None)


def test_four_processes_keep_one_chain(tmp_path: Path) -> None:
    context, count = get_context("fork"), 50
    together = context.Barrier(4)
    children = [context.Process(target=appends, args=(tmp_path, who, count, together)) for who in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join(300)
    assert [child.exitcode for child in children] == [0] * 4
    assert verify(tmp_path / "audit.jsonl") == 4 * count
    for name in ("audit", "decisions"):
        assert [line["id"] for line in lines(tmp_path / f"{name}.jsonl")] == list(range(1, 4 * count + 1))
    print(f"\n4 processes, {count} events each: one chain of {4 * count} lines")


def test_a_view_that_was_left_behind_catches_up(chain: Chain, gate_over: GateOver, tmp_path: Path) -> None:
    before = {name: (tmp_path / name).read_bytes() for name in ("audit.jsonl", "decisions.jsonl", "actions.jsonl")}
    for name in before:
        whole = (tmp_path / name).read_bytes().splitlines(keepends=True)
        (tmp_path / name).write_bytes(b"".join(whole[:-5]))
    gate_over(World())
    assert {name: (tmp_path / name).read_bytes() for name in before} == before


@pytest.mark.parametrize("name", ["audit.jsonl", "decisions.jsonl", "actions.jsonl"])
def test_a_line_that_a_crash_left_unfinished_is_finished(
    chain: Chain, gate_over: GateOver, tmp_path: Path, name: str
) -> None:
    before = (tmp_path / name).read_bytes()
    for left in (1, 40, 200):
        (tmp_path / name).write_bytes(before[:-left])
        gate_over(World())
        assert (tmp_path / name).read_bytes() == before
    (tmp_path / name).write_bytes(before.splitlines(keepends=True)[0][:10])
    gate_over(World())
    assert (tmp_path / name).read_bytes() == before


def spoiled(line: bytes) -> list[bytes]:
    """What may stand where the last line was."""
    body = json.loads(line)
    return [
        b'{"id": 1, "half', b"\n", b"[]\n", b"{}\n", b"null\n", b"7\n", b"\0" * 300,
        b'{"id": "1"}\n', b'{"id": true}\n', b"\xff\xfe\n", b"[" * 100_000 + b"\n",
        line[:-1] + b" \n", line[:-2] + b"\n", line.replace(b"because", b"Because"),
        json.dumps(body | {"id": 10**6}).encode() + b"\n", json.dumps({"id": body["id"]}).encode() + b"\n",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["audit.jsonl", "decisions.jsonl", "actions.jsonl"])
@pytest.mark.parametrize("which", range(16))
def test_a_damaged_last_line_stops_every_effect_and_says_so(
    gate_over: GateOver, tmp_path: Path, name: str, which: int
) -> None:
    units = {"app.service": failed(), "other.service": failed()}
    world = World(units=units)
    gate = gate_over(world)
    gate.propose(restart("app.service"))
    gate.approve(1, LILY)
    gate.execute(1)
    gate.propose(restart("other.service"))
    gate.approve(2, LILY)
    *rest, last = (tmp_path / name).read_bytes().splitlines(keepends=True)
    damaged = spoiled(last)[which]
    (tmp_path / name).write_bytes(b"".join(rest) + damaged)
    for attempt in (lambda: gate.execute(2), lambda: gate_over(world)):
        with pytest.raises(MachaError, match="nothing is done") as told:
            attempt()
        assert "\n" not in str(told.value)
    assert len(world.effects) == 1
    if which == 0:
        print("\n" + str(told.value))


def test_a_ledger_that_was_put_back_from_a_copy_is_noticed(gate_over: GateOver, tmp_path: Path) -> None:
    world = World(units={"app.service": failed()})
    gate = gate_over(world)
    gate.propose(restart("app.service"))
    gate._ledger._engine.dispose()
    copy = (tmp_path / "macha.db").read_bytes()
    later = gate_over(world)
    later.approve(1, LILY)
    later._ledger._engine.dispose()
    for name in ("macha.db-wal", "macha.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / "macha.db").write_bytes(copy)
    with pytest.raises(MachaError, match=r"audit\.jsonl: its last line is of another ledger than macha\.db"):
        gate_over(world)


def test_a_ledger_that_was_moved_away_takes_its_audit_with_it(gate_over: GateOver, tmp_path: Path) -> None:
    world = World(units={"app.service": failed()})
    gate_over(world).propose(restart("app.service"))
    for file in tmp_path.glob("macha.db*"):
        file.unlink()
    with pytest.raises(MachaError, match="move it and the other"):
        gate_over(world)
    for file in tmp_path.glob("*.jsonl"):
        file.unlink()
    gate_over(world).propose(restart("app.service"))
    assert verify(tmp_path / "audit.jsonl") == 1


# ---- the head


def test_the_head_is_the_number_and_hash_of_the_last_line(chain: Chain, gate_over: GateOver, tmp_path: Path) -> None:
    last = json.loads(chain[-1])
    assert gate_over(World()).anchor() == (last["audit"], last["hash"])
    assert Audit(tmp_path / "new").head() == (0, START)


def test_the_head_is_written_to_the_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.bind(str(tmp_path / "socket"))
        journal.settimeout(5)
        monkeypatch.setattr("gate.audit.JOURNAL_SOCKET", tmp_path / "socket")
        assert anchor(Audit(tmp_path)) == (0, START)
        assert f"MACHA_AUDIT_HASH={START}".encode() in journal.recv(4096)


def test_an_audit_that_is_not_there_or_cannot_be_read_is_a_known_error(tmp_path: Path) -> None:
    with pytest.raises(MachaError, match="there is no audit yet"):
        verify(tmp_path / "audit.jsonl")
    with pytest.raises(MachaError, match="cannot be read: Is a directory"):
        verify(tmp_path)
