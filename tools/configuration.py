"""The one configuration file: what it may say, what each key means, and where it is found."""

import difflib
import os
import re
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from tools.detectors.thresholds import Thresholds
from tools.errors import MachaError
from tools.safe_text import safe_line

DEFAULT_PATH = Path("/etc/macha/macha.toml")
LOCAL_HOST = "localhost"

HostName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]


class Level(StrEnum):
    """How far Macha may go without asking, in rising order."""

    OBSERVE = "observe"
    SUGGEST = "suggest"
    AUTO_SAFE = "auto-safe"
    AUTO_FULL = "auto-full"

    @property
    def rank(self) -> int:
        return list(Level).index(self)


def _is_address(address: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.:_-]{0,252}", address):
        raise ValueError("must be a host name or an IP address")
    return address


def _expanded(path: Path) -> Path:
    return path.expanduser()


FilePath = Annotated[Path, AfterValidator(_expanded)]


class Section(BaseModel):
    """Base of every part of the file: no unknown keys, names as the file spells them."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class HostSettings(Section):
    """One machine that is looked after over SSH."""

    address: Annotated[str, AfterValidator(_is_address)] = Field(description="host name or IP address")
    port: int = Field(22, ge=1, le=65535, description="port of its SSH server")
    user: str = Field(
        "macha",
        pattern=r"^[a-z_][a-z0-9_-]{0,31}$",
        description="who logs in there; needs `sudo -n` to change anything",
    )
    identity_file: FilePath | None = Field(None, description="private key; without it the keys of `~/.ssh` are tried")
    host_key: str | None = Field(
        None, description='its public host key, as in "ssh-ed25519 AAAA…"; one a line if several'
    )
    known_hosts: FilePath | None = Field(None, description="a known_hosts file, read where hostKey is not given")
    autonomy_level: Level | None = Field(None, description="may only be stricter than the level for all hosts")


class Retention(Section):
    """How long Macha keeps what it no longer needs. What waits for an answer is never removed."""

    checkpoint_days: int = Field(14, ge=1, description="days until the checkpoints of a finished run are removed")
    snapshot_days: int = Field(14, ge=1, description="days until a snapshot is removed")
    snapshot_megabytes: int = Field(512, ge=8, description="the oldest snapshots are removed beyond this size")


class NetworkSettings(Section):
    """What is asked of a host's own network."""

    resolve_name: str = Field(
        "example.com",
        pattern=r"^(|[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)$",
        description="a name that every host should be able to resolve; empty: do not try",
    )


class Settings(Section):
    """The whole file. Every key has a default: an empty file, or none, is a valid configuration."""

    autonomy_level: Level = Field(Level.SUGGEST, description="observe, suggest, auto-safe or auto-full")
    check_interval: int = Field(300, ge=30, le=86400, description="seconds between the end of a cycle and the next")
    model: str = Field("", max_length=200, description="name of the local language model; empty: none is asked")
    state_directory: FilePath | None = Field(
        None, description="where Macha keeps its state; default: $STATE_DIRECTORY, else $XDG_STATE_HOME/macha"
    )
    local_host: bool = Field(True, description="look after the machine Macha runs on, under the name localhost")
    hosts: dict[HostName, HostSettings] = Field(default_factory=dict, description="the other machines, by name")
    protected_services: list[str] = Field(
        default_factory=list, description="units never touched, besides the built-in ones, which no key removes"
    )
    host_deadline: int = Field(30, ge=2, le=600, description="seconds within which a host has to answer a look")
    max_concurrency: int = Field(8, ge=1, le=64, description="hosts looked at, at the same time")
    approval_hours: int = Field(24, ge=1, le=720, description="hours until a proposal or an approval expires")
    network: NetworkSettings = Field(NetworkSettings(), description="what is asked of a host's network")
    retention: Retention = Field(Retention(), description="how long things are kept")
    thresholds: Thresholds = Field(Thresholds(), description="from where on something is a finding")

    def host_names(self) -> list[str]:
        """Every machine looked after, this one first."""
        return [*([LOCAL_HOST] if self.local_host else []), *sorted(self.hosts)]

    def level_of(self, host: str) -> Level:
        """The level that holds for a host: the strictest of its own and the one for all."""
        own = self.hosts[host].autonomy_level if host in self.hosts else None
        return min((level for level in (own, self.autonomy_level) if level), key=lambda level: level.rank)

    def state(self) -> Path:
        """The directory of Macha's state; not made here."""
        if self.state_directory:
            return self.state_directory
        if given := os.environ.get("STATE_DIRECTORY"):
            return Path(given.split(":")[0])
        return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "macha"


def load(path: Path | None) -> Settings:
    """The configuration from `path`, else $MACHA_CONFIG, else /etc/macha/macha.toml, else the defaults.

    Raises MachaError with file, key and the nearest valid key when anything in it is wrong.
    """
    named = path or (Path(os.environ["MACHA_CONFIG"]) if os.environ.get("MACHA_CONFIG") else None)
    file = named or DEFAULT_PATH
    try:
        text = file.read_bytes().decode()
        values = tomllib.loads(text)
    except FileNotFoundError:
        if named is None:
            return Settings()
        raise MachaError(f"{file}: no such configuration file; check --config or MACHA_CONFIG") from None
    except (OSError, UnicodeDecodeError) as error:
        raise MachaError(f"{file}: cannot be read: {safe_line(str(error))}") from None
    except tomllib.TOMLDecodeError as error:
        raise MachaError(f"{file}: not valid TOML: {safe_line(str(error))}") from None
    return validated(values, str(file))


def validated(values: dict[str, Any], source: str) -> Settings:
    """Settings from the plain values of a file; `source` names it in the error."""
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise MachaError(f"{source}: {_first_problem(error)}") from None
    for name, host in settings.hosts.items():
        if host.autonomy_level and host.autonomy_level.rank > settings.autonomy_level.rank:
            raise MachaError(
                f"{source}: hosts.{name}.autonomyLevel: {host.autonomy_level} is above the level for all hosts "
                f"({settings.autonomy_level}); a host may only be stricter"
            )
    if LOCAL_HOST in settings.hosts:
        raise MachaError(f"{source}: hosts.{LOCAL_HOST}: this name is kept for the machine Macha runs on")
    return settings


def _first_problem(error: ValidationError) -> str:
    """The first problem as `key: what is wrong[; did you mean …?]`."""
    problem = error.errors()[0]
    key = ".".join(safe_line(str(part), 80) for part in problem["loc"] if part != "[key]")
    if problem["type"] == "extra_forbidden":
        known = _keys_at(problem["loc"][:-1])
        near = difflib.get_close_matches(str(problem["loc"][-1]), known, 1, 0.5)
        return f"{key}: unknown key; " + (f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}")
    if problem["type"] == "enum":
        expected = problem["ctx"]["expected"].replace("'", "")
        near = difflib.get_close_matches(str(problem["input"]), expected.replace(" or ", ", ").split(", "), 1, 0.5)
        return f"{key}: must be {expected}" + (f"; did you mean {near[0]}?" if near else "")
    if problem["type"] == "missing":
        return f"{key}: this key is required"
    return f"{key}: {problem['msg'].removeprefix('Value error, ')}"


def _keys_at(location: tuple[int | str, ...]) -> list[str]:
    """The keys that the file may have at a place, as the file spells them."""
    model: type[BaseModel] = Settings
    for part in location:
        field = next((f for name, f in model.model_fields.items() if part in (name, f.alias)), None)
        inner = field.annotation if field else None
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
        elif field is not None and part == "hosts":
            model = HostSettings
    return sorted(f.alias or name for name, f in model.model_fields.items())
