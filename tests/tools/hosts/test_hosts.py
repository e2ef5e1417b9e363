"""What the contract promises of every host, asked of each kind."""

import time

import pytest

from tools.clock import Deadline
from tools.hosts import Completed, Host, Unreachable
from tools.hosts.local import LocalHost

AWKWARD = (
    "",
    " ",
    "a b",
    "'",
    '"',
    "$HOME",
    "`id`",
    "$(id)",
    "\\",
    "a\nb",
    "*",
    "~",
    "-n",
    "--",
    "ü",
    "\udcff",
    "=x",
    "!",
)


def run(host: Host, *argv: str, seconds: float = 20, stdin: bytes = b"", limit_bytes: int = 1 << 20) -> Completed:
    answer = host.run(argv, deadline=Deadline(seconds), stdin=stdin, limit_bytes=limit_bytes)
    assert isinstance(answer, Completed), answer
    return answer


def test_what_a_command_prints_comes_back(host: Host) -> None:
    assert run(host, "echo", "hello") == Completed(0, b"hello\n", b"")


@pytest.mark.parametrize("exit_status", [0, 1, 42, 255])
def test_an_exit_status_is_a_value(host: Host, exit_status: int) -> None:
    assert run(host, "sh", "-c", f"exit {exit_status}").exit_status == exit_status


def test_the_two_streams_are_kept_apart(host: Host) -> None:
    assert run(host, "sh", "-c", "echo out; echo err >&2") == Completed(0, b"out\n", b"err\n")


def test_a_command_that_is_not_there_ends_with_127(host: Host) -> None:
    answer = run(host, "no-such-command")
    assert (answer.exit_status, answer.stdout) == (127, b"")
    assert b"no-such-command: " in answer.stderr


@pytest.mark.parametrize("size", [0, 1, 100_000, 5_000_000])
def test_stdin_makes_the_round_trip(host: Host, size: int) -> None:
    given = bytes(range(256)) * (size // 256) + b"\0" * (size % 256)
    assert run(host, "cat", stdin=given, limit_bytes=size) == Completed(0, given, b"")


def test_a_command_that_reads_no_stdin_still_ends(host: Host) -> None:
    assert run(host, "true", stdin=b"x" * 5_000_000).exit_status == 0


def test_arguments_arrive_byte_for_byte(host: Host) -> None:
    expected = b"".join(word.encode(errors="surrogateescape") + b"\0" for word in AWKWARD)
    assert run(host, "printf", "%s\\0", *AWKWARD).stdout == expected


def test_commands_speak_the_language_that_is_parsed(host: Host) -> None:
    assert run(host, "printenv", "LC_ALL").stdout == b"C.UTF-8\n"


def test_output_up_to_the_limit_is_whole(host: Host) -> None:
    answer = run(host, "printf", "12345", limit_bytes=5)
    assert (answer.stdout, answer.is_truncated) == (b"12345", False)


def test_output_beyond_the_limit_is_dropped(host: Host) -> None:
    answer = run(host, "printf", "123456", limit_bytes=5)
    assert (answer.stdout, answer.is_truncated) == (b"12345", True)


def test_ten_megabytes_on_both_streams_do_not_block(host: Host) -> None:
    answer = run(host, "sh", "-c", "head -c 10000000 /dev/zero >&2; head -c 10000000 /dev/zero; exit 3")
    assert (answer.exit_status, answer.is_truncated) == (3, True)
    assert answer.stdout == answer.stderr == bytes(1 << 20)


def test_the_signal_that_ended_a_command_is_named(host: Host) -> None:
    # A login shell that waits for its command, as dash does, makes 128 + 11 of it.
    assert run(host, "sh", "-c", "kill -SEGV $$").exit_status in ((-11,) if isinstance(host, LocalHost) else (-11, 139))


@pytest.mark.parametrize("command", ["sleep 30", "yes", "exec >&- 2>&-; sleep 30", "trap '' TERM; yes"])
def test_the_deadline_holds_whatever_a_command_does(host: Host, command: str) -> None:
    run(host, "true")
    started = time.monotonic()
    answer = host.run(("sh", "-c", command), deadline=Deadline(1), stdin=b"x" * 5_000_000)
    assert isinstance(answer, Unreachable)
    assert answer.trouble == "deadline"
    assert answer.may_have_run
    assert "within 1 s" in answer.why
    assert 1 <= time.monotonic() - started < 2


def test_output_held_open_by_what_is_left_behind_is_not_waited_for_longer(host: Host) -> None:
    answer = run(host, "sh", "-c", "sleep 5 & echo started; exit 4", seconds=1)
    assert answer == Completed(4, b"started\n", b"", is_truncated=True)


def test_nothing_is_started_when_no_time_is_left(host: Host) -> None:
    answer = host.run(("echo",), deadline=Deadline(0))
    assert isinstance(answer, Unreachable)
    assert (answer.trouble, answer.may_have_run) == ("local", False)


def test_a_nul_byte_starts_nothing(host: Host) -> None:
    answer = host.run(("echo", "a\0b"), deadline=Deadline(5))
    assert isinstance(answer, Unreachable)
    assert answer.trouble == "local"


def test_a_closed_host_can_be_asked_again(host: Host) -> None:
    run(host, "true")
    host.close()
    host.close()
    assert run(host, "echo", "again").stdout == b"again\n"
