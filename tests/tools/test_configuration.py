"""The configuration file: nothing is needed, and whatever is wrong is one line that names file, key and a way out."""

from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.configuration import Level, Settings, load, validated
from tools.errors import MachaError
from tools.state_folder import DEFAULT_CONFIGURATION

WEB = '[hosts.web]\naddress = "192.0.2.9"\n'


@pytest.fixture(autouse=True)
def no_configuration_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MACHA_CONFIG", "STATE_DIRECTORY", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("tools.state_folder.DEFAULT_CONFIGURATION", tmp_path / "absent.toml")


def written(folder: Path, text: str, name: str = "macha.toml") -> Path:
    file = folder / name
    file.write_text(text)
    return file


def complaint(folder: Path, text: str) -> str:
    """What is said about a file with this text, without the name of the file, which comes first."""
    file = written(folder, text)
    with pytest.raises(MachaError) as raised:
        load(file)
    said = str(raised.value)
    assert "\n" not in said
    assert said.startswith(f"{file}: ")
    return said.removeprefix(f"{file}: ")


def test_no_file_at_all_is_a_valid_configuration() -> None:
    assert load(None) == Settings()
    assert load(None).host_names() == ["localhost"]


def test_an_empty_file_is_a_valid_configuration(tmp_path: Path) -> None:
    assert load(written(tmp_path, "# nothing\n")) == Settings()


def test_the_place_for_the_machine_is_etc() -> None:
    assert Path("/etc/macha/macha.toml") == DEFAULT_CONFIGURATION


def test_every_kind_of_value_is_read(tmp_path: Path) -> None:
    text = 'autonomyLevel = "auto-safe"\nlocalHost = false\nprotectedServices = ["a.service"]\n' + WEB + "port = 2222\n"
    settings = load(written(tmp_path, text))
    assert (settings.autonomy_level, settings.host_names()) == (Level.AUTO_SAFE, ["web"])
    assert (settings.hosts["web"].port, settings.protected_services) == (2222, ["a.service"])


def test_a_host_may_be_stricter_than_the_rest(tmp_path: Path) -> None:
    settings = load(written(tmp_path, 'autonomyLevel = "auto-full"\n' + WEB + 'autonomyLevel = "observe"\n'))
    assert settings.hosts["web"].autonomy_level is Level.OBSERVE


