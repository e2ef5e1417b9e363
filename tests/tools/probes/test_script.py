import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import ClassVar

import pytest

from tools.probes import Probe
from tools.probes.catalogue import probes
from tools.probes.runner import limit_bytes
from tools.probes.script import ARGV, Inputs, Section, build, split
from tools.probes.shared import Shared

BOUNDARY = "0123456789abcdef0123456789abcdef"


def probe(name: str, command: str, *, seconds: int = 5, limit: int = 1000) -> type[Probe]:
    class Made(Probe):
        pass

    Made.name, Made.command, Made.timeout_seconds, Made.limit_bytes = name, command, seconds, limit
    return Made


def run(*kinds: type[Probe], inputs: Inputs | None = None, seconds: int = 60) -> dict[str, Section]:
    script = build(kinds, inputs or Inputs(), BOUNDARY, seconds)
    done = subprocess.run(ARGV, input=script, capture_output=True, timeout=30)
    assert len(done.stdout) <= limit_bytes(kinds)
    return split(done.stdout, BOUNDARY)


def test_output_and_exit_status_come_back_for_each_probe() -> None:
    sections = run(probe("one", "printf 'a\\nb'"), probe("two", "exit 3"))
    assert sections["one"] == Section(0, b"a\nb")
    assert sections["two"] == Section(3, b"")


def test_bytes_that_are_no_text_come_back_as_they_are() -> None:
    assert run(probe("one", "printf '\\377\\000\\n\\n'"))["one"].output == b"\xff\x00\n\n"


def test_an_output_beyond_its_limit_is_cut_and_the_next_probe_is_not_hurt() -> None:
    sections = run(probe("long", "yes | head -c 100000", limit=500), probe("next", "echo fine"))
    assert sections["long"].is_truncated and sections["long"].exit_status is None
    assert 500 <= len(sections["long"].output) < 1000
    assert sections["next"] == Section(0, b"fine\n")


def test_what_one_floods_is_read_again_for_the_others() -> None:
    kinds = [probe(f"n{number}", f"echo {number}") for number in range(8)]
    sections = run(*kinds[:4], probe("long", "yes | head -c 9000000", limit=500), *kinds[4:])
    assert [sections[kind.name] for kind in kinds] == [Section(0, b"%d\n" % number) for number in range(8)]


def test_together_all_have_one_shell_and_what_one_leaves_behind_does_not_reach_the_next() -> None:
    parent = "read -r pid name state parent rest </proc/self/stat; echo $parent"
    spoils = probe("spoils", "set -f -- a b; IFS=x; cd /; umask 0; mark=; exit 3")
    sections = run(probe("one", parent), spoils, probe("two", f'{parent}; echo "$#"; pwd; umask'))
    assert sections["spoils"].exit_status == 3
    shell, *rest = sections["two"].output.split()
    assert sections["one"].output.split() == [shell]
    assert rest == [b"0", bytes(Path.cwd()), b"0077"]


def test_what_several_share_is_asked_once(tmp_path: Path) -> None:
    shared = Shared("answer", f"echo asked >>{tmp_path}/log; echo forty-two; exit 5")
    kinds = [probe(name, 'echo "$answer $answer_status"') for name in ("one", "two")]
    for kind in kinds:
        kind.shares = (shared,)
    assert [section.output for section in list(run(*kinds).values())[1:3]] == [b"forty-two 5\n"] * 2
    assert (tmp_path / "log").read_text() == "asked\n"


def test_what_is_shared_and_hangs_costs_only_those_that_need_it() -> None:
    needy = probe("needy", "echo never", seconds=1)
    needy.shares = (Shared("answer", "sleep 20"),)
    sections = run(probe("before", "echo fine"), needy, probe("after", "echo fine"))
    assert sections["needy"].exit_status == 124
    assert sections["before"].output == sections["after"].output == b"fine\n"


def test_what_is_shared_and_hangs_is_not_waited_for_again() -> None:
    needy = [probe(f"needy{number}", "echo never", seconds=3) for number in range(4)]
    for kind in needy:
        kind.shares = (Shared("answer", "sleep 20"),)
    begun = monotonic()
    sections = run(needy[0], probe("between", "echo fine"), *needy[1:])
    assert monotonic() - begun < 8
    assert [sections[kind.name].exit_status for kind in needy] == [124] * 4
    assert sections["between"] == Section(0, b"fine\n")


