from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tests.tools.detectors.upkeeping import upkeep
from tools.detectors.package_interrupted import PackageInterruptedLimits, detect


def test_whole_packages_are_left_alone() -> None:
    assert list(detect(upkeep(), FIRST_LOOK, PackageInterruptedLimits())) == []


def test_half_installed_ones_are_held_while_an_upgrade_may_run() -> None:
    (one,) = detect(upkeep(packages=("nginx: install ok half-configured",)), remembering(), PackageInterruptedLimits())
    assert (one.object, one.hold_seconds) == ("host", 1800)
