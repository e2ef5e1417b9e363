"""A finding is judged by its own evidence, by what else was found about the same unit, and by the unit's last lines."""

import pytest

from tests.tools.runbooks.test_rules import ended, facts, found
from tests.world import failed
from tools.probes.system import System
from tools.runbooks.evidence import case_of

APP = found("unit.failed", "app.service")


def test_the_lines_of_the_unit_and_of_findings_about_it_are_read() -> None:
    wrong = found("config.invalid", "/etc/app.conf", unit="app.service")
    other = found("config.invalid", "/etc/other.conf", unit="other.service")
    case = case_of(APP, [APP, wrong, other], ended(failed(), "bye"))
    assert case.kinds == {"unit.failed", "config.invalid"}
    assert "/etc/app.conf is not well" in case.lines
    assert "/etc/other.conf is not well" not in case.lines
    assert case.lines[-1] == "bye"


@pytest.mark.parametrize(
    ("name", "system"),
    [
        ("Debian GNU/Linux 12 (bookworm)", "debian"), ("Ubuntu 24.04 LTS", "debian"), ("Rocky Linux 9", "fedora"),
        ("NixOS 25.05 (Warbler)", "nixos"), ("Plan 9", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_kind_of_system_is_told_by_its_name(name: str, system: str) -> None:
    assert case_of(APP, [APP], facts(System(name, "6.1", True, "none"))).system == system


def test_without_facts_the_evidence_alone_counts() -> None:
    case = case_of(APP, [APP], facts())
    assert (case.system, case.lines) == ("", ("app.service is not well", "it"))
