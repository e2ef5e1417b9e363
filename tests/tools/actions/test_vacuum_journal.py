"""Giving back the space of old journal files: when there is more than is kept."""

from pathlib import Path

import pytest

from tests.tools.actions.worlds import MEBIBYTE, facts, units
from tools.actions.catalogue import build
from tools.actions.vacuum_journal import VacuumJournal
from tools.probes.journal_usage import JournalUsage

VACUUM = VacuumJournal()


@pytest.mark.parametrize("megabytes", [0, 8, 64])
def test_a_small_journal_is_left_alone(megabytes: int) -> None:
    said = f"the journal takes {megabytes} MB, no more than what would be kept"
    assert VACUUM.why_not(units(megabytes)) == said


def test_an_unknown_size_is_a_reason_against_it() -> None:
    assert VACUUM.why_not(facts()) == "the size of the journal could not be read: not collected"


def test_a_large_journal_may_be_made_smaller() -> None:
    assert VACUUM.why_not(units(65)) is None
    assert VACUUM.argv() == ("journalctl", "--directory=/var/log/journal", "--rotate", "--vacuum-size=64M")
    assert VACUUM.sentence() == "remove the oldest journal files until at most 64 MB of them are left"
    assert (VACUUM.target(), VACUUM.unit()) == (str(Path("/var/log/journal")), None)


@pytest.mark.parametrize("megabytes", [-1, 0, 15, 2**21, "64", 64.0, True])
def test_how_much_is_kept_stays_within_reason(megabytes: int) -> None:
    assert "do not fit" in str(build("journal.vacuum", {"keep_megabytes": megabytes}))


def test_a_line_more_does_not_make_its_approval_stale() -> None:
    assert VACUUM.basis(units(400)) == VACUUM.basis(units(401))
    assert VACUUM.basis(units(400)) != VACUUM.basis(units(8))


def test_it_helped_when_little_is_left() -> None:
    before = VACUUM.basis(units(400))
    assert VACUUM.verify(before, units(96)).outcome == "verified"
    assert VACUUM.verify(before, units(97)).outcome == "not_helped"
    assert VACUUM.verify(before, facts(JournalUsage(400 * MEBIBYTE))).outcome == "not_helped"
    assert VACUUM.verify(before, facts()).outcome == "unproven"
