from tests.tools.detectors.upkeeping import upkeep
from tools.detectors.journal_corrupt import detect


def test_a_whole_journal_is_left_alone() -> None:
    assert list(detect(upkeep())) == []


def test_damaged_files_are_one_finding() -> None:
    (one,) = detect(upkeep(damaged_journals=("/var/log/journal/1/system@1.journal~",) * 5))
    assert (one.object, one.details["files"], len(one.evidence)) == ("host", "5", 3)
