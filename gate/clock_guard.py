"""After a jump of the clock nothing that was decided before it is acted on: times in the ledger mean nothing then."""

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from gate.damage import is_stamp
from gate.ledger import Ledger
from gate.ledger import clock as marks
from tools.clock import Clock, parse_stamp, stamp
from tools.errors import MachaError

MOST_SECONDS = 300
"""A step that NTP or a slow boot may make; anything more is a jump (facts-security, F19)."""
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def guard(ledger: Ledger, clock: Clock, let_go: Callable[[sa.Connection, float], None]) -> None:
    """Call `let_go` with the seconds by which the wall clock has jumped beside the time that passed since the gate was
    last opened; within tolerance, do not. Across a reboot only a clock that went back can be told.

    Remembers this moment in the same transaction: a process that dies in it leaves the jump for the next one.
    """
    boot_id, wall, seconds = _boot_id(), clock.now(), clock.monotonic()

    def compare(db: sa.Connection) -> None:
        last = db.execute(sa.select(marks)).mappings().first()
        db.execute(marks.delete())
        db.execute(marks.insert().values(boot_id=boot_id, wall=stamp(wall), seconds=seconds))
        if last is None:
            return
        if not is_stamp(last["wall"]) or type(last["seconds"]) is not float:
            raise MachaError("the clock's row in the ledger is damaged or was edited; put a copy of macha.db back")
        moved = (wall - parse_stamp(last["wall"])).total_seconds()
        passed = seconds - last["seconds"] if last["boot_id"] == boot_id else max(moved, 0.0)
        if abs(moved - passed) > MOST_SECONDS:
            let_go(db, moved - passed)

    ledger.transact(compare)


def _boot_id() -> str:
    try:
        return BOOT_ID.read_text().strip()
    except OSError:
        return "unknown"
