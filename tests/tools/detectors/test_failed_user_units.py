from tools.detectors import Severity
from tools.detectors.failed_user_units import detect
from tools.probes.user_units import UserUnits


def test_a_user_without_failed_units_is_left_alone() -> None:
    assert list(detect(UserUnits({"1000": ()}))) == []


def test_a_failed_one_is_information() -> None:
    found = [(one.object, one.severity) for one in detect(UserUnits({"1000": ("sync.service",)}))]
    assert found == [("1000/sync.service", Severity.INFO)]