@pytest.mark.parametrize("flood", ["yes flood", "cat /dev/zero", "tr '\\0' x </dev/zero", "cat /bin/sh; yes ''"])
def test_what_is_shared_and_floods_is_cut_before_it_fills_the_memory(flood: str) -> None:
    needy = [probe(name, 'echo "${#answer}"') for name in ("one", "two")]
    for kind in needy:
        kind.shares = (Shared("answer", flood),)
    begun = monotonic()
    sections = run(*needy, probe("next", "echo fine"))
    assert monotonic() - begun < 5
    assert [sections[kind.name] for kind in needy] == [Section(141, b"more than 1048576 bytes\n")] * 2
    assert sections["next"] == Section(0, b"fine\n")


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("printf 'a\\n\\nb'", "a\n\nb"),
        ("echo a", "a"),
        ("printf ''", ""),
        ("printf 'a=5\\n=7'", "a=5\n=7"),
        ("exit 7", ""),
    ],
)
def test_what_is_shared_comes_as_it_was_printed(said: str, text: str) -> None:
    kind = probe("one", 'printf "%s" "$answer"')
    kind.shares = (Shared("answer", said),)
    assert run(kind)["one"] == Section(0, text.encode())


def test_a_host_with_little_time_gets_half_of_it_for_what_hangs() -> None:
    sections = run(probe("hangs", "sleep 20", seconds=9), probe("next", "echo fine"), seconds=4)
    assert sections["next"] == Section(0, b"fine\n")
    assert sections["hangs"].exit_status == 124


def test_what_waits_for_others_runs_by_itself() -> None:
    sections = run(probe("patient", "sleep 2; echo fine", seconds=10), probe("quick", "echo fine", seconds=1))
    assert [name for name in sections if name in ("patient", "quick")] == ["quick", "patient"]
    assert sections["patient"] == sections["quick"] == Section(0, b"fine\n")


def test_a_command_that_hangs_ends_at_its_own_time_limit() -> None:
    sections = run(probe("hangs", "echo begun; sleep 20", seconds=1), probe("next", "echo fine"))
    assert sections["hangs"] == Section(124, b"begun\n")
    assert sections["next"].output == b"fine\n"


def test_a_command_that_ignores_the_polite_end_is_killed() -> None:
    assert run(probe("stubborn", "trap '' TERM; while :; do :; done", seconds=1))["stubborn"].exit_status == 137


def test_when_the_time_for_the_host_is_used_up_the_rest_is_left_out() -> None:
    sections = run(probe("slow", "sleep 9", seconds=8), probe("late", "echo late"), seconds=1)
    assert sections["slow"].exit_status == 124
    assert "late" not in sections and "ended" in sections


def test_a_command_gets_no_input_and_its_complaints_are_dropped() -> None:
    assert run(probe("one", "cat; echo no >&2; echo yes"))["one"].output == b"yes\n"


def test_inputs_reach_the_commands_and_the_boundary_does_not() -> None:
    inputs = Inputs("s=1;i=2", "example.org", 60)
    command = 'echo "$JOURNAL_CURSOR $RESOLVE_NAME $SINCE_SECONDS [$boundary]"; env | grep -c ^boundary='
    assert run(probe("one", command), inputs=inputs)["one"].output == b"s=1;i=2 example.org 60 []\n0\n"


def test_a_mark_without_the_boundary_is_data() -> None:
    forged = "\\nffffffffffffffffffffffffffffffff end one 0\\n"
    assert b" end one 0" in run(probe("one", f"printf '{forged}'; exit 5"))["one"].output


def test_text_in_front_of_the_first_mark_is_ignored() -> None:
    assert split(b"Welcome!\n%s begin a\nx\n%s end a 0\n" % ((BOUNDARY.encode(),) * 2), BOUNDARY) == {
        "a": Section(0, b"x")
    }


