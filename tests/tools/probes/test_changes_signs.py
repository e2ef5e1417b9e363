"""Signs of change: only what names itself plainly, and logins by how they began."""

import pytest

from tests.tools.probes.recordings import after_a_change, before_a_change, output
from tools.probes import Skipped
from tools.probes.changes_signs import MOST_FILES, ChangesSigns


def parsed(text: bytes) -> ChangesSigns:
    signs = ChangesSigns.parse(text)
    assert isinstance(signs, ChangesSigns)
    return signs


def test_a_real_host_tells_what_was_touched_and_who_came() -> None:
    signs = parsed(output("changes_signs"))
    assert signs.package_databases == {"/var/lib/dpkg/status": 1795563297}
    assert signs.config_files["/etc/nginx/nginx.conf"] == 1795563297
    assert "curl" in signs.packages
    assert signs.logins == ("root pts/1 10.99.0.1 Tue Nov 24 23:34:57 2026",)


def test_a_boot_is_no_login() -> None:
    assert parsed(before_a_change().sections["changes_signs"].output).logins == ()


@pytest.mark.parametrize(
    "line",
    [
        b"lily     pts/0        10.0.0.7         Tue Nov 24 23:13:14 2026   still logged in",
        b"lily     pts/0        10.0.0.7         Tue Nov 24 23:13:14 2026   gone - no logout",
        b"lily     pts/0        10.0.0.7         Tue Nov 24 23:13:14 2026 - Tue Nov 24 23:59:00 2026  (00:45)",
    ],
    ids=["still there", "lost", "over"],
)
def test_a_login_is_the_same_when_it_has_ended(line: bytes) -> None:
    signs = parsed(b"== databases\n== logins\n" + line + b"\n")
    assert signs.logins == ("lily pts/0 10.0.0.7 Tue Nov 24 23:13:14 2026",)


def test_generations_are_where_the_links_point() -> None:
    text = b"== databases\n== generations\n/run/current-system /nix/store/abc-nixos-24.11\n/x\nbroken line here now\n"
    assert parsed(text).generations == {"/run/current-system": "/nix/store/abc-nixos-24.11"}


def test_names_may_hold_spaces_but_steer_nothing() -> None:
    files = parsed(b"== databases\n== config\n17.5 /etc/a b\n18.0 /etc/\x1b[2J\nnonsense\n").config_files
    assert files == {"/etc/a b": 17, "/etc/\\x1b[2J": 18}


def test_no_more_files_than_asked_for_are_taken() -> None:
    text = b"== databases\n== config\n" + b"".join(b"%d.0 /etc/f%d\n" % (n, n) for n in range(500))
    assert len(parsed(text).config_files) <= MOST_FILES + 1


@pytest.mark.parametrize("text", [b"", b"\n", b"sh: not found\n"])
def test_silence_is_a_reason(text: bytes) -> None:
    assert isinstance(ChangesSigns.parse(text), Skipped)


def test_the_sections_of_the_two_hosts_were_recorded_by_the_command_as_it_is() -> None:
    for recording in (before_a_change(), after_a_change()):
        assert recording.sections["changes_signs"].exit_status == 0
