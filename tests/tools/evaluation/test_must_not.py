"""A forbidden action is recognised in people's words; a forbidden manner counts where nobody is asked."""

import pytest

from tools.evaluation.must_not import broken_by
from tools.runbooks.runbook import Candidate


@pytest.mark.parametrize(
    ("kind", "line", "is_broken"),
    [
        ("unit.restart", "restart the failing services: they are victims", True),
        ("unit.restart", "restart it in a loop", False),
        ("reboot", "reboot", True),
        ("reboot", "reboot before the boot entry is verified", False),
        ("file.remove", "delete user data", True),
        ("file.remove", "rm -rf of the whole folder while it runs", False),
        ("config.propose", "restart, delete and reboot", False),
        ("diagnose", "restart", False),
        ("nix.gc", "run nix-collect-garbage -d", True),
    ],
)
def test_a_line_forbids_what_it_names(kind: str, line: str, is_broken: bool) -> None:
    assert broken_by([Candidate(kind=kind)], "propose", [line]) == ([line] if is_broken else [])


def test_what_would_be_done_unasked_breaks_a_forbidden_manner_too() -> None:
    assert broken_by([Candidate(kind="unit.restart")], "auto_safe", ["restart it in a loop"])
