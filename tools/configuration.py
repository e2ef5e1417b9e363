"""The one configuration file: what it may say, what each key means, and where it is found."""

import difflib
import re
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    ValidationError,
)  # fmt: skip
from pydantic.alias_generators import to_camel

from tools.detectors.thresholds import Thresholds
from tools.errors import MachaError
from tools.model.settings import ModelServerSettings, ModelSettings, is_model, why_nowhere
from tools.safe_text import safe_line
from tools.state_folder import THE_DEFAULTS, default_folder, expanded, read_values
from tools.trusted_file import why_not_trusted

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
    try:
        return expanded(path)
    except MachaError as error:
        raise ValueError(str(error)) from None


def _is_time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("not a time zone, as in Europe/Berlin") from None
    return name


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
FilePath = Annotated[Path, AfterValidator(_expanded)]


class Section(BaseModel):
    """Base of every part of the file: no unknown keys, names as the file spells them."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Window(Section):
    """A time of the week in which Macha may act by itself; over midnight where `end` is the earlier one."""

    days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = Field(
        default=["mon", "tue", "wed", "thu", "fri", "sat", "sun"], min_length=1, description="days on which it starts"
    )
    start: TimeOfDay = Field(description='as in "02:00", in timeZone')
    end: TimeOfDay = Field(description='as in "05:00"')

    def covers(self, moment: datetime) -> bool:
        """Whether a moment (in the time zone of the window) lies in it."""
        time_of_day, today = f"{moment:%H:%M}", DAYS[moment.weekday()]
        if self.start < self.end:
            return today in self.days and self.start <= time_of_day < self.end
        if time_of_day >= self.start:
            return today in self.days
        return time_of_day < self.end and DAYS[moment.weekday() - 1] in self.days


class Freeze(Section):
    """Days on which nothing runs without a person, both included."""

    first: date = Field(description="first day, as in 2026-12-20")
    last: date = Field(description="last day")
    reason: str = Field("", max_length=200, description="shown with every action that is held back")


class PolicySettings(Section):
    """How far Macha may go somewhere, besides what holds for all."""

    autonomy_level: Level | None = Field(None, description="may only be stricter than the level for all hosts")
    critical: StrictBool = Field(False, description="every change here counts as one step riskier")
    maintenance_windows: list[Window] = Field(
        default=[], description="when Macha may act by itself here; outside it asks. Empty: always"
    )


class GroupSettings(PolicySettings):
    """A policy for several hosts: those that name this group."""


class HostPolicy(PolicySettings):
    """The policy of one host."""

    groups: list[HostName] = Field(default=[], description="groups whose policy holds here too")


class HostSettings(HostPolicy):
    """One machine that is looked after over SSH."""

    address: Annotated[str, AfterValidator(_is_address)] = Field(description="host name or IP address")
    port: StrictInt = Field(22, ge=1, le=65535, description="port of its SSH server")
    user: str = Field(
        "macha",
        pattern=r"^[a-z_][a-z0-9_-]{0,31}$",
        description="who logs in there; needs `sudo -n` to change anything",
    )
    identity_file: FilePath | None = Field(None, description="private key; without it the keys of `~/.ssh` are tried")
    host_key: str | None = Field(None, description='its public key, as in "ssh-ed25519 AAAA…"; one a line if several')
    known_hosts: FilePath | None = Field(None, description="a known_hosts file, read where hostKey is not given")


class ActionSettings(Section):
    """Which kinds of action there are at all, and how far Macha may go with each."""

    allow: list[str] = Field(default=[], description="only these kinds, as in unit.restart; empty: all")
    deny: list[str] = Field(default=[], description="never these kinds; wins over allow")
    levels: dict[str, Level] = Field(default={}, description="a stricter level for one kind of action")


class BudgetSettings(Section):
    """How much Macha may do; what is beyond is refused, and proposed again later if it is still needed."""

    unit_minutes: StrictInt = Field(10, ge=1, description="at most one start or restart of a unit in so many minutes")
    unit_day: StrictInt = Field(3, ge=1, le=4, description="starts and restarts of one unit in 24 hours")
    host_hour: StrictInt = Field(6, ge=1, description="changes on one host in an hour")
    fleet_hour: StrictInt = Field(10, ge=1, description="changes on all hosts in an hour")
    host_cycle: StrictInt = Field(5, ge=1, description="actions asked for on one host in one cycle")
    prompts_day: StrictInt = Field(
        12, ge=1, description="proposals that call a person in a day; more wait for the digest"
    )


class Retention(Section):
    """How long Macha keeps what it no longer needs. What waits for an answer is never removed."""

    checkpoint_days: StrictInt = Field(14, ge=1, description="days until the checkpoints of a finished run are removed")
    snapshot_days: StrictInt = Field(14, ge=1, description="days until a snapshot is removed")
    snapshot_megabytes: StrictInt = Field(512, ge=8, description="the oldest snapshots are removed beyond this size")


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
    check_interval: StrictInt = Field(300, ge=30, le=86400, description="seconds between two cycles")
    model: Annotated[str, AfterValidator(is_model)] = Field(
        "", description='a language model: "NAME" of Ollama, or "openai-compatible:NAME"; empty: none is asked'
    )
    model_servers: dict[HostName, ModelServerSettings] = Field(
        default={}, description="who runs the model, by name; none: Ollama on this machine"
    )
    model_use: ModelSettings = Field(ModelSettings(), description="how the model is asked, and how much")
    embedding_model: Annotated[str, AfterValidator(is_model)] = Field(
        "", description="a model that turns text into vectors for `macha knowledge`, as in nomic-embed-text"
    )
    state_directory: FilePath | None = Field(
        None, description="where Macha keeps its state; default: $STATE_DIRECTORY, else $XDG_STATE_HOME/macha"
    )
    runbooks_directory: FilePath | None = Field(
        None, description="a folder of your own runbooks (docs/runbooks.md), besides those of Macha"
    )
    local_host: StrictBool = Field(True, description="look after the machine Macha runs on, under the name localhost")
    this_host: HostPolicy = Field(HostPolicy(), description="policy for the machine Macha runs on")
    hosts: dict[HostName, HostSettings] = Field(default={}, description="the other machines, by name")
    groups: dict[HostName, GroupSettings] = Field(default={}, description="policies for several hosts, by name")
    actions: ActionSettings = Field(ActionSettings(), description="which kinds of action, and how far")
    budgets: BudgetSettings = Field(BudgetSettings(), description="how much may be done")
    maintenance_windows: list[Window] = Field(default=[], description="when Macha may act by itself on any host")
    freezes: list[Freeze] = Field(default=[], description="days on which nothing runs without a person")
    time_zone: Annotated[str, AfterValidator(_is_time_zone)] = Field("UTC", description="of windows and freezes")
    protected_services: list[str] = Field(
        default=[], description="units never touched, besides the built-in ones, which no key removes"
    )
    host_deadline: StrictInt = Field(30, ge=2, le=600, description="seconds within which a host has to answer a look")
    max_concurrency: StrictInt = Field(8, ge=1, le=64, description="hosts looked at, at the same time")
    approval_hours: StrictInt = Field(24, ge=1, le=720, description="hours until a proposal or an approval expires")
    network: NetworkSettings = Field(NetworkSettings(), description="what is asked of a host's network")
    retention: Retention = Field(Retention(), description="how long things are kept")
    thresholds: Thresholds = Field(Thresholds(), description="from where on something is a finding")

    def host_names(self) -> list[str]:
        """Every machine looked after, this one first."""
        return [*([LOCAL_HOST] if self.local_host else []), *sorted(self.hosts)]

    def policy_of(self, host: str) -> HostPolicy:
        """What the file says of a host; raises KeyError on one that it does not name."""
        return self.this_host if host == LOCAL_HOST else self.hosts[host]

    def groups_of(self, host: str) -> dict[str, GroupSettings]:
        """The groups that a host names, by name."""
        return {name: self.groups[name] for name in self.policy_of(host).groups}

    def keep_alive(self) -> int:
        """Seconds for which the model stays loaded after a question."""
        return self.model_use.keep_alive_seconds or self.check_interval * 5 // 2

    def state(self) -> Path:
        """The directory of Macha's state; not made here."""
        return self.state_directory or default_folder()