def test_levels_rise() -> None:
    assert [level.rank for level in (Level.OBSERVE, Level.SUGGEST, Level.AUTO_SAFE, Level.AUTO_FULL)] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("autonomylevel = 'suggest'", "unknown key; did you mean autonomyLevel?", id="a misspelt key"),
        pytest.param("zzzz = 1", "zzzz: unknown key; known here: ", id="a key like no other"),
        pytest.param(WEB + "prot = 22", "hosts.web.prot: unknown key; did you mean port?", id="a key of a host"),
        pytest.param(
            "[network]\nresolvename = ''", "network.resolvename: unknown key; did you mean resolveName?", id="network"
        ),
        pytest.param(
            "[thresholds.diskSpace]\nhighpercent = 1",
            "thresholds.diskSpace.highpercent: unknown key; did you mean highPercent?",
            id="a threshold",
        ),
        pytest.param("[thresholds.diskspace]", "did you mean diskSpace?", id="a group of thresholds"),
        pytest.param("autonomyLevel = 'sugest'", "autonomyLevel: must be observe, suggest, auto-safe", id="no level"),
        pytest.param("autonomyLevel = 'autosafe'", "did you mean auto-safe?", id="nearly a level"),
        pytest.param("checkInterval = 'often'", "checkInterval: Input should be a valid integer", id="no number"),
        pytest.param("checkInterval = 1", "checkInterval: Input should be greater than or equal to 30", id="too small"),
        pytest.param(WEB + "port = 70000", "hosts.web.port: Input should be less than or equal to 65535", id="no port"),
        pytest.param("localHost = 'maybe'", "localHost: Input should be a valid boolean", id="neither true nor false"),
        pytest.param("hosts = 3", "hosts: Input should be a valid dictionary", id="no table"),
        pytest.param("[hosts.web]", "hosts.web.address: this key is required", id="no address"),
        pytest.param("[hosts.web]\naddress='-oProxyCommand=x'", "must be a host name or an IP", id="a flag as address"),
        pytest.param("[hosts.web]\naddress='a b'", "hosts.web.address: must be a host name or an IP", id="two words"),
        pytest.param("[hosts.'../x']\naddress='a'", "hosts.../x: String should match", id="a path as a name"),
        pytest.param(WEB + "user = 'root; id'", "hosts.web.user: String should match pattern", id="a command as user"),
        pytest.param(WEB + "autonomyLevel = 'auto-full'", "hosts.web.autonomyLevel: auto-full is above", id="too free"),
        pytest.param("[hosts.localhost]\naddress='a'", "hosts.localhost: this name is kept for", id="the kept name"),
        pytest.param(
            "[thresholds.diskSpace]\nwarningPercent = 99",
            "thresholds.diskSpace: warningPercent must not",
            id="no order",
        ),
        pytest.param("autonomyLevel =", "not valid TOML: ", id="half a line"),
        pytest.param("model = ''\nmodel = ''", "not valid TOML: ", id="a key twice"),
        pytest.param('"a\\nb" = 1', "a\\nb: unknown key", id="a key of two lines"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    assert said in complaint(tmp_path, text)


def test_a_missing_file_is_wrong_only_when_it_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MachaError, match="no-such: no such configuration file; check --config or MACHA_CONFIG"):
        load(tmp_path / "no-such")
    monkeypatch.setenv("MACHA_CONFIG", str(tmp_path / "other"))
    with pytest.raises(MachaError, match="other: no such configuration file"):
        load(None)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(MachaError, match=f"{tmp_path}: cannot be read: "):
        load(tmp_path)
    (tmp_path / "latin").write_bytes(b"model = '\xe4'")
    with pytest.raises(MachaError, match="latin: cannot be read: "):
        load(tmp_path / "latin")


def test_the_option_wins_over_the_variable_and_that_over_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = written(tmp_path, "model = 'machine'", "absent.toml")
    variable, option = written(tmp_path, "model = 'variable'", "v"), written(tmp_path, "model = 'option'", "o")
    monkeypatch.setattr("tools.state_folder.DEFAULT_CONFIGURATION", machine)
    assert load(None).model == "machine"
    monkeypatch.setenv("MACHA_CONFIG", str(variable))
    assert load(None).model == "variable"
    assert load(option).model == "option"
    monkeypatch.setenv("MACHA_CONFIG", "")
    assert load(None).model == "machine"


def test_the_state_is_where_the_file_or_systemd_or_the_person_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/lily")
    assert Settings().state() == Path("/home/lily/.local/state/macha")
    monkeypatch.setenv("XDG_STATE_HOME", "/xdg")
    assert Settings().state() == Path("/xdg/macha")
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/macha:/var/lib/other")
    assert Settings().state() == Path("/var/lib/macha")
    assert validated({"stateDirectory": "~/here"}, "test").state() == Path("/home/lily/here")


KEYS = st.sampled_from(
    ["autonomyLevel", "autonomy_level", "checkInterval", "hosts", "web", "localhost", "address", "port", "thresholds",
     "diskSpace", "warningPercent", "network", "resolveName", "retention", "stateDirectory", "model", "hostKey"]
) | st.text(max_size=8)  # fmt: skip
SCALARS = (
    st.none().map(lambda _: "suggest")
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["192.0.2.9", "observe", datetime(2026, 1, 1), date(2026, 1, 1), time(3)])  # noqa: DTZ001
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_whatever_a_file_says_is_a_configuration_or_one_line(values: dict[str, object]) -> None:
    try:
        assert isinstance(validated(values, "FILE"), Settings)
    except MachaError as error:
        assert str(error).startswith("FILE: ")
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("stateDirectory = '~no-such-user/x'", id="a home of nobody"),
        pytest.param(f"checkInterval = {'1' * 5000}", id="a number of 5000 digits"),
        pytest.param(f"model = {'[' * 100000}", id="100000 brackets"),
    ],
)
def test_what_breaks_a_reader_is_one_line_too(tmp_path: Path, text: str) -> None:
    assert complaint(tmp_path, text)
