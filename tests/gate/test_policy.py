"""The strictest rule wins, code owns the risk, and every answer says why."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from gate.interface import Judgement
from gate.policy import Policy
from gate.policy_table import table
from tests.conftest import settings_for
from tests.world import FakeUnit, World, failed
from tools.actions import Action
from tools.actions.diagnose import Diagnose
from tools.actions.restart_unit import RestartUnit
from tools.clock import Deadline
from tools.configuration import Level, Settings
from tools.errors import MachaError
from tools.probes.collection import collect, observe
from tools.probes.observation import Observation
from tools.probes.recording import Recording
from tools.probes.script import Inputs
from tools.probes.unit_graph import UnitGraph

SUNDAY_NIGHT = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
RESTART = RestartUnit(name="app.service")


class Clock:
    def now(self) -> datetime:
        return SUNDAY_NIGHT

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None: ...


def facts_of(world: World) -> Observation:
    recording = collect(world, (UnitGraph,), Inputs(), deadline=Deadline(9), clock=Clock())
    assert isinstance(recording, Recording)
    return observe(recording, (UnitGraph,))


def judged(
    settings: Settings, action: Action = RESTART, level: Level | None = None, *, units: Mapping[str, Any] | None = None
) -> Judgement:
    world = World(units={"app.service": failed(), **(units or {})})
    return Policy(settings, level).judge(action, facts_of(world), SUNDAY_NIGHT, [])


def settings(host: dict[str, Any] | None = None, **values: Any) -> Settings:
    return settings_for(**values, hosts={"web": {"address": "192.0.2.9", **(host or {})}})


@pytest.mark.parametrize(
    ("level", "safe", "low", "medium", "high"),
    [
        (Level.OBSERVE, "refuse", "refuse", "refuse", "refuse"),
        (Level.SUGGEST, "ask", "ask", "ask", "ask"),
        (Level.AUTO_SAFE, "run", "run", "ask", "ask"),
        (Level.AUTO_FULL, "run", "run", "run", "ask"),
    ],
)
def test_the_decision_table(level: Level, safe: str, low: str, medium: str, high: str) -> None:
    holding = {"needed.service": FakeUnit(), "other.service": FakeUnit()}
    medium_unit = {"app.service": failed(relations={"RequiredBy": ("other.service",)}), **holding}
    config = settings(autonomyLevel="auto-full")
    critical = settings({"critical": True}, autonomyLevel="auto-full")
    assert judged(config, Diagnose(name="app.service"), level).answer == safe
    assert judged(config, RESTART, level).answer == low
    assert judged(config, RESTART, level, units=medium_unit).answer == medium
    assert judged(critical, RESTART, level, units=medium_unit).answer == high


def test_reading_is_not_made_riskier_by_a_critical_host() -> None:
    assert judged(settings({"critical": True}), Diagnose(name="app.service")).risk == "safe"


def test_dependants_are_named_in_the_reason() -> None:
    others = tuple(f"d{number}.service" for number in range(5))
    units = {"app.service": failed(relations={"RequiredBy": others}), **{name: FakeUnit() for name in others}}
    reasons = judged(settings(), units=units).reasons
    assert "d0.service, d1.service, d2.service and 2 more would be stopped with it" in reasons


@pytest.mark.parametrize(
    ("values", "answer", "because"),
    [
        pytest.param({}, "run", "the level is auto-safe", id="the default"),
        pytest.param({"host": {"autonomyLevel": "suggest"}}, "ask", "host web is suggest", id="a stricter host"),
        pytest.param(
            {"host": {"groups": ["shop"]}, "groups": {"shop": {"autonomyLevel": "observe"}}},
            "refuse", "group shop is observe", id="a stricter group",
        ),
        pytest.param({"actions": {"levels": {"unit.restart": "suggest"}}}, "ask", "restart is suggest", id="a kind"),
        pytest.param({"actions": {"levels": {"unit.restart": "auto-full"}}}, "run", "is auto-safe", id="never looser"),
        pytest.param({"actions": {"deny": ["unit.restart"]}}, "refuse", "actions.deny", id="denied"),
        pytest.param({"actions": {"allow": ["diagnose"]}}, "refuse", "actions.allow", id="not allowed"),
        pytest.param({"actions": {"allow": ["unit.restart"]}}, "run", "", id="allowed"),
        pytest.param(
            {"freezes": [{"first": "2026-02-27", "last": "2026-03-01", "reason": "audit"}]},
            "ask", "frozen until 2026-03-01 (audit)", id="on the last day of a freeze",
        ),
        pytest.param({"freezes": [{"first": "2026-02-01", "last": "2026-02-28"}]}, "run", "", id="after a freeze"),
        pytest.param(
            {"freezes": [{"first": "2026-03-02", "last": "2026-03-02"}], "timeZone": "Asia/Tokyo"},
            "ask", "frozen", id="a freeze begins earlier in the east",
        ),
        pytest.param(
            {"maintenanceWindows": [{"days": ["sun"], "start": "23:00", "end": "02:00"}]}, "run", "", id="in a window",
        ),
        pytest.param(
            {"maintenanceWindows": [{"days": ["sat"], "start": "23:00", "end": "02:00"}]},
            "ask", "no maintenance window of all hosts", id="not the window's day",
        ),
        pytest.param(
            {"maintenanceWindows": [{"days": ["sat"], "start": "23:50", "end": "23:45"}]}, "run", "",
            id="over midnight",
        ),
        pytest.param(
            {"host": {"maintenanceWindows": [{"start": "01:00", "end": "02:00"}]}},
            "ask", "no maintenance window of host web", id="a host's window",
        ),
        pytest.param({"host": {"critical": True}}, "ask", "host web is marked critical", id="a critical host"),
        pytest.param(
            {"host": {"groups": ["shop"]}, "groups": {"shop": {"critical": True}}},
            "ask", "group shop is marked critical", id="a critical group",
        ),
    ],
)  # fmt: skip
def test_the_strictest_rule_wins(values: dict[str, Any], answer: str, because: str) -> None:
    judgement = judged(settings(**{"autonomyLevel": "auto-safe", **values}))
    assert judgement.answer == answer
    assert because in "; ".join(judgement.reasons)


def test_what_speaks_against_it_is_all_said_once() -> None:
    facts = facts_of(World(units={"app.service": FakeUnit()}))
    judgement = Policy(settings()).judge(RESTART, facts, SUNDAY_NIGHT, ["stopped", "stopped"])
    assert judgement.reasons == ("stopped", "app.service is active (running), not failed")


def test_a_host_whose_units_cannot_be_read_is_left_alone() -> None:
    facts = Observation("web", SUNDAY_NIGHT, {})
    judgement = Policy(settings(), Level.AUTO_FULL).judge(RESTART, facts, SUNDAY_NIGHT, [])
    assert judgement.answer == "refuse"
    assert judgement.reasons[0] == "the units of this host could not be read: not collected"


@pytest.mark.parametrize("key", ["allow", "deny"])
def test_an_unknown_kind_in_a_list_is_named_with_the_nearest(key: str) -> None:
    with pytest.raises(MachaError, match=f"actions.{key}: .*unit.restat; did you mean unit.restart"):
        Policy(settings(actions={key: ["unit.restat"]}))


def test_a_kind_like_no_other_names_those_there_are() -> None:
    with pytest.raises(MachaError, match="known are diagnose"):
        Policy(settings(actions={"levels": {"xyz": "observe"}}))


def test_the_version_covers_policy_and_nothing_else() -> None:
    plain = Policy(settings()).version()
    assert Policy(settings(), Level.AUTO_FULL).version() == plain
    assert Policy(settings(checkInterval=60)).version() == plain
    for changed in (
        settings(protectedServices=["app.service"]),
        settings({"critical": True}),
        settings(actions={"deny": ["diagnose"]}),
        settings(freezes=[{"first": "2026-01-01", "last": "2026-01-02"}]),
        settings(budgets={"hostHour": 2}),
        settings(timeZone="Europe/Berlin"),
    ):
        assert Policy(changed).version() != plain


def test_the_table_has_a_row_for_every_host_and_kind() -> None:
    config = settings(
        {"critical": True},
        autonomyLevel="auto-safe",
        actions={"deny": ["diagnose"], "levels": {"unit.start": "observe"}},
    )
    rows = {(row.host, row.kind): row for row in table(config, SUNDAY_NIGHT)}
    assert rows["web", "diagnose"].answer == "refused"
    assert rows["web", "unit.start"].answer == "refused"
    assert (rows["web", "unit.restart"].risk, rows["web", "unit.restart"].answer) == ("medium", "asks")
    everything = {row.answer for row in table(settings(autonomyLevel="auto-safe"), SUNDAY_NIGHT)}
    assert everything == {"runs"}
