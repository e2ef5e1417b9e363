import pytest

from tools.detectors import Severity
from tools.detectors.pool_degraded import detect
from tools.probes.hardware import Hardware


@pytest.mark.parametrize(
    ("state", "severity"),
    [("ONLINE", None), ("DEGRADED", Severity.HIGH), ("FAULTED", Severity.CRITICAL), ("SUSPENDED", Severity.CRITICAL)],
)
def test_the_state_decides(state: str, severity: Severity | None) -> None:
    found = [(f.kind, f.object, f.severity) for f in detect(Hardware(pools={"tank": state}))]
    assert found == ([("pool.degraded", "tank", severity)] if severity else [])
