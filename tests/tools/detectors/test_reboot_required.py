from tests.tools.detectors.upkeeping import upkeep
from tools.detectors.reboot_required import detect


def test_a_current_system_is_left_alone() -> None:
    assert list(detect(upkeep())) == []


def test_every_reason_is_told_in_one_finding() -> None:
    (one,) = detect(upkeep(reboot=("another kernel was booted", "another initrd was booted")))
    assert (one.kind, one.object, len(one.evidence)) == ("boot.reboot_required", "host", 2)
