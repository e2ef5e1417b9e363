import os
import stat
import time
from pathlib import Path

import pytest

from tools.clock import Deadline
from tools.hosts import Completed, Unreachable
from tools.hosts.local import LocalHost


def run(*argv: str, seconds: float = 10, as_root: bool = False) -> Completed | Unreachable:
    return LocalHost().run(argv, deadline=Deadline(seconds), as_root=as_root)


def test_a_command_sees_nothing_of_the_environment_of_macha(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    answer = run("env")
    assert isinstance(answer, Completed)
    assert {line.split(b"=")[0] for line in answer.stdout.splitlines()} <= {b"LC_ALL", b"PATH"}


def test_administration_programs_are_found() -> None:
    answer = run("sh", "-c", "echo $PATH")
    assert isinstance(answer, Completed)
    assert {b"/usr/sbin", b"/sbin", b"/run/current-system/sw/bin"} <= set(answer.stdout.strip().split(b":"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is root already")
def test_root_needs_no_sudo() -> None:
    assert run("id", "-u", as_root=True) == Completed(0, b"0\n", b"")


def test_anyone_else_becomes_root_by_sudo_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sudo = tmp_path / "sudo"
    sudo.write_text('#!/bin/sh\nprintf "%s " "$@"\n')
    sudo.chmod(stat.S_IRWXU)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("tools.hosts.local._ENVIRONMENT", {"PATH": str(tmp_path)})
    assert run("systemctl", "restart", "--", "a.service", as_root=True) == Completed(
        0, b"-n -- systemctl restart -- a.service ", b""
    )


def test_what_cannot_be_executed_is_this_machines_trouble() -> None:
    answer = run("/etc/passwd")
    assert isinstance(answer, Unreachable)
    assert (answer.trouble, answer.may_have_run) == ("local", False)
    assert "/etc/passwd" in answer.why


def test_the_whole_group_is_ended_at_the_deadline(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    run("sh", "-c", f"(trap '' TERM; sleep 1.5; touch {marker}) & sleep 30", seconds=0.5)
    time.sleep(1.5)
    assert not marker.exists()
