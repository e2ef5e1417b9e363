"""`macha config`: what is in force, and what may be said."""

from tests.cli.conftest import House
from tools.configuration import validated
from tools.configuration_reference import reference


def test_what_is_in_force_can_be_read_back_as_a_configuration(house: House) -> None:
    house.file.write_text('autonomyLevel = "observe"\n[hosts.web]\naddress = "192.0.2.9"\n')
    shown = house.run("macha", "config", "show").json()
    assert (shown["autonomyLevel"], shown["checkInterval"], shown["hosts"]["web"]["port"]) == ("observe", 300, 22)
    given = without_absent(shown)
    assert isinstance(given, dict)
    assert validated(given, "shown").model_dump(mode="json", by_alias=True) == shown


def without_absent(value: object) -> object:
    """TOML has no null: what is not given is not there."""
    if isinstance(value, dict):
        return {key: without_absent(inner) for key, inner in value.items() if inner is not None}
    return value


def test_a_wrong_file_is_one_line(house: House) -> None:
    house.file.write_text("autonomylevel = 'observe'\n")
    ran = house.run("macha", "config", "show")
    said = f"macha: {house.file}: autonomylevel: unknown key; did you mean autonomyLevel?\n"
    assert (ran.code, ran.out, ran.err) == (1, "", said)


def test_the_reference_needs_no_configuration(house: House) -> None:
    house.file.write_text("this is wrong")
    assert house.run("macha", "config", "reference").out == reference()
