from tests.tools.detectors.units_and_processes import detail, details, line, logs, units
from tools.detectors.start_limit import detect
from tools.probes import Skipped
from tools.probes.unit_logs import UnitLogs

REFUSED = "a.service: Start request repeated too quickly."


def test_a_failed_unit_that_may_be_started_again_is_left_alone() -> None:
    assert list(detect(units(a__service="failed"), details(detail()), logs("no"))) == []
    assert list(detect(units(a__service="active"), details(detail(result="start-limit-hit")), logs())) == []


def test_the_programs_own_words_prove_nothing() -> None:
    assert list(detect(units(a__service="failed"), details(detail()), logs(REFUSED))) == []


def test_the_managers_words_or_its_result_do() -> None:
    said = UnitLogs({"a.service": (line(REFUSED, "init.scope", about="a.service"),)})
    assert [one.object for one in detect(units(a__service="failed"), Skipped("no"), said)] == ["a.service"]
    result = details(detail(result="start-limit-hit"))
    assert [one.kind for one in detect(units(a__service="failed"), result, Skipped("no"))] == ["unit.start_limit"]
