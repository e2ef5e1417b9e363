"""A disk that is full, read-only or sick at any moment: no effect without a durable intent, the truth afterwards."""

import errno
import os
import sqlite3
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from gate.audit import verify
from tests.conftest import GateOver
from tests.gate.crash.conftest import MEMORY
from tests.gate.crash.house import LILY, STORY, House, forget, goes_on, keep, restart, side_by_side
from tests.gate.crash.points import At, Points
from tests.world import World, failed
from tools.configuration import Level
from tools.errors import MachaError
from tools.store.ballast import BALLAST_BYTES, Ballast
from tools.store.trouble import known_trouble

IS_EVERY_POINT = os.environ.get("MACHA_KILL_EVERYWHERE") == "1"
"""Also where the disk is only read, and in one more chapter."""
CHAPTERS = range(4 if IS_EVERY_POINT else 3)
WRITES = ("INSERT", "UPDATE", "DELETE", "CREATE", "do_commit")
CHANGES = ("write", "fsync", "ftruncate", "rename", "unlink", "mkdir", "posix_fallocate", "write_text")
READS = ("SELECT", "BEGIN", "PRAGMA", "connect")


def disk_error(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def database_error(code: int, said: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(said)
    error.sqlite_errorcode = code
    return error


TROUBLE: dict[str, tuple[Callable[[], OSError], Callable[[], sqlite3.Error], tuple[str, ...]]] = {
    "full": (
        lambda: disk_error(errno.ENOSPC),
        lambda: database_error(sqlite3.SQLITE_FULL, "database or disk is full"),
        (*WRITES, "write", "fsync", "mkdir", "posix_fallocate", "write_text"),
    ),
    "read-only": (
        lambda: disk_error(errno.EROFS),
        lambda: database_error(sqlite3.SQLITE_READONLY, "attempt to write a readonly database"),
        (*WRITES, *CHANGES),
    ),
    "sick": (
        lambda: disk_error(errno.EIO),
        lambda: database_error(sqlite3.SQLITE_IOERR_FSYNC, "disk I/O error"),
        (*WRITES, *CHANGES, *(READS if IS_EVERY_POINT else ())),
    ),
}
"""How each trouble shows itself in files and in the database, and in which calls."""


def strikes(trouble: str, what: str) -> bool:
    """Whether this trouble can make this call fail."""
    return what.startswith("before ") and what.endswith(TROUBLE[trouble][2])


def fault_at(number: int, trouble: str, is_lasting: bool) -> At:
    def at(passed: int, what: str) -> None:
        if strikes(trouble, what) and (passed == number or (is_lasting and passed > number)):
            in_file, in_database, _ = TROUBLE[trouble]
            raise in_file() if what.removeprefix("before ") in CHANGES else in_database()

    return at


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def passed(place: Path) -> list[list[str]]:
    """The points of each chapter. What it finds, as the chapters before it left it, is kept."""
    points_of = []
    for number in CHAPTERS:
        keep(place / "told", place / f"before-{number}")
        points = Points()
        with points.watched():
            STORY[number](House(place / "told"))
        points_of.append(points.passed)
    return points_of


def require_intent(house: House) -> Callable[[str], None]:
    """Called before an effect: its row is armed in a ledger that another process reads, and so says the audit."""

    def look(what: str) -> None:
        if what != "before the effect":
            return
        id_ = house.world._unit.removeprefix("macha-act-").removesuffix(".service")
        ledger = sqlite3.connect(house.folder / "macha.db")
        assert ledger.execute("SELECT state FROM actions WHERE id = ?", (id_,)).fetchall() == [("armed",)]
        ledger.close()
        with open(house.folder / "audit.jsonl") as audit:  # noqa: PTH123 - `Path.open` is one of the points
            assert any('"event": "armed"' in line and id_ in line for line in audit)

    return look


def with_trouble(place: Path, chapter: int, number: int, trouble: str, is_lasting: bool) -> str:
    """What is wrong when the disk fails at a point of a chapter and works again later; empty when nothing is."""
    folder = place / f"{chapter}-{number}-{trouble}-{is_lasting}"
    keep(place / f"before-{chapter}", folder)
    house = House(folder)
    house.world._step = require_intent(house)
    said = "nothing"
    try:
        try:
            with Points(fault_at(number, trouble, is_lasting)).watched():
                STORY[chapter](house)
        except MachaError as error:
            said = str(error)
            assert "\n" not in said and str(folder) in said, said
        goes_on(House(folder, minutes=1))
        assert not list(folder.rglob("*.part")), "something was left half-written"
    except Exception:
        about = f"{trouble}{' for good' if is_lasting else ''} at point {number} of {STORY[chapter].__name__}"
        return f"{about}, which said {said}:\n{traceback.format_exc()}"
    finally:
        forget(folder)
    return ""


@pytest.mark.parametrize("trouble", TROUBLE)
def test_no_effect_without_an_intent_and_the_truth_afterwards(
    place: Path, passed: list[list[str]], trouble: str
) -> None:
    begun = time.monotonic()
    tasks: list[tuple[object, ...]] = [
        (place, chapter, number, trouble, is_lasting)
        for chapter, points in enumerate(passed)
        for number, what in enumerate(points, 1)
        for is_lasting in (False, True)
        if strikes(trouble, what)
    ]
    wrong = side_by_side(with_trouble, tasks)
    print(f"\n{trouble}: {len(tasks)} faults, once and for good: {len(wrong)} wrong; {time.monotonic() - begun:.0f} s")
    assert not wrong, f"{len(wrong)} of {len(tasks)}, the first:\n{wrong[0]}"


@pytest.mark.parametrize("is_mended_at_once", [True, False], ids=["taken back at once", "left for the next process"])
def test_a_line_that_fits_only_in_part_is_taken_back(
    gate_over: GateOver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_mended_at_once: bool
) -> None:
    tried = 0
    for at in range(1, 30):
        folder = tmp_path / f"{at}-state"
        writes, write, truncate = 0, os.write, os.ftruncate

        def in_part(file: int, data: bytes, at: int = at, write: Callable[[int, bytes], int] = write) -> int:
            nonlocal writes
            writes += 1
            if writes == at:
                return write(file, data[: len(data) // 2])
            if writes > at:
                raise disk_error(errno.ENOSPC)
            return write(file, data)

        def in_vain(*_: int) -> None:
            raise disk_error(errno.EIO)

        house = House(folder)
        with monkeypatch.context() as patched:
            patched.setattr(os, "write", in_part)
            patched.setattr(os, "ftruncate", truncate if is_mended_at_once else in_vain)
            try:
                for chapter in STORY[:3]:
                    chapter(house)
            except MachaError:
                tried += 1
        if writes < at:
            break
        goes_on(House(folder, minutes=1))
    print(f"\n{tried} lines of audit and views fitted only in part: all whole afterwards")
    assert tried > 10


def test_the_ballast_lets_a_full_disk_take_the_clean_up(tmp_path: Path) -> None:
    house = House(tmp_path / "state")
    gate = house.gate(Level.SUGGEST)
    assert (tmp_path / "state" / "ballast").stat().st_size == BALLAST_BYTES

    def full_with_ballast(_: int, what: str) -> None:
        if strikes("full", what) and (tmp_path / "state" / "ballast").exists():
            in_file, in_database, _calls = TROUBLE["full"]
            raise in_file() if what.removeprefix("before ") in CHANGES else in_database()

    with Points(full_with_ballast).watched():
        gate.propose(restart("app.service"))
        house.tell(gate.approve(1, LILY))
        gate.execute(1)
        gate.verify(1)
    assert gate.explain(1).entry.state == "verified"
    assert not (tmp_path / "state" / "ballast").exists()
    assert verify(tmp_path / "state" / "audit.jsonl") == 6
    house.gate(Level.SUGGEST)
    assert (tmp_path / "state" / "ballast").exists(), "it is put back when there is room again"


class SmallDisk(Ballast):
    """A ballast on a disk with so many bytes left."""

    def __init__(self, folder: Path, left: int) -> None:
        super().__init__(folder)
        self.left = left

    def _room(self) -> int:
        return self.left


def test_the_ballast_takes_no_room_that_is_needed(tmp_path: Path) -> None:
    ballast = SmallDisk(tmp_path, 2 * BALLAST_BYTES - 1)
    ballast.fill()
    assert not (tmp_path / "ballast").exists(), "what was just freed by it must not be taken by it again"
    ballast.left += 1
    ballast.fill()
    ballast.make_room()
    assert (tmp_path / "ballast").exists()
    ballast.left = 4096
    ballast.make_room()
    assert not (tmp_path / "ballast").exists()


def test_what_a_dead_process_left_of_a_ballast_is_removed(tmp_path: Path) -> None:
    (tmp_path / "ballast.77.part").write_bytes(b"half")
    Ballast(tmp_path).fill()
    assert [file.name for file in tmp_path.iterdir()] == ["ballast"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (disk_error(errno.ENOSPC), "No space left on device); free some space (`df -h`) or inodes (`df -i`)"),
        (disk_error(errno.EDQUOT), "Disk quota exceeded); free some space"),
        (disk_error(errno.EROFS), "Read-only file system); mount it writable"),
        (disk_error(errno.EACCES), "Permission denied); mount it writable, or give it to the user"),
        (disk_error(errno.EIO), "Input/output error); the disk does not work, `journalctl -k`"),
        (disk_error(errno.ENOTDIR), "Not a directory)"),
    ],
)
def test_trouble_with_a_folder_is_one_line_with_the_next_step(error: OSError, told: str) -> None:
    with pytest.raises(MachaError) as raised, known_trouble(Path("/var/lib/macha")):
        raise error
    assert str(raised.value).startswith(f"/var/lib/macha: it cannot be used ({told}")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (sqlite3.SQLITE_FULL, "free some space"),
        (sqlite3.SQLITE_IOERR_SHMSIZE, "free some space"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "mount it writable"),
        (sqlite3.SQLITE_IOERR_READ, "the disk does not work"),
        (sqlite3.SQLITE_BUSY, "another process has kept it"),
        (sqlite3.SQLITE_CANTOPEN, "see whose it is"),
        (sqlite3.SQLITE_CORRUPT, "put a copy back"),
    ],
)
def test_trouble_with_the_ledger_is_one_line_with_the_next_step(gate_over: GateOver, code: int, told: str) -> None:
    gate = gate_over(World(units={"app.service": failed()}))

    def fails(_: int, what: str) -> None:
        if what == "before do_execute INSERT":
            raise database_error(code, "it said so")

    with pytest.raises(MachaError, match=r"macha\.db: .*it said so.*; ") as raised, Points(fails).watched():
        gate.propose(restart("app.service"))
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)
    assert gate.list() == []
