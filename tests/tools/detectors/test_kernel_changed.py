import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors import Severity
from tools.detectors.kernel_changed import detect
from tools.probes.system import System

SYSTEM = System("Debian", "6.1.0-21", True, "none")


@pytest.mark.parametrize(
    ("kernels", "is_told"),
    [
        pytest.param((7, 7, 7), False, id="the same"),
        pytest.param((3, 7), True, id="just changed"),
        pytest.param((3, *[7] * 13), True, id="an hour ago"),
        pytest.param((3, *[7] * 14), False, id="longer ago"),
        pytest.param((7,), False, id="first look"),
    ],
)
def test_another_kernel_is_told_for_an_hour(kernels: tuple[int, ...], is_told: bool) -> None:
    found = list(detect(SYSTEM, remembering({("system.kernel", ""): kernels})))
    assert [(f.kind, f.severity) for f in found] == [("boot.kernel_changed", Severity.INFO)] * is_told


def test_a_first_look_knows_no_other() -> None:
    assert list(detect(SYSTEM, FIRST_LOOK)) == []