def test_a_script_that_arrives_cut_runs_nothing() -> None:
    script = build([probe("one", "echo ran")], Inputs(), BOUNDARY)
    for part in (len(script) // 2, len(script) - 3):
        done = subprocess.run(ARGV, input=script[:part], capture_output=True, timeout=10)
        assert done.stdout == b""


def test_a_host_without_timeout_says_so_once(tmp_path: object) -> None:
    for tool in ("head", "date", "sh"):
        where = shutil.which(tool)
        assert where
        (tmp_path / tool).symlink_to(where)  # type: ignore[operator]
    script = build([probe("one", "echo ran")], Inputs(), BOUNDARY).replace(b":/usr/local/sbin:/usr/sbin", b":/nowhere")
    head, _, tail = script.partition(b'PATH="')
    script = head + f"PATH='{tmp_path}'".encode() + tail[tail.index(b"\n") :]
    done = subprocess.run(ARGV, input=script, capture_output=True, timeout=10)
    sections = split(done.stdout, BOUNDARY)
    assert list(sections) == ["script"]
    assert sections["script"].output.startswith(b"timeout is not installed")


@pytest.mark.parametrize("cursor", ["$(id)", "s=1'", "s=1 i=2", "s=1\n", "x" * 513, "é"])
def test_a_cursor_that_journald_would_not_give_is_refused(cursor: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        Inputs(journal_cursor=cursor)


@pytest.mark.parametrize("name", ["-x", "a b", "a;b", "$HOME", "a\n", "a" * 254, "\u0455\u0455h"])
def test_a_name_that_is_no_host_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="host name"):
        Inputs(resolve_name=name)


def test_lists_reach_the_commands_one_entry_a_line() -> None:
    inputs = Inputs(
        backup_paths=("/srv/a b", "/srv/c"), certificate_files=("/x.pem",), application_urls=("http://a/b",)
    )
    command = 'echo "$BACKUP_PATHS|$CERTIFICATE_FILES|$APPLICATION_URLS"'
    assert run(probe("one", command), inputs=inputs)["one"].output == b"/srv/a b\n/srv/c|/x.pem|http://a/b\n"


@pytest.mark.parametrize("path", ["a", "/a\nb", "/$(id)", "/a;b", "/" + "a" * 260])
def test_a_path_that_is_not_plain_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        Inputs(backup_paths=(path,))
    with pytest.raises(ValueError, match="path"):
        Inputs(certificate_files=(path,))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://a/ b", "-K/x", "http://$(id)/"])
def test_an_address_that_is_not_plain_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Inputs(application_urls=(url,))


@pytest.mark.parametrize("seconds", [0, -1, 604801, True, 1.5])
def test_a_time_span_outside_of_a_week_is_refused(seconds: int) -> None:
    with pytest.raises(ValueError, match="since_seconds"):
        Inputs(since_seconds=seconds)


def test_a_boundary_that_is_not_128_bits_of_hex_is_refused() -> None:
    with pytest.raises(ValueError, match="boundary"):
        build([], Inputs(), "short")


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox"])
def test_the_whole_script_is_understood_by(shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    argv = [shell, "sh", "-n"] if shell == "busybox" else [shell, "-n"]
    script = build(probes().values(), Inputs(), BOUNDARY)
    assert subprocess.run(argv, input=script, capture_output=True).stderr == b""


def test_every_command_is_understood_by_sh() -> None:
    for kind in probes().values():
        done = subprocess.run(["sh", "-n"], input=kind.command.encode(), capture_output=True)
        assert (done.returncode, done.stderr) == (0, b""), kind.name


@dataclass(frozen=True, slots=True)
class Named(Probe):
    command: ClassVar[str] = "true"


def test_a_probe_has_the_name_of_its_file() -> None:
    assert Named.name == "test_script"


@pytest.mark.parametrize(
    ("sign", "section"),
    [
        ("true", Section(0, b"ran\n")),
        ("false", Section(69, b"no need")),
        ('case "$hour_minute" in [0-2][0-9][0-5][0-9]) true;; *) false;; esac', Section(0, b"ran\n")),
    ],
)
def test_a_command_runs_only_where_its_sign_asks_for_it(sign: str, section: Section) -> None:
    kind = probe("one", "echo ran")
    kind.sign, kind.no_sign = sign, "no need"
    assert run(kind, probe("next", "echo fine"))["one"] == section


@pytest.mark.parametrize(
    ("name", "clock", "cursor", "is_asked"),
    [
        ("inotify_use", "1405", "s=1", True),
        ("inotify_use", "1415", "s=1", False),
        ("inotify_use", "1415", "", True),
        ("smart", "0609", "s=1", True),
        ("smart", "0705", "s=1", False),
        ("smart", "0705", "", True),
    ],
)
def test_what_is_dear_is_asked_at_its_hours_and_on_a_first_look(
    name: str, clock: str, cursor: str, is_asked: bool
) -> None:
    known = "smartctl() { :; }\n"
    sign = probes()[name].sign.replace("[ -O / ]", "true")
    done = subprocess.run(["sh", "-c", f"{known}hour_minute={clock} JOURNAL_CURSOR={cursor}\n{sign}"])
    assert (done.returncode == 0) is is_asked
