from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors import Severity
from tools.detectors.bond_degraded import BondDegradedLimits, detect
from tools.probes.hardware import Hardware


def found(**links: str) -> list[tuple[str, str, Severity]]:
    hardware = Hardware(bonds={"bond0": links})
    return [(f.kind, f.object, f.severity) for f in detect(hardware, BondDegradedLimits(), FIRST_LOOK)]


def test_a_bond_with_all_links_up_or_none_is_left_alone() -> None:
    assert found(eno1="up", eno2="up") == [] and found() == []


def test_one_link_down_is_a_warning_and_all_are_critical() -> None:
    assert found(eno1="up", eno2="down") == [("net.bond", "bond0", Severity.WARNING)]
    assert found(eno1="down", eno2="down") == [("net.bond", "bond0", Severity.CRITICAL)]


def test_it_must_last_two_minutes() -> None:
    (one,) = detect(Hardware(bonds={"b": {"x": "down"}}), BondDegradedLimits(), remembering())
    assert one.hold_seconds == 120
