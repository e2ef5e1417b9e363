from tools.detectors import Severity
from tools.detectors.unreachable import finding
from tools.hosts import Unreachable


def test_a_host_that_does_not_answer() -> None:
    found = finding("web1", Unreachable("silent", "no banner\x1b within 5 s"))
    assert (found.kind, found.object, found.host, found.severity) == ("net.unreachable", "host", "web1", Severity.HIGH)
    assert found.evidence[0].text == "silent: no banner\\x1b within 5 s"


def test_a_changed_host_key_is_critical_and_said_so() -> None:
    found = finding("web1", Unreachable("host_key_changed", "expected SHA256:a, got SHA256:b"))
    assert found.severity is Severity.CRITICAL and "another host key" in found.summary
    assert "SHA256:b" in found.evidence[0].text
