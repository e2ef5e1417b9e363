from tests.tools.probes.recordings import TESTBED, output
from tools.probes.snapshot_file import read_snapshot
from tools.probes.sshd_config import SshdConfig


def test_a_good_configuration_has_no_complaints() -> None:
    assert SshdConfig.parse(output("sshd_config")).complaints == ()


def test_a_bad_line_is_told_with_its_file() -> None:
    section = read_snapshot(TESTBED / "sshd-misconfig.fault.json.gz").sections["sshd_config"]
    assert section.exit_status in SshdConfig.allowed_exits
    assert "/etc/ssh/sshd_config.d/50-hardening.conf line 2" in SshdConfig.parse(section.output).complaints[0]
