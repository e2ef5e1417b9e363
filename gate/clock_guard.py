"""After a jump of the clock nothing that was decided before it is acted on: times in the ledger mean nothing then."""

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


def jump(ledger: Ledger, clock: Clock) -> float:
    """How far the wall clock has moved beside the time that passed since the gate was last opened, in seconds.

    0 within tolerance. Across a reboot only a clock that went back can be told. Remembers this moment.
    """
    boot_id, wall, seconds = _boot_id(), clock.now(), clock.monotonic()

    def compare(db: sa.Connection) -> float:
        last = db.execute(sa.select(marks)).mappings().first()
        db.execute(marks.delete())
        db.execute(marks.insert().values(boot_id=boot_id, wall=stamp(wall), seconds=seconds))
        if last is None:
            return 0.0
        if not is_stamp(last["wall"]) or type(last["seconds"]) is not float:
            raise MachaError("the clock's row in the ledger is damaged or was edited; put a copy of macha.db back")
        moved = (wall - parse_stamp(last["wall"])).total_seconds()
        passed = seconds - last["seconds"] if last["boot_id"] == boot_id else max(moved, 0.0)
        return moved - passed

    moved = ledger.transact(compare)
    return moved if abs(moved) > MOST_SECONDS else 0.0


def _boot_id() -> str:
    try:
        return BOOT_ID.read_text().strip()
    except OSError:
        return "unknown"
