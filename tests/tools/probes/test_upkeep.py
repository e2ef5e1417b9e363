import re
import subprocess
from pathlib import Path

import pytest

from tests.tools.probes.recordings import output
from tools.probes import Skipped
from tools.probes.upkeep import Upkeep

BOOTED = 1795338000
OFFLINE = "usr/lib/sysimage/libdnf5/offline/offline-transaction-state.toml"
SYSTEM_UPGRADE = "var/lib/dnf/system-upgrade/system-upgrade-state.json"


def parsed(parts: str) -> Upkeep:
    fact = Upkeep.parse(f"== now\n{BOOTED + 1000}\n1000.00\n{parts}".encode())
    assert isinstance(fact, Upkeep)
    return fact


def test_a_recorded_host_on_which_much_is_undone() -> None:
    fact = Upkeep.parse(output("upkeep"))
    assert isinstance(fact, Upkeep)
    assert fact.reboot == ("packages ask for it (/run/reboot-required)",)
    assert fact.packages == ("adduser: install ok half-configured",)
    assert [(lock.path, lock.holder) for lock in fact.locks] == [("/run/lock/backup.lock", 999999)]
    assert [(backup.path, backup.newest, backup.size_bytes) for backup in fact.backups] == [
        ("/srv/backup", "/srv/backup/x.tgz", 5),
        ("/srv/none", "", 0),
    ]
    assert (fact.folders["/var/lib/shop"].owner, fact.folders["/tmp"].mode) == ("shop", "1777")
    assert (fact.is_generation_unbooted, fact.undecrypted, len(fact.damaged_journals)) == (False, (), 1)


def test_a_host_that_said_nothing_is_well() -> None:
    fact = parsed("")
    assert (fact.reboot, fact.packages, fact.locks, fact.backups, fact.unattended_upgrade_age_seconds) == (
        (),
        (),
        (),
        (),
        None,
    )


@pytest.mark.parametrize(("seconds", "is_damaged"), [(25, False), (26, True)])
def test_a_journal_put_aside_after_journald_opened_its_files(seconds: int, is_damaged: bool) -> None:
    flushed = f"== journals\n{BOOTED + 20} 0 /run/systemd/journal/flushed\n"
    aside = f"{BOOTED + seconds} 8388608 /var/log/journal/1/system@0.journal~\n"
    assert bool(parsed(flushed + aside).damaged_journals) == is_damaged


def test_nixos() -> None:
    fact = parsed("== reboot\nanother kernel was booted\n== generation\ndiffers\n== undecrypted\n/run/secrets\n")
    assert (fact.reboot, fact.is_generation_unbooted, fact.undecrypted) == (
        ("another kernel was booted",),
        True,
        ("/run/secrets",),
    )


def test_an_unfinished_dpkg_run_and_a_lock_that_names_nobody() -> None:
    fact = parsed(f"== transactions\n/var/lib/dpkg/updates/0001\n== locks\n- {BOOTED} /var/lib/pacman/db.lck\n")
    assert fact.packages == ("unfinished: /var/lib/dpkg/updates/0001",)
    assert [(lock.holder, lock.age_seconds) for lock in fact.locks] == [(None, 1000.0)]


def test_without_a_clock_there_is_no_fact() -> None:
    assert isinstance(Upkeep.parse(b"== reboot\n"), Skipped)


@pytest.mark.parametrize(
    ("files", "found"),
    [
        pytest.param({"usr/bin/bash": "", "usr/bin/a;b": "", "usr/bin/x;0123abc": ""}, [], id="whole packages"),
        pytest.param({OFFLINE: 'status = "download-complete"\n'}, [], id="an upgrade that waits for its reboot"),
        pytest.param({SYSTEM_UPGRADE: '{"upgrade_status": "ready"}'}, [], id="one of dnf4 that waits"),
        pytest.param({OFFLINE: 'x = 1\nstatus = "transaction-incomplete"\n'}, [OFFLINE], id="one that did not finish"),
        pytest.param({SYSTEM_UPGRADE: '{"a": 1, "upgrade_status": "incomplete"}'}, [SYSTEM_UPGRADE], id="one of dnf4"),
        pytest.param({"usr/bin/bash;68f0a1c2": ""}, ["usr/bin/bash;68f0a1c2"], id="rpm was killed while it unpacked"),
    ],
)
def test_what_dnf_and_rpm_leave_of_an_interrupted_upgrade(
    tmp_path: Path, files: dict[str, str], found: list[str]
) -> None:
    for name, text in ({"usr/lib/sysimage/rpm/rpmdb.sqlite": ""} | files).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    command = Upkeep.command.partition("echo '== transactions'\n")[2].partition("echo '== backups'")[0]
    command = re.sub(r"(?<=[ ])/(?=usr|var|etc)", f"{tmp_path}/", command)
    printed = subprocess.run(("sh", "-c", command), capture_output=True, text=True, timeout=10).stdout
    assert [line.removeprefix(f"{tmp_path}/") for line in printed.split()] == found
    assert list(parsed(f"== transactions\n{printed}").packages) == [f"unfinished: {tmp_path}/{name}" for name in found]
