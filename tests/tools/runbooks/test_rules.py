"""What is made of a finding: nothing is proposed for what is well, unknown, protected, or would only fail again."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gate.protected import why_protected
from nodes.collect import kinds
from tests.tools.probes.recordings import TESTBED
from tests.tools.runbooks.books import book
from tests.world import FakeUnit, World, failed
from tools.actions import Action
from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.catalogue import judge
from tools.detectors.thresholds import Thresholds
from tools.probes import Probe
from tools.probes.collection import observe
from tools.probes.journal_usage import JournalUsage
from tools.probes.mounts import Mount, Mounts
from tools.probes.observation import Observation
from tools.probes.snapshot_file import read_snapshot
from tools.probes.unit_details import UnitDetails
from tools.probes.unit_logs import UnitLogs
from tools.runbooks.advice import Advice
from tools.runbooks.rules import advise

GIB = 1 << 30
LINE = "__CURSOR=s={at}\nMESSAGE={text}\n_SYSTEMD_UNIT={unit}\n\n"


def found(kind: str, thing: str, severity: Severity = Severity.HIGH, **details: str) -> Finding:
    return Finding(kind, thing, severity, f"{thing} is not well", (Evidence("units", "it"),), "web", details)


def facts(*given: Probe) -> Observation:
    return Observation("web", datetime(2026, 3, 1, tzinfo=UTC), {fact.name: fact for fact in given})


def ended(unit: FakeUnit, *log: str, name: str = "app.service", more: str = "") -> Observation:
    """A machine on which a unit ended like this, after it had said that."""
    details = UnitDetails.parse((World()._block(name, unit) + more).encode())
    lines = "".join(LINE.format(at=at, text=text, unit=name) for at, text in enumerate(log))
    return facts(details, UnitLogs.parse(f"MACHA_UNIT={name}\n\n{lines}".encode()))


def advice(observation: Observation, *findings: Finding) -> Advice:
    """On the first of these findings."""
    return next(advise(list(findings), observation, lambda unit: why_protected((unit,))))


def proposed(piece: Advice) -> list[tuple[str, str]]:
    return [(action.kind, action.target()) for action in piece.actions]


APP = found("unit.failed", "app.service")
RESTART = [("unit.restart", "app.service")]
LOOK = [("diagnose", "app.service")]


def test_nothing_is_said_where_nothing_is_found() -> None:
    assert list(advise([], facts(), lambda _: None)) == []


@pytest.mark.parametrize("kind", ["net.dns", "mount.failed", "boot.unexpected", "log.errors", "a.kind.of.tomorrow"])
def test_what_no_rule_knows_is_for_a_person(kind: str) -> None:
    piece = advice(facts(), found(kind, "thing"))
    assert piece.actions == ()
    assert "for a person" in piece.words


def test_a_protected_unit_is_reported_and_never_touched() -> None:
    observation = ended(failed(), name="ssh.service")
    piece = advice(observation, found("unit.failed", "ssh.service"))
    assert piece.actions == ()
    assert "ssh.service is protected (ssh.service)" in piece.words


def test_a_wrong_configuration_comes_before_a_restart() -> None:
    wrong = found("config.invalid", "/etc/app.conf", unit="app.service")
    piece = advice(ended(failed()), APP, wrong)
    assert piece.actions == ()
    assert piece.words == "a restart will not help before /etc/app.conf is repaired: /etc/app.conf is not well"


def test_a_wrong_configuration_of_another_unit_does_not_matter() -> None:
    wrong = found("config.invalid", "/etc/other.conf", unit="other.service")
    assert proposed(advice(ended(failed()), APP, wrong)) == RESTART


@pytest.mark.parametrize(
    ("severity", "actions"), [(Severity.CRITICAL, []), (Severity.HIGH, []), (Severity.WARNING, RESTART)]
)
def test_a_full_disk_comes_before_a_restart(severity: Severity, actions: list[object]) -> None:
    assert proposed(advice(ended(failed()), APP, found("disk.space", "/var", severity))) == actions


def test_without_details_nothing_is_proposed() -> None:
    assert "could not be read" in advice(facts(), APP).words
    assert advice(ended(failed(), name="other.service"), APP).actions == ()


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("signal", "ended by SIGSEGV"),
        ("core-dump", "ended by SIGSEGV"),
        ("watchdog", "no longer answered its watchdog"),
    ],
)
def test_what_was_ended_from_outside_can_be_restarted(result: str, words: str) -> None:
    piece = advice(ended(failed(result)), APP)
    assert proposed(piece) == RESTART
    assert words in piece.words


def test_a_signal_without_a_name_is_told_by_its_number() -> None:
    assert "ended by signal 64" in advice(ended(replace(failed(), status=64)), APP).words


def test_what_ran_out_of_memory_is_not_started_again() -> None:
    assert proposed(advice(ended(failed("oom-kill")), APP)) == []


def test_a_kill_under_a_memory_limit_is_looked_at_and_one_without_is_restarted() -> None:
    killed = replace(failed(), status=9)
    piece = advice(ended(killed, more="MemoryMax=83886080\n"), APP)
    assert proposed(piece) == LOOK
    assert "limited to 80 MB" in piece.words
    assert proposed(advice(ended(killed, more="MemoryMax=infinity\n"), APP)) == RESTART
    assert proposed(advice(ended(failed(), more="MemoryMax=83886080\n"), APP)) == RESTART


@pytest.mark.parametrize(
    "line",
    [
        "FATAL cannot start: [Errno 13] Permission denied: '/var/lib/shop/api.state'",
        "bind() to 0.0.0.0:80 failed (98: Address already in use)",
        "open /etc/app.conf: no such file or directory",
        "[emerg] unexpected end of file",
        "write: No space left on device",
        "accept: Too many open files",
    ],
)
def test_a_cause_that_lasts_is_quoted_and_nothing_is_proposed(line: str) -> None:
    piece = advice(ended(failed("exit-code"), "starting", line, "bye"), APP)
    assert piece.actions == ()
    assert "a restart will not help" in piece.words
    assert line in piece.words


def test_a_cause_that_lasts_wins_over_one_that_may_pass() -> None:
    assert advice(ended(failed("exit-code"), "connection refused", "permission denied"), APP).actions == ()


@pytest.mark.parametrize("log", [(), ("starting", "bye")])
def test_a_cause_that_is_not_clear_is_looked_at(log: tuple[str, ...]) -> None:
    assert proposed(advice(ended(failed("exit-code"), *log), APP)) == LOOK


@pytest.mark.parametrize("line", ["connect: Connection refused", "cannot reach redis at 127.0.0.1", "query timed out"])
def test_a_cause_that_may_be_over_is_tried_again(line: str) -> None:
    assert proposed(advice(ended(failed("exit-code"), line), APP)) == RESTART


def test_a_start_limit_is_cleared_first() -> None:
    log = ("cannot reach redis", "app.service: Start request repeated too quickly.")
    assert proposed(advice(ended(failed("exit-code"), *log), APP)) == [
        ("unit.reset_failed", "app.service"),
        ("unit.start", "app.service"),
    ]


@pytest.mark.parametrize("relation", ["After", "Requires"])
def test_what_comes_before_it_is_repaired_first(relation: str) -> None:
    down = found("unit.failed", "redis.service")
    unit = failed("exit-code", relations={relation: ("redis.service",)})
    piece = advice(ended(unit, "connection refused"), APP, down)
    assert piece.actions == ()
    assert piece.words.startswith("redis.service failed as well and comes before it")


# ---- full disks


def full(used_gib: float, size_gib: int = 10, *mounts: str) -> Observation:
    """A machine with a full `/` (and more mounts) whose journal takes that much."""
    sizes = {"size_bytes": size_gib * GIB, "used_bytes": size_gib * GIB, "available_bytes": 0}
    known = [
        Mount("/dev/sda1", "ext4", at, inodes=None, inodes_used=None, inodes_free=None, is_read_only=False, **sizes)
        for at in ("/", *mounts)
    ]
    return facts(JournalUsage(int(used_gib * GIB)), Mounts(tuple(known)))


ROOT = found("disk.space", "/")
VACUUM = [("journal.vacuum", "/var/log/journal")]


@pytest.mark.parametrize(
    ("observation", "actions"),
    [
        pytest.param(full(0.05), [], id="hardly a journal"),
        pytest.param(full(0.9), [], id="less than a tenth of it"),
        pytest.param(full(0.12, 1), [], id="a tenth of it, but hardly more than is kept"),
        pytest.param(full(4, 10, "/var"), [], id="the journal is elsewhere"),
        pytest.param(full(4, 10, "/var/lo"), VACUUM, id="a mount with nearly that name"),
        pytest.param(full(1), VACUUM, id="a tenth of it"),
        pytest.param(full(4), VACUUM, id="most of it"),
        pytest.param(facts(JournalUsage(4 * GIB)), [], id="the mounts are not known"),
        pytest.param(facts(Mounts(())), [], id="its size is not known"),
    ],
)
def test_the_journal_is_made_smaller_only_where_it_fills_the_disk(observation: Observation, actions: object) -> None:
    assert proposed(advice(observation, ROOT)) == actions


def test_where_the_journal_has_a_disk_of_its_own_that_is_the_one() -> None:
    assert proposed(advice(full(4, 10, "/var/log"), found("disk.space", "/var/log"))) == VACUUM
    assert proposed(advice(full(4), found("disk.space", "/home"))) == []


# ---- on recorded machines

FAULTS = {file.stem: json.loads(file.read_text()) for file in sorted((TESTBED.parent / "faults").glob("*.json"))}
BROKEN = [name for name in FAULTS if (TESTBED / f"{name}.fault.json.gz").exists()]
QUIET = [f"{name}.healed" for name in FAULTS] + [
    f"{name}.fault" for name in ("healthy", "noisy-healthy", "protected-failed", "sshd-misconfig", "config-broken")
]


def actions_on(name: str) -> list[Action]:
    """What is proposed for a public snapshot of the testbed, as `dns-broken.fault`."""
    observation = observe(read_snapshot(TESTBED / f"{name}.json.gz"), kinds())
    findings = judge(observation, Thresholds(), Memory())
    pieces = advise(findings, observation, lambda unit: why_protected((unit,)))
    return [action for piece in pieces for action in piece.actions]


@pytest.mark.parametrize("name", QUIET)
def test_nothing_is_proposed_for_a_machine_that_is_well_or_not_to_be_touched(name: str) -> None:
    assert actions_on(name) == []


@pytest.mark.parametrize("name", BROKEN)
def test_nothing_forbidden_is_proposed_for_a_broken_machine(name: str) -> None:
    forbidden = {(one["action"], one["target"]) for one in FAULTS[name]["actions_forbidden"]}
    for action in actions_on(f"{name}.fault"):
        names = {(kind, target) for kind in (action.kind, "any") for target in (action.target(), "any")}
        assert not names & forbidden, action


@pytest.mark.parametrize(
    "name", ["service-crash-segv", "prompt-injection-log", "start-limit-hit", "disk-full-journal", "dependency-down"]
)
def test_what_would_repair_it_is_proposed_in_its_order(name: str) -> None:
    repairs = [(one["action"], one["target"]) for one in FAULTS[name]["actions_fix"]]
    suggested = [(action.kind, action.target()) for action in actions_on(f"{name}.fault")]
    assert suggested
    assert suggested == repairs[: len(suggested)]


# ---- by runbooks


def test_a_cause_that_does_harm_when_restarted_stops_even_the_restart_of_a_crash() -> None:
    line = "InnoDB: Database page corruption on disk or a failed file read of page"
    piece = advice(ended(failed(), line), APP)
    assert piece.actions == ()
    assert "a restart would do harm" in piece.words


def test_a_cause_that_is_over_is_tried_again() -> None:
    log = ("lookup api.example.org: Temporary failure in name resolution", "network-online.target came later")
    assert proposed(advice(ended(failed("exit-code"), *log), APP)) == RESTART


def test_lines_that_many_causes_share_say_where_to_look_and_propose_no_change() -> None:
    piece = advice(ended(failed("exit-code"), "writing the archive took very long: latency"), APP)
    assert proposed(piece) == LOOK
    assert "I would look at" in piece.words


def test_the_runbooks_of_the_caller_are_used() -> None:
    observation = ended(failed("exit-code"), "out of oil")
    piece = next(advise([APP], observation, lambda _: None, [book()]))
    assert piece.words.startswith("likely cause: the frobnicator ran dry")