def load(path: Path | None) -> Settings:
    """The configuration from `path`, else $MACHA_CONFIG, else /etc/macha/macha.toml, else the defaults.

    Raises MachaError with file, key and the nearest valid key when anything in it is wrong, and when others than root
    and the caller could have written it. Looking and stopping do without: they read no more than `tools.state_folder`.
    """
    values, source = read_values(path)
    if source != THE_DEFAULTS:
        try:
            why = why_not_trusted(Path(source))
        except OSError as error:
            why = f"{source}: cannot be looked at: {safe_line(str(error))}"
        if why:
            raise MachaError(why)
    return validated(values, source)


def validated(values: dict[str, Any], source: str) -> Settings:
    """Settings from the plain values of a file; `source` names it in the error."""
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise MachaError(f"{source}: {_first_problem(error)}") from None
    own = {"thisHost": settings.this_host} | {f"hosts.{name}": host for name, host in settings.hosts.items()}
    every: dict[str, PolicySettings] = {**own, **{f"groups.{name}": group for name, group in settings.groups.items()}}
    for key, policy in every.items():
        if policy.autonomy_level and policy.autonomy_level.rank > settings.autonomy_level.rank:
            raise MachaError(
                f"{source}: {key}.autonomyLevel: {policy.autonomy_level} is above the level for all hosts "
                f"({settings.autonomy_level}); it may only be stricter"
            )
    for key, host in own.items():
        for unknown in (group for group in host.groups if group not in settings.groups):
            raise MachaError(f"{source}: {key}.groups: there is no group {unknown}; add [groups.{unknown}]")
    for key, model in (("model", settings.model), ("embeddingModel", settings.embedding_model)):
        if why := why_nowhere(model, settings.model_servers):
            raise MachaError(f"{source}: {key}: {why}")
    if settings.keep_alive() <= settings.check_interval:
        raise MachaError(
            f"{source}: modelUse.keepAliveSeconds: must be above checkInterval ({settings.check_interval}), "
            "else the model is unloaded just when the next cycle begins"
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


_TABLES: dict[str, type[BaseModel]] = {
    "hosts": HostSettings,
    "groups": GroupSettings,
    "modelServers": ModelServerSettings,
}


def _keys_at(location: tuple[int | str, ...]) -> list[str]:
    """The keys that the file may have at a place, as the file spells them."""
    model: type[BaseModel] = Settings
    for part in location:
        field = next((f for name, f in model.model_fields.items() if part in (name, f.alias)), None)
        inner = field.annotation if field else None
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
        elif field is not None and part in _TABLES:
            model = _TABLES[str(part)]
    return sorted(f.alias or name for name, f in model.model_fields.items())
