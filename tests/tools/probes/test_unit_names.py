import pytest

from tools.probes.unit_names import is_unit_name, number, properties, unit_names


@pytest.mark.parametrize(
    "name", ["ssh.service", "-.mount", "user@1000.service", "srv-a\\x2db.mount", "a:b_c.scope", "getty@tty1.service"]
)
def test_names_that_systemd_has(name: str) -> None:
    assert is_unit_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ssh",
        "ssh.conf",
        "ss*.service",
        "[s]sh.service",
        "a b.service",
        "a.service\n",
        "../a.service",
        "a$(id).service",
        "x" * 256 + ".service",
        "\uff53sh.service",
    ],
)
def test_texts_that_are_no_names(name: str) -> None:
    assert not is_unit_name(name)


def test_a_list_of_names_drops_what_is_none() -> None:
    assert unit_names("a.service ;rm b.socket") == ("a.service", "b.socket")


def test_blocks_of_properties() -> None:
    assert list(properties("Id=a\nX=1=2\n\n\nId=b\njunk\n")) == [{"Id": "a", "X": "1=2"}, {"Id": "b"}]


@pytest.mark.parametrize(
    ("text", "value"),
    [("7", 7), ("[not set]", None), ("infinity", None), (str(2**64 - 1), None), ("\u0663", None)],
)
def test_numbers(text: str, value: int | None) -> None:
    assert number(text) == value
