from tests.tools.probes.recordings import output
from tools.probes.units import Unit, Units


def test_no_output_is_no_unit() -> None:
    assert Units.parse(b"").units == ()


def test_a_recorded_list_has_its_failed_unit() -> None:
    units = Units.parse(output("units"))
    assert len(units.units) > 100
    assert units.failed() == (Unit("shop-worker.service", "loaded", "failed", "failed", "Shop order worker"),)


def test_names_are_exact_and_descriptions_are_harmless() -> None:
    units = Units.parse(b"dev-disk-by\\x2did.device loaded active plugged evil \x1b]52;c;x\x07\n")
    assert units.units == (Unit("dev-disk-by\\x2did.device", "loaded", "active", "plugged", "evil \\x1b]52;c;x\\x07"),)


def test_a_name_that_systemd_cannot_have_is_dropped() -> None:
    names = ("a;b.service", "ss*.service", "\u0455\u0455h.service")
    lines = "".join(f"{name} loaded active running x\n" for name in names)
    assert Units.parse(lines.encode()).units == ()


def test_a_unit_without_description_is_kept() -> None:
    assert Units.parse(b"a.service loaded failed failed\n").failed()[0].description == ""
