from typing import Any

import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tests.tools.detectors.units_and_processes import detail, details, health, stopped, units
from tools.detectors import Memory, Severity
from tools.detectors.unit_masked import detect
from tools.probes.unit_health import StoppedService

NEVER_RAN = stopped(load_state="masked", inactive_enter=None)
RAN = stopped(load_state="masked")


def found(state: str = "masked", *, given: StoppedService = RAN, memory: Memory = FIRST_LOOK) -> list[Severity]:
    return [one.severity for one in detect(units(a__service=state), health(given), details(), memory)]


@pytest.mark.parametrize(("state", "given"), [("masked", NEVER_RAN), ("inactive", RAN), ("active", RAN)])
def test_what_was_switched_off_before_it_ran_or_is_not_masked_is_left_alone(state: str, given: StoppedService) -> None:
    assert found(state, given=given) == []


def test_a_service_that_ran_and_is_still_enabled_is_found() -> None:
    assert found() == [Severity.WARNING]


def test_once_found_it_stays_over_a_reboot_until_the_mask_is_gone() -> None:
    memory = remembering(None, ("unit.masked", "a.service"))
    assert found(given=NEVER_RAN, memory=memory) == [Severity.WARNING]
    assert found("inactive", given=NEVER_RAN, memory=memory) == []


def needed(**other: Any) -> list[tuple[Severity, str]]:
    needy = stopped("b.service", **({"requires": ("a.service",), "active_exit": None, "main_exit": None} | other))
    states = units(a__service="masked", multi_user__target="active", off__target="inactive")
    found = detect(states, health(NEVER_RAN, needy), details(), FIRST_LOOK)
    return [(one.severity, one.details["needed_by"]) for one in found]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"wanted_by": ("off.target",)}, id="nothing that runs wants the other"),
        pytest.param({"requires": ("c.service",)}, id="the other requires something else"),
        pytest.param({"type": "oneshot"}, id="the other only runs once, as a wait for what is masked"),
        pytest.param({"load_state": "masked"}, id="the other is masked as well"),
    ],
)
def test_a_mask_that_keeps_nothing_down_is_left_alone(other: dict[str, Any]) -> None:
    assert needed(wanted_by=other.pop("wanted_by", ("multi_user.target",)), **other) == []


def test_one_that_keeps_an_enabled_service_from_its_first_start_is_found() -> None:
    assert needed(wanted_by=("multi_user.target",)) == [(Severity.WARNING, "b.service")]


def test_one_that_a_failed_unit_requires_is_worse() -> None:
    failed = details(detail("b.service", requires=("a.service",)))
    (one,) = detect(units(a__service="masked"), health(NEVER_RAN), failed, FIRST_LOOK)
    assert (one.severity, one.details["needed_by"]) == (Severity.HIGH, "b.service")
