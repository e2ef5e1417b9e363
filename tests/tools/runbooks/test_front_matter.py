"""A runbook's file is read whole or refused with the line that is wrong."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.runbooks.books import TEXT
from tools.errors import MachaError
from tools.runbooks.front_matter import read


def written(folder: Path, text: str, name: str = "dry-frobnicator.md") -> Path:
    file = folder / name
    file.write_text(text)
    return file


def test_the_name_of_the_file_is_the_name_and_the_family(tmp_path: Path) -> None:
    runbook = read(written(tmp_path, TEXT))
    assert (runbook.name, runbook.family, runbook.safe_class) == ("dry_frobnicator", "dry_frobnicator", "propose")
    assert runbook.advice.startswith("Pour oil in")
    assert runbook.actions[0].is_for_a_person


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("+++\ncause", "---\ncause", ":1: must begin with a line +++"),
        ("+++\nPour", "Pour", ":17: there is no second line +++"),
        ('cause = "the', "cause = the", ":2: not TOML"),
        ('cause = "the frobnicator ran dry"\n', "", ":1: cause: this key is required"),
        ("verify =", "verified =", "verify: this key is required"),
        ('["any"]', '["plan9"]', ":3: applies_to.0: Input should be"),
        ('"propose"', '"reboot_everything"', ":4: safe_class: Input should be"),
        ("config.propose", "oil.pour", ":7: actions.0.kind: there is no such kind of action"),
        ('kind = "config.propose"', 'kind = "unit.restart"', "unit.restart though restart says no"),
        ("https://example", "http://example", ":11: sources.0: String should match"),
        ("'out of oil'", "'(o+)+f'", ":15: (o+)+f: a group is repeated"),
        ("'smoke'", "7", ":16: signals.supporting.1: must be a regular expression in quotes"),
        ("supporting", "suporting", "signals.suporting: unknown key"),
        ("Pour oil in, and look where the old oil went. Do not start it before that is done.", "", "advice"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(MachaError) as raised:
        read(written(tmp_path, TEXT.replace(old, new)))
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_none_is_a_known_error(tmp_path: Path) -> None:
    with pytest.raises(MachaError, match="cannot be read"):
        read(tmp_path / "absent.md")
    with pytest.raises(MachaError, match="larger than 64 kB"):
        read(written(tmp_path, TEXT + "x" * (1 << 17)))


@given(st.integers(0, len(TEXT)), st.text(max_size=4) | st.sampled_from(["\x1b[2J", "\0", "'''", "[[", "+++\n"]))
def test_a_nearly_valid_one_is_read_or_refused_in_one_harmless_line(at: int, inserted: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x_y.md"
        file.write_text(TEXT[:at] + inserted + TEXT[at:], "utf-8", "backslashreplace")
        try:
            read(file)
        except MachaError as error:
            assert str(error).isprintable()
