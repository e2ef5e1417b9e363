import pytest

from tests.tools.probes.recordings import output
from tools.probes.system import System


def test_a_recorded_debian() -> None:
    system = System.parse(output("system"))
    assert system.os_name == "Debian GNU/Linux 12 (bookworm)" and system.has_systemd
    assert system.virtualization == "systemd-nspawn" and system.kernel.startswith("6.")


@pytest.mark.parametrize("line", ["PRETTY_NAME='Void'", "PRETTY_NAME=Void", 'NAME=x\nPRETTY_NAME="Void"'])
def test_the_name_with_any_quotes(line: str) -> None:
    assert System.parse(f"== systemd\nno\n== os_release\n{line}\n".encode()) == System("Void", "", False, "")


def test_a_container_is_known_and_another_kernel_is_another_figure() -> None:
    assert System("", "6.1", True, "lxc").is_container and not System("", "6.1", True, "kvm").is_container
    (old,), (new,) = (list(System("", kernel, True, "").measures()) for kernel in ("6.1", "6.2"))
    assert old.metric == new.metric == "system.kernel" and old.value != new.value
    assert list(System("", "", True, "").measures()) == []
