"""Who may have written the configuration: nobody but root and the caller."""

import grp
import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from tools.configuration import Settings, load
from tools.errors import MachaError
from tools.state_folder import state_folder
from tools.trusted_file import why_not_trusted

NOBODY = 65534


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "macha"
    folder.mkdir(mode=0o755)
    made = folder / "macha.toml"
    made.touch(mode=0o644)
    return made


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller is lily, who has a group of her own."""
    names = {0: "root", 1000: "lily", 100: "users", 27: "sudo"}

    def user(uid: int) -> pwd.struct_passwd:
        return pwd.struct_passwd(("lily", "x", uid, 1000, "", "/", "/bin/sh"))

    def group(gid: int) -> grp.struct_group:
        return grp.struct_group((names[gid], "x", gid, ["lily", "sam"] if gid == 27 else []))

    monkeypatch.setattr("pwd.getpwuid", user)
    monkeypatch.setattr("grp.getgrgid", group)


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o444, 0o755])
def test_what_only_its_owner_writes_is_trusted(file: Path, mode: int) -> None:
    file.chmod(mode)
    assert why_not_trusted(file) is None
    assert load(file) == Settings()


@pytest.mark.parametrize("mode", [0o666, 0o602, 0o777])
def test_a_file_that_everybody_writes_is_refused_with_the_remedy(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(MachaError) as raised:
        load(file)
    said = f"{file}: the configuration can be written by everybody; chmod go-w {file}"
    assert str(raised.value) == said


def test_so_is_one_in_a_folder_in_which_everybody_may_put_another(file: Path) -> None:
    file.parent.chmod(0o777)
    why = f"{file.parent}: its folder can be written by everybody; chmod go-w {file.parent}"
    assert why_not_trusted(file) == why
    file.parent.chmod(0o1777)
    assert why_not_trusted(file) is None, "in a sticky folder nobody replaces the file of another"


def test_a_link_is_as_good_as_both_of_its_ends(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link" / "macha.toml"
    link.parent.mkdir(mode=0o755)
    link.symlink_to(file)
    assert why_not_trusted(link) is None
    link.parent.chmod(0o777)
    assert str(link.parent) in str(why_not_trusted(link))
    link.parent.chmod(0o755)
    file.parent.chmod(0o777)
    assert str(file.parent) in str(why_not_trusted(link))


@pytest.mark.usefixtures("groups")
@pytest.mark.skipif(os.getuid() != 0, reason="only root gives a file to another group")
@pytest.mark.parametrize(
    ("group", "who"),
    [
        pytest.param(0, None, id="root's"),
        pytest.param(1000, None, id="the owner's own, as with umask 002"),
        pytest.param(100, "the group users", id="everybody's"),
        pytest.param(27, "the group sudo", id="another's"),
        pytest.param(4711, "the group gid 4711", id="one without a name"),
    ],
)
def test_a_group_may_write_that_is_the_owners_own(file: Path, group: int, who: str | None) -> None:
    os.chown(file, -1, group)
    file.chmod(0o664)
    said = f"{file}: the configuration can be written by {who}; chmod go-w {file}"
    assert why_not_trusted(file) == (said if who else None)


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives a file to another user")
def test_what_belongs_to_another_user_is_refused(file: Path) -> None:
    os.chown(file, NOBODY, -1)
    why = str(why_not_trusted(file))
    assert why.startswith(f"{file}: the configuration belongs to ")
    assert why.endswith(f", who is neither root nor you; chown root {file}")
    os.chown(file, 0, -1)
    os.chown(file.parent, 4_000_000, -1)
    assert why_not_trusted(file) == (
        f"{file.parent}: its folder belongs to uid 4000000, who is neither root nor you; chown root {file.parent}"
    )


def test_no_configuration_and_that_of_a_pipe_are_trusted(file: Path) -> None:
    assert why_not_trusted(Path("/dev/null")) is None
    ask = "import sys, pathlib, tools.trusted_file as t; print(t.why_not_trusted(pathlib.Path('/dev/stdin')))"
    ran = subprocess.run([sys.executable, "-c", ask], input="", text=True, capture_output=True, check=True)
    assert ran.stdout == "None\n", ran.stderr


def test_a_name_with_a_space_is_quoted_in_the_remedy(file: Path) -> None:
    spaced = file.rename(file.parent / "my macha.toml")
    spaced.chmod(0o666)
    assert str(why_not_trusted(spaced)).endswith(f"; chmod go-w '{spaced}'")


def test_what_cannot_be_looked_at_any_more_is_one_line(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def vanish(_: Path) -> str | None:
        raise FileNotFoundError(2, "no such file")

    monkeypatch.setattr("tools.configuration.why_not_trusted", vanish)
    with pytest.raises(MachaError, match=r"cannot be looked at: .*no such file"):
        load(file)


def test_stopping_does_not_ask_who_wrote_the_configuration(file: Path) -> None:
    file.write_text('stateDirectory = "/nowhere/state"\n')
    file.chmod(0o666)
    assert state_folder(file) == Path("/nowhere/state")
