"""Rows that somebody wrote into macha.db by hand: nothing runs, and every operation says so in one clear line."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gate import queue
from gate.interface import Entry, Person, Refused, Request
from gate.local import LocalGate
from tests.conftest import GateOver, ManualClock
from tests.world import World, failed
from tools.clock import stamp
from tools.errors import MachaError

LILY = Person(1000, "lily")
NESTED = "[" * 100_000 + "]" * 100_000

ROWS: dict[str, dict[str, Any]] = {
    "another unit": {"parameters": '{"name": "ssh.service"}'},
    "another unit in the target": {"target": "ssh.service"},
    "another sentence": {"sentence": "restart nothing at all"},
    "another host": {"host": "db"},
    "a host that is a path": {"host": "../../../tmp/x"},
    "a host that is a long path": {"host": "/" * 4000},
    "a host that is a flag": {"host": "-oProxyCommand=reboot"},
    "a host with a nul": {"host": "web\0"},
    "no host": {"host": ""},
    "an unknown kind": {"kind": "shell.run"},
    "a kind of another risk": {"kind": "diagnose"},
    "a wrong digest": {"digest": "0" * 64},
    "no digest": {"digest": ""},
    "an id that is a path": {"id": "../../ssh"},
    "an id that is a flag": {"id": "x.service --now"},
    "an id that is a glob": {"id": "*"},
    "an id with a line break": {"id": "0123456789abcdef\n"},
    "no id": {"id": ""},
    "parameters that are a list": {"parameters": '["app.service"]'},
    "parameters that are a text": {"parameters": '"app.service"'},
    "parameters that are a number": {"parameters": "7"},
    "parameters that are null": {"parameters": "null"},
    "parameters within parameters": {"parameters": '{"name": {"name": "app.service"}}'},
    "parameters that are NaN": {"parameters": '{"name": NaN}'},
    "parameters that are true": {"parameters": '{"name": true}'},
    "a field more": {"parameters": '{"name": "app.service", "argv": "reboot"}'},
    "a field twice": {"parameters": '{"name": "app.service", "name": "ssh.service"}'},
    "a huge parameter": {"parameters": json.dumps({"name": "a" * 1_000_000})},
    "a huge number as a parameter": {"parameters": '{"name": ' + "9" * 5000 + "}"},
    "a lone surrogate": {"parameters": '{"name": "\\ud800.service"}'},
    "deep nesting": {"parameters": NESTED},
    "broken JSON": {"parameters": '{"name": '},
    "JSON that is bytes": {"parameters": b"\xff\xfe"},
    "an object for unpickling": {"parameters": '{"lc": 2, "type": "constructor", "id": ["os", "system"]}'},
    "a pickle": {"parameters": b"\x80\x04\x95\x1f\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94."},
    "a basis that is a list": {"basis": "[]"},
    "a basis that is null": {"basis": "null"},
    "a basis of numbers": {"basis": '{"active": 1}'},
    "a basis of lists": {"basis": '{"active": ["failed"]}'},
    "no basis": {"basis": "{}"},
    "another basis": {"basis": '{"active": "failed"}'},
    "findings that are a text": {"findings": '"f1"'},
    "findings that are null": {"findings": "null"},
    "findings within findings": {"findings": '[["f1"]]'},
    "an unknown state": {"state": "done already"},
    "a state with a blank": {"state": "approved "},
    "an author of its own": {"author": "root"},
    "no time": {"expires_at": ""},
    "a time that is none": {"expires_at": "never"},
    "a month that is none": {"expires_at": "2026-13-41T00:00:00.000Z"},
    "a time without a zone": {"expires_at": "9999-01-01T00:00:00"},
    "a time that is a number": {"expires_at": 2**62},
    "a time that is bytes": {"expires_at": b"9999"},
    "a claim that is no time": {"claimed_at": "soon"},
    "another policy": {"policy_version": "00000000"},
    "another catalogue": {"catalogue_version": "00000000"},
    "text that is bytes": {"sentence": b"\xff\xfe\x00"},
    "text that is no UTF-8": {"why": b"\xff"},
    "a risk that is a number": {"risk": 3},
    "an output that is a number": {"output": 1.5},
    "a prompt that is text": {"is_prompt": "yes"},
    "a count that is text": {"seen_count": "many"},
    "a status that is text": {"exit_status": "0"},
    "an undo of itself": {"undo_of": "1"},
    "a huge row number": {"number": 2**62},
    "a row number below zero": {"number": -1},
}  # fmt: skip

HARMLESS = {"another unit in the target"}
"""Only shown: what runs is made from kind and parameters, and this row may still run exactly what was approved."""

CALLS: dict[str, Callable[[LocalGate, int, Path], object]] = {
    "list": lambda gate, number, _: gate.list(),
    "explain": lambda gate, number, _: gate.explain(number),
    "judge": lambda gate, number, _: gate.judge(_restart()),
    "propose": lambda gate, number, _: gate.propose(_restart()),
    "settle": lambda gate, number, _: gate.settle(),
    "verify": lambda gate, number, _: gate.verify(number),
    "undo": lambda gate, number, _: gate.undo(number, LILY),
    "execute": lambda gate, number, _: gate.execute(number),
    "approve": lambda gate, number, _: gate.approve(number, LILY),
    "approve edited": lambda gate, number, _: gate.approve(number, LILY, "", {"name": "ssh.service"}),
    "execute again": lambda gate, number, _: gate.execute(number),
    "reject": lambda gate, number, _: gate.reject(number, LILY),
    "withdraw": lambda gate, number, _: gate.withdraw(number, "over"),
    "breakers": lambda gate, number, _: gate.breakers(),
    "anchor": lambda gate, number, _: gate.anchor(),
    "waiting": lambda gate, number, folder: queue.waiting(folder, stamp(ManualClock().now())),
    "row": lambda gate, number, folder: queue.row(folder, number),
}


def _restart() -> Request:
    return Request("web", "unit.restart", {"name": "app.service"}, "because")


def _world() -> World:
    return World(units={"app.service": failed(), "ssh.service": failed()})


def _write(folder: Path, table: str, where: str, **values: Any) -> None:
    with sqlite3.connect(folder / "macha.db") as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        for column, value in values.items():
            db.execute(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {where}", (value,))
    db.close()


def _outcome(call: Callable[[], object]) -> object:
    try:
        return call()
    except MachaError as error:
        assert "\n" not in str(error)
        return error


@pytest.mark.parametrize("state", ["proposed", "approved", "claimed", "armed", "done", "failed", "refused"])
@pytest.mark.parametrize("row", ROWS)
def test_a_crafted_row_runs_nothing_and_is_refused_in_one_line(
    gate_over: GateOver, tmp_path: Path, row: str, state: str
) -> None:
    world = _world()
    gate = gate_over(world)
    gate.propose(_restart())
    gate.approve(1, LILY)
    _write(
        tmp_path, "actions", "number = 1", **({"state": state, "claimed_at": stamp(ManualClock().now())} | ROWS[row])
    )
    number = ROWS[row].get("number", 1)
    for name, call in CALLS.items():
        answer = _outcome(lambda call=call: call(gate, number, tmp_path))  # type: ignore[misc]
        assert isinstance(answer, MachaError | Refused) or name not in ("execute", "execute again") or _ended(answer), (
            name
        )
    _outcome(lambda: gate_over(world))
    if row not in HARMLESS:
        assert world.effects == []
    assert all(unit.startswith("macha-act-") for unit in world.acts)


def _ended(answer: object) -> bool:
    return isinstance(answer, Entry) and answer.state in ("stale", "expired", "unknown", "failed", "done")


@pytest.mark.parametrize("row", ["a wrong digest", "another unit", "another sentence", "another basis", "another host"])
def test_a_crafted_approval_is_told_why_it_does_not_run(gate_over: GateOver, tmp_path: Path, row: str) -> None:
    world = _world()
    gate = gate_over(world)
    gate.propose(_restart())
    _write(tmp_path, "actions", "number = 1", state="approved", decided_by="policy (uid -1)", **ROWS[row])
    answer = gate.execute(1)
    assert isinstance(answer, Entry)
    assert answer.state == "stale"
    assert answer.reason
    assert world.effects == []


OTHER_TABLES: dict[str, tuple[str, dict[str, Any]]] = {
    "an event that is a list": ("events", {"content": "[]"}),
    "an event that is broken": ("events", {"content": "{"}),
    "an event that is too deep": ("events", {"content": NESTED}),
    "an event at no time": ("events", {"at": "never"}),
    "an event of a number": ("events", {"event": 7}),
    "an event that names another id": ("events", {"content": '{"id": 99, "event": "approved"}'}),
    "a breaker of bytes": ("breakers", {"reason": b"\xff"}),
    "a breaker of a number": ("breakers", {"opened_at": 7}),
    "a clock without a time": ("clock", {"wall": "never"}),
    "a clock of text": ("clock", {"seconds": "many"}),
    "a clock of infinity": ("clock", {"seconds": float("inf")}),
    "a newer schema": ("schema_versions", {"version": 99}),
    "a schema of text": ("schema_versions", {"version": "new"}),
}  # fmt: skip


@pytest.mark.parametrize("what", OTHER_TABLES)
def test_any_other_crafted_table_raises_nothing_but_a_known_error(
    gate_over: GateOver, tmp_path: Path, what: str
) -> None:
    world = _world()
    gate = gate_over(world)
    gate.propose(_restart())
    with sqlite3.connect(tmp_path / "macha.db") as db:
        columns = "scope, host, kind, target, reason, opened_at"
        db.execute(f"INSERT INTO breakers ({columns}) VALUES ('unit', 'db', '', '', 'x', '2026')")
    db.close()
    table, values = OTHER_TABLES[what]
    _write(tmp_path, table, "1 = 1", **values)
    for call in CALLS.values():
        _outcome(lambda call=call: call(gate, 1, tmp_path))  # type: ignore[misc]
    _outcome(lambda: gate_over(world))
    _outcome(lambda: gate_over(world))


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**30, True, "1", None, 1.0, [1]])
def test_what_is_no_number_is_a_known_error(gate_over: GateOver, number: Any) -> None:
    gate = gate_over(_world())
    gate.propose(_restart())
    for name in ("verify", "execute", "explain"):
        with pytest.raises(MachaError, match="there is no action number"):
            getattr(gate, name)(number)
    with pytest.raises(MachaError, match="there is no action number"):
        gate.approve(number, LILY)
