"""A state folder on a real file system that is full, read-only or out of inodes, mounted where nobody else sees it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gate.audit import verify
from gate.interface import Entry, Person, Request
from gate.local import LocalGate
from tests.conftest import ManualClock, settings_for
from tests.world import World
from tools.errors import MachaError
from tools.hosts import Completed

LILY = Person(1000, "lily")
ATTEMPTS = 20
MOUNTED = 'mount --make-rprivate / && mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && exec "$@"'
VACUUM = Request("web", "journal.vacuum", {"keep_megabytes": 64}, "the disk is full")


def on_a_disk_of_its_own(tmp_path: Path, options: str, what: str) -> str:
    """Run one of the functions below in a process that has its own file system; returns what it printed."""
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", MOUNTED, "sh", options, disk, sys.executable, "-m", __name__, what, disk],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    print("\n" + done.stdout)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session", autouse=True)
def base_image() -> None:
    """No host is booted here."""


@pytest.fixture(autouse=True)
def _needs_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may mount a file system")


def test_a_clean_up_goes_through_on_a_full_disk(tmp_path: Path) -> None:
    assert f"{ATTEMPTS} of {ATTEMPTS} clean-ups" in on_a_disk_of_its_own(tmp_path, "size=3m", "full")


def test_a_cycle_goes_through_on_a_full_disk(tmp_path: Path) -> None:
    assert "a cycle on a full disk" in on_a_disk_of_its_own(tmp_path, "size=6m", "with_ballast")


def test_a_full_disk_without_ballast_is_one_clear_line(tmp_path: Path) -> None:
    assert "no effect" in on_a_disk_of_its_own(tmp_path, "size=3m", "without_ballast")


def test_a_read_only_folder_is_one_clear_line(tmp_path: Path) -> None:
    assert "no effect" in on_a_disk_of_its_own(tmp_path, "size=3m", "read_only")


def test_a_disk_without_inodes_is_one_clear_line(tmp_path: Path) -> None:
    assert "no effect" in on_a_disk_of_its_own(tmp_path, "size=3m,nr_inodes=40", "without_inodes")


# ---- what is done there, in the child


def gate_over(folder: Path, world: World) -> LocalGate:
    return LocalGate(folder, settings_for("web"), lambda _: world, ManualClock())


def full_machine() -> World:
    world = World()
    world.journal_bytes = 1 << 30
    return world


def closed(gate: LocalGate) -> None:
    gate._ledger._engine.dispose()


def fill(disk: Path) -> Path:
    """Write until not one more byte fits."""
    filler = disk / "filler"
    with filler.open("ab", buffering=0) as file:
        for size in (1 << 16, 4096, 512, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                pass
    return filler


def full(disk: Path) -> None:
    good = 0
    for attempt in range(ATTEMPTS):
        folder = disk / "state"
        world = full_machine()
        gate = gate_over(folder, world)
        assert (folder / "ballast").exists()
        is_open_already = attempt % 2 == 0
        if not is_open_already:
            closed(gate)
        filler = fill(disk)

        def removed(_: tuple[str, ...], filler: Path = filler) -> Completed | None:
            filler.unlink()
            return None

        world.after_effect = removed
        if not is_open_already:
            gate = gate_over(folder, world)
        row = gate.propose(VACUUM)
        assert isinstance(gate.approve(row.number, LILY), Entry)
        done = gate.execute(row.number)
        assert isinstance(done, Entry), done
        assert done.state == "done"
        proven = gate.verify(row.number)
        assert isinstance(proven, Entry), proven
        assert proven.state == "verified"
        assert verify(folder / "audit.jsonl") == 6
        assert len(world.effects) == 1
        closed(gate)
        closed(gate_over(folder, world))
        assert (folder / "ballast").exists(), "it is put back once there is room"
        subprocess.run(["rm", "-r", folder], check=True)
        good += 1
    print(f"{good} of {ATTEMPTS} clean-ups went through on a disk of 3 MB without a byte left")


def refuses(disk: Path, spoil: Callable[[Path], object]) -> None:
    """With a row that was approved before: every way in says one line, and nothing is done."""
    folder, world = disk / "state", full_machine()
    gate = gate_over(folder, world)
    assert isinstance(gate.approve(gate.propose(VACUUM).number, LILY), Entry)
    closed(gate)
    configuration = disk / "macha.toml"
    configuration.write_text(f'stateDirectory = "{folder}"\n')
    (disk / "home").mkdir()
    spoil(disk)
    try:
        gate_over(folder, world).execute(1)
        raise AssertionError("it went on")
    except MachaError as error:
        print(f"the gate: {error}")
        assert "\n" not in str(error)
    assert world.effects == []
    writing, reading = ("macha check", "macha-approve approve 1"), ("macha-approve list", "macha-logs decisions")
    for command in (*writing, *reading, "macha audit verify"):
        done = command_line(command, configuration)
        print(f"{command}: exit {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
        assert done.returncode in (0, 1), done.stderr
        if done.returncode:
            assert len(done.stderr.strip().splitlines()) == 1, done.stderr
        else:
            assert not done.stderr, done.stderr
            assert command not in writing, "it wrote where nothing can be written"
    print("no effect")


def without_ballast(disk: Path) -> None:
    def spoil(disk: Path) -> None:
        (disk / "state" / "ballast").unlink()
        fill(disk)

    refuses(disk, spoil)


def with_ballast(disk: Path) -> None:
    """A whole cycle, of this machine here and only to look, still fits in what the ballast gives back."""
    (disk / "home").mkdir()
    folder, configuration = disk / "state", disk / "macha.toml"
    configuration.write_text(f'stateDirectory = "{folder}"\nautonomyLevel = "observe"\n')
    closed(gate_over(folder, World()))
    fill(disk)
    for attempt in range(2):
        done = command_line("macha check", configuration)
        print(f"{attempt + 1}: exit {done.returncode}: {(done.stdout or done.stderr).strip().splitlines()[0]}")
        assert done.returncode == 0, done.stderr
        assert "rror" not in done.stderr, done.stderr
    print("a cycle on a full disk")


def command_line(command: str, configuration: Path) -> subprocess.CompletedProcess[str]:
    program, *arguments = command.split()
    return subprocess.run(
        [sys.executable, "-c", f"from cli.main import *; {program.replace('-', '_')}()", *arguments],
        env={**os.environ, "MACHA_CONFIG": str(configuration), "XDG_STATE_HOME": str(configuration.with_name("home"))},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def read_only(disk: Path) -> None:
    refuses(disk, lambda disk: subprocess.run(["mount", "-o", "remount,ro", disk], check=True))


def without_inodes(disk: Path) -> None:
    def spoil(disk: Path) -> None:
        for number in range(1000):
            try:
                (disk / f"file{number}").touch()
            except OSError:
                return

    refuses(disk, spoil)


if __name__ == "__main__":
    globals()[sys.argv[1]](Path(sys.argv[2]))
