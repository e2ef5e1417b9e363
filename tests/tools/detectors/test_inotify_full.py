import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors import Severity
from tools.detectors.inotify_full import InotifyFullLimits, detect
from tools.probes.inotify_use import InotifyUse


@pytest.mark.parametrize(
    ("used", "is_open", "severity"),
    [
        (799, False, None),
        (800, False, Severity.WARNING),
        (949, False, Severity.WARNING),
        (950, False, Severity.HIGH),
        (701, True, Severity.WARNING),
        (700, True, None),
    ],
)
@pytest.mark.parametrize("what", ["watches", "instances"])
def test_each_users_share(what: str, used: int, is_open: bool, severity: Severity | None) -> None:
    name = f"{what} of uid 1000"
    watches, instances = ({1000: used}, {0: 1}) if what == "watches" else ({0: 1}, {1000: used})
    memory = remembering(None, ("limit.inotify", name)) if is_open else FIRST_LOOK
    found = list(detect(InotifyUse(watches, instances, 1000, 1000), InotifyFullLimits(), memory))
    assert [(f.kind, f.object, f.severity) for f in found] == ([("limit.inotify", name, severity)] if severity else [])
