from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tests.tools.detectors.upkeeping import upkeep
from tools.detectors import Severity
from tools.detectors.nixos_trouble import NixosTroubleLimits, detect

LIMITS = NixosTroubleLimits()


def test_a_system_that_will_boot_as_it_is_is_left_alone() -> None:
    assert list(detect(upkeep(), FIRST_LOOK, LIMITS)) == []


def test_another_generation_is_information_after_a_day() -> None:
    (one,) = detect(upkeep(is_generation_unbooted=True), remembering(), LIMITS)
    assert (one.kind, one.severity, one.hold_seconds) == ("nixos.generation", Severity.INFO, 86400)


def test_secrets_that_are_not_there_are_high_at_once() -> None:
    (one,) = detect(upkeep(undecrypted=("/run/secrets",)), remembering(), LIMITS)
    assert (one.object, one.severity, one.hold_seconds) == ("/run/secrets", Severity.HIGH, 0)
