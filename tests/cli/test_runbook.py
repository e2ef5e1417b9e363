"""`macha runbook`: what is known, one of them, and whether one's own is right."""

from tests.cli.conftest import House
from tests.tools.runbooks.books import TEXT
from tools.runbooks.library import built_in


def test_all_are_listed_with_what_they_say(house: House) -> None:
    ran = house.run("macha", "runbook", "list")
    assert (ran.code, f"{len(built_in())} runbooks" in ran.out, "port_in_use" in ran.out) == (0, True, True)
    listed = house.run("macha", "runbook", "list", "--json").json()
    assert [one["name"] for one in listed] == sorted(built_in())
    assert listed[0]["signals"]["telling"] or listed[0]["signals"]["supporting"]


def test_one_is_shown_whole_by_the_name_of_its_file_too(house: House) -> None:
    for name in ("port_in_use", "port-in-use"):
        out = house.run("macha", "runbook", "show", name).out
        assert "another program already listens" in out
        assert "must not" in out
    assert house.run("macha", "runbook", "show", "port_in_use", "--json").json()["family"] == "port_in_use"


def test_an_unknown_name_gets_the_nearest(house: House) -> None:
    ran = house.run("macha", "runbook", "show", "port_in_us")
    assert (ran.code, "did you mean port_in_use?" in ran.err) == (1, True)


def test_ones_own_is_tried_on_its_examples(house: House) -> None:
    file = house.directory / "dry_frobnicator.md"
    file.write_text(TEXT)
    ran = house.run("macha", "runbook", "test", str(file))
    assert (ran.code, "its cause is named first in each of its 1 examples" in " ".join(ran.out.split())) == (0, True)
    assert house.run("macha", "runbook", "test", str(file), "--json").json()["examples"][0]["why_not"] is None


def test_an_example_that_it_does_not_tell_is_an_error(house: House) -> None:
    file = house.directory / "dry_frobnicator.md"
    file.write_text(TEXT.replace('["frobnicator: out of oil"]', '["listen tcp :8080: bind: address already in use"]'))
    ran = house.run("macha", "runbook", "test", str(file))
    assert (ran.code, "port_in_use comes first" in ran.out) == (1, True)
    assert "1 of 1 examples are not told by it" in ran.err


def test_a_wrong_file_is_one_line_with_its_number(house: House) -> None:
    file = house.directory / "wrong.md"
    file.write_text(TEXT.replace('"propose"', '"maybe"'))
    ran = house.run("macha", "runbook", "test", str(file))
    assert (ran.code, ran.out) == (1, "")
    assert "wrong.md:4: safe_class: Input should be" in ran.err


def test_the_folder_of_the_configuration_is_read(house: House) -> None:
    folder = house.directory / "own"
    folder.mkdir()
    (folder / "dry_frobnicator.md").write_text(TEXT)
    house.file.write_text(f'runbooksDirectory = "{folder}"\n')
    assert house.run("macha", "runbook", "show", "dry_frobnicator").code == 0
