from tests.tools.probes.recordings import output
from tools.probes.user_units import UserUnits


def test_a_recorded_users_unit_that_failed() -> None:
    assert UserUnits.parse(output("user_units")) == UserUnits({"0": (), "1000": ("sync.service",)})


def test_units_stand_below_their_user() -> None:
    printed = b"user 0\nuser 1000\nsync.service loaded failed failed Sync\nnot a unit\n"
    assert UserUnits.parse(printed) == UserUnits({"0": (), "1000": ("sync.service",)})
