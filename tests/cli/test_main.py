"""The edge: every error becomes an exit code and one line, and showing something stays cheap."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import cli.main
from tests.cli.conftest import House
from tests.tools.probes.recordings import TESTBED
from tests.world import World, failed

HEAVY = (
    *("langgraph", "langchain_core", "langchain", "langchain_ollama", "ollama", "httpx", "httpcore"),
    *("chromadb", "sqlalchemy", "paramiko", "rich"),
)


def test_help_is_0_and_no_word_at_all_is_2(house: House) -> None:
    assert house.run("macha", "--help").code == 0
    assert house.run("macha").code == 2
    assert house.run("macha", "sing").code == 2


@pytest.mark.parametrize("command", ["macha", "macha-check", "macha-approve", "macha-logs"])
def test_each_command_is_installed_and_tells_what_it_does(house: House, command: str) -> None:
    assert Path(sys.executable).with_name(command).exists()
    ran = house.run(command, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: {command} ")


def test_a_known_error_is_one_line_on_the_other_stream(house: House) -> None:
    ran = house.child("macha", "check", "--level", "wild\x1b[2J\nx")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("macha: there is no level wild\\x1b[2J\\nx; known are observe")
    assert ran.err.count("\n") == 1


def test_an_unforeseen_error_is_3_with_a_log_to_send(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise ZeroDivisionError("the moon\nis full")

    monkeypatch.setattr("cli.cycle.load", crash)
    ran = house.run("macha", "check")
    assert (ran.code, ran.out) == (3, "")
    found = re.fullmatch(
        r"macha: unforeseen error \(ZeroDivisionError: the moon\\nis full\); please send (\S+\.log)\n", ran.err
    )
    assert found
    log = Path(found[1])
    assert log.parent == house.directory / "macha"
    assert log.read_text().startswith("macha check\nTraceback")
    assert "ZeroDivisionError: the moon" in log.read_text()


def test_being_interrupted_is_130(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cli.cycle.load", interrupt)
    assert house.run("macha", "check").code == 130


def test_a_terminal_without_our_letters_gets_their_codes(house: House) -> None:
    snapshot = str(TESTBED / "config-broken.fault.json.gz")
    ran = house.child("macha-check", "--snapshot", snapshot, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert ran.code == 0, ran.err
    assert "\\u2192 a restart will not help before" in ran.out


def test_a_reader_that_has_enough_is_no_traceback(house: House) -> None:
    process = house.start("macha", "config", "reference")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(30) in (0, 1)


# ---- what it costs to look


@pytest.mark.parametrize("words", [("macha_approve", "list"), ("macha", "model", "queue"), ("macha", "--help")])
def test_only_to_look_needs_none_of_the_heavy_libraries(house: House, words: tuple[str, ...]) -> None:
    house.propose(World(units={"app.service": failed()}))
    code = (
        "import sys, atexit, cli.main\n"
        f"atexit.register(lambda: print(sorted(set(sys.modules) & set({HEAVY})), file=sys.stderr))\n"
        f"sys.argv = {list(words)}; cli.main.{words[0]}()"
    )
    root = Path(cli.main.__file__).parents[1]
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)
    assert (ran.returncode, ran.stderr) == (0, "[]\n")
