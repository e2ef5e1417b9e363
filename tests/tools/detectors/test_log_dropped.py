from tests.tools.detectors.units_and_processes import line
from tools.detectors import Severity
from tools.detectors.log_dropped import detect
from tools.probes.kernel_log import DROPPED, MISSED, KernelLog


def found(*messages: tuple[str, str]) -> list[tuple[str, str, Severity]]:
    lines = tuple(line(text, "", message_id=message_id) for text, message_id in messages)
    return [(one.object, one.details["lines"], one.severity) for one in detect(KernelLog(lines))]


def test_what_anybody_may_have_written_is_left_alone() -> None:
    assert found(("Suppressed 7 messages from a.service", ""), ("Suppressed all", DROPPED)) == []


def test_what_was_dropped_is_added_up_by_unit() -> None:
    dropped = (("Suppressed 7 messages from a.service", DROPPED), ("Suppressed 5 messages from a.service", DROPPED))
    assert found(*dropped, ("Missed 3 kernel messages", MISSED)) == [
        ("a.service", "12", Severity.INFO),
        ("kernel", "3", Severity.INFO),
    ]
