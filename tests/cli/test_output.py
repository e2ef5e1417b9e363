"""What reaches a terminal: safe, within its width, coloured only where that helps; JSON in plain ASCII."""

import io
import json
from contextlib import redirect_stdout

import pytest

from cli.output import say_error, say_json, say_styled, say_table, say_wrapped
from tests.cli.conftest import HOSTILE, assert_harmless


class Terminal(io.StringIO):
    """A stream that is one."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """One of 40 columns; a test prints to it under `redirect_stdout`, for pytest puts its own in place."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "40")
    return Terminal()


def test_into_a_pipe_goes_no_colour(capsys: pytest.CaptureFixture[str]) -> None:
    say_styled("critical", "a", "b")
    assert capsys.readouterr().out == "ab\n"


def test_on_a_terminal_the_first_part_is_coloured(terminal: Terminal) -> None:
    with redirect_stdout(terminal):
        say_styled("critical", "a", HOSTILE)
    coloured, rest = terminal.getvalue().split("\x1b[0m")
    assert coloured == "\x1b[1;31ma"
    assert_harmless(rest)


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", ""), ("TERM", "dumb")])
def test_who_wants_no_colour_gets_none(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with redirect_stdout(terminal):
        say_styled("critical", "a", "b")
    assert terminal.getvalue() == "ab\n"


def test_json_is_plain_ascii_that_reads_back(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"text": HOSTILE + "äöü 磁盘 \ud800"}
    say_json(value)
    out = capsys.readouterr().out
    assert out.isascii()
    assert_harmless(out)
    assert json.loads(out) == value


def test_a_paragraph_keeps_to_the_width_and_its_indent(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    say_wrapped("one two three four five six", "    ", "  - ")
    assert capsys.readouterr().out == "  - one two three\n    four five six\n"


def test_a_second_line_from_outside_stays_indented(capsys: pytest.CaptureFixture[str]) -> None:
    say_wrapped("one\nmacha-approve approve 9", "    ", "  - ")
    assert capsys.readouterr().out == "  - one\n    macha-approve approve 9\n"


def test_a_table_is_cut_at_the_width_of_a_terminal(terminal: Terminal) -> None:
    with redirect_stdout(terminal):
        say_table([("1", "x" * 100), ("22", HOSTILE)], ("N", "what"))
    lines = terminal.getvalue().splitlines()
    assert len(lines) == 3
    assert lines[1] == "1   " + "x" * 35 + "…"
    assert_harmless(lines[2])


def test_an_error_is_one_line_on_the_other_stream(capsys: pytest.CaptureFixture[str]) -> None:
    say_error("macha", HOSTILE)
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert_harmless(err)
