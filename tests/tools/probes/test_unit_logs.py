from tests.tools.probes.recordings import output
from tools.probes.unit_logs import UnitLogs


def test_a_host_without_failed_units_has_none() -> None:
    assert UnitLogs.parse(b"").lines == {}


def test_the_last_words_of_a_crashed_worker_are_there_with_their_writers() -> None:
    lines = UnitLogs.parse(output("unit_logs")).of("shop-worker.service")
    assert 0 < len(lines) <= 20
    assert any("status=11/SEGV" in line.message and line.about == "shop-worker.service" for line in lines)
    assert any(line.message == "shop-worker started" and line.unit == "shop-worker.service" for line in lines)


def test_a_unit_without_lines_is_not_mixed_up_with_the_next() -> None:
    logs = UnitLogs.parse(b"MACHA_UNIT=a.service\n\nMACHA_UNIT=b.service\n\n__CURSOR=s=1\nMESSAGE=x\n\n")
    assert [len(logs.of(name)) for name in ("a.service", "b.service", "c.service")] == [0, 1, 0]
