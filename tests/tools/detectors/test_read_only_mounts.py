import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors import Memory, Severity
from tools.detectors.read_only_mounts import detect
from tools.probes.mounts import Mount, Mounts

WRITABLE = ("mounts.is_writable", "/data")
OPEN = ("mount.readonly", "/data")


def found(
    memory: Memory = FIRST_LOOK, *, read_only: bool = True, forced: bool = False, meant: bool = False
) -> list[Severity]:
    mount = Mount("/dev/sda1", "ext4", "/data", 9, 1, 8, None, None, None, read_only)
    place = ("/data",)
    mounts = Mounts((mount,), (), place if forced else (), place if meant else ())
    findings = list(detect(mounts, memory))
    assert all((one.kind, one.object) == OPEN for one in findings)
    return [one.severity for one in findings]


@pytest.mark.parametrize(
    ("memory", "read_only", "meant"),
    [
        pytest.param(FIRST_LOOK, True, False, id="read-only as ever"),
        pytest.param(FIRST_LOOK, False, True, id="writable"),
        pytest.param(remembering({WRITABLE: (0, 0)}), True, False, id="read-only before"),
        pytest.param(remembering({WRITABLE: (1, 0, 0)}), True, False, id="made so by somebody and taken note of"),
    ],
)
def test_is_left_alone(memory: Memory, read_only: bool, meant: bool) -> None:
    assert found(memory, read_only=read_only, meant=meant) == []


def test_an_error_of_the_kernel_is_critical() -> None:
    assert found(forced=True, meant=True) == [Severity.CRITICAL]


def test_what_should_be_writable_or_was_is_high() -> None:
    assert found(meant=True) == [Severity.HIGH]
    assert found(remembering({WRITABLE: (1, 0)})) == [Severity.HIGH]
    assert found(remembering({WRITABLE: (1, 0, 0)}, OPEN)) == [Severity.HIGH]
