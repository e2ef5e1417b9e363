import pytest

from tests.tools.probes.recordings import TESTBED, output
from tools.probes import Skipped
from tools.probes.snapshot_file import read_snapshot
from tools.probes.sshd_config import SshdConfig

YESS = '/etc/ssh/sshd_config.d/50-hardening.conf line 2: unsupported option "yess".'


@pytest.mark.parametrize(
    "printed",
    [output("sshd_config"), b"== not root\nsshd: no hostkeys available -- exiting.\r\n"],
    ids=["root", "user"],
)
def test_a_good_configuration_has_no_complaints(printed: bytes) -> None:
    assert SshdConfig.parse(printed) == SshdConfig(())


def test_a_bad_line_is_told_with_its_file() -> None:
    section = read_snapshot(TESTBED / "sshd-misconfig.fault.json.gz").sections["sshd_config"]
    assert section.exit_status in SshdConfig.allowed_exits
    assert SshdConfig.parse(section.output) == SshdConfig((YESS,))


def test_a_user_without_root_is_told_the_same() -> None:
    assert SshdConfig.parse(f"== not root\n{YESS}\r\n".encode()) == SshdConfig((YESS,))


def test_a_file_that_the_user_may_not_read_is_not_called_wrong() -> None:
    printed = b"== not root\n/etc/ssh/sshd_config.d/50-hardening.conf: Permission denied\n"
    assert isinstance(SshdConfig.parse(printed), Skipped)


def test_to_root_missing_host_keys_are_a_complaint() -> None:
    assert SshdConfig.parse(b"sshd: no hostkeys available -- exiting.\r\n") != SshdConfig(())
