"""Effects on booted hosts, over real SSH: done once, ended truthfully, found again after everything that can break."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gate.effect import Outcome, carry_out, clear_away, look, unit_of
from gate.interface import Entry, Person, Refused, Request
from gate.local import LocalGate
from tests.machines.testbed import Host
from tools.actions import Action
from tools.actions.diagnose import Diagnose
from tools.actions.restart_unit import RestartUnit
from tools.clock import Deadline, SystemClock
from tools.configuration import validated
from tools.hosts.fleet import Fleet
from tools.hosts.ssh import SshHost

PAIRS = 20
LILY = Person(1000, "lily")

Dial = Callable[..., SshHost]


@pytest.fixture
def dial(host: Host) -> Dial:
    """Connections of their own to the host, as any number of processes would have them."""

    def dial(user: str = "root") -> SshHost:
        return SshHost(host.name, host.address, 22, user, host.identity_file, host.host_key, None)

    return dial


def write_unit(host: Host, name: str, *lines: str, description: str = "a test") -> None:
    text = "\n".join((f"[Unit]\nDescription={description}\n[Service]", *lines)) + "\n"
    host.run(f"cat > /etc/systemd/system/{name}; systemctl daemon-reload", check=True, input=text)


def slow_unit(host: Host, seconds: float = 4) -> Action:
    """A restart that takes so long and leaves one line for each time it was carried out."""
    start = f"ExecStart=/bin/sh -c 'echo started >> /root/effects; sleep {seconds}'"
    write_unit(host, "slow.service", "Type=oneshot", "RemainAfterExit=yes", start)
    return RestartUnit(name="slow.service")


def effects(host: Host) -> int:
    return len(host.run("cat /root/effects 2>/dev/null").stdout.splitlines())


def started(answer: list[Outcome], work: Callable[[], Outcome]) -> threading.Thread:
    thread = threading.Thread(target=lambda: answer.append(work()))
    thread.start()
    return thread


def look_now(machine: SshHost, action_id: str, seconds: float = 15) -> Outcome:
    return look(machine, action_id, Deadline(seconds))


def test_of_twenty_racing_pairs_each_has_one_effect(host: Host, dial: Dial) -> None:
    write_unit(host, "counted.service", "Type=oneshot", "ExecStart=/bin/sh -c 'echo started >> /root/effects'")
    connections = dial(), dial()
    states: list[str] = []
    for number in range(PAIRS):
        answers: list[Outcome] = []
        barrier = threading.Barrier(2)

        def race(machine: SshHost, action_id: str = f"pair{number}", barrier: threading.Barrier = barrier) -> Outcome:
            barrier.wait()
            return carry_out(machine, action_id, RestartUnit(name="counted.service"))

        threads = [started(answers, lambda machine=machine: race(machine)) for machine in connections]  # type: ignore[misc]
        for thread in threads:
            thread.join()
        states += [answer.state for answer in answers]
    print(f"\n{PAIRS} racing pairs: {effects(host)} effects, outcomes {sorted(set(states))}")
    assert effects(host) == PAIRS
    assert states == ["done"] * 2 * PAIRS, "the one that came second finds what the first one did"


def test_look_tells_every_state(host: Host, dial: Dial) -> None:
    machine = dial()
    run = "systemd-run --quiet --no-block --property=Type=oneshot --property=RemainAfterExit=yes"
    host.run(f"{run} --unit={unit_of('well')} /bin/true; {run} --unit={unit_of('ill')} /bin/sh -c 'exit 7'")
    host.run(f"{run} --unit={unit_of('busy')} /bin/sleep 30")
    assert look_now(machine, "well") == Outcome("done", "the command ended without an error", 0)
    assert look_now(machine, "ill") == Outcome("failed", "the command failed (exit-code, exit status 7)", 7)
    assert look_now(machine, "busy", 2).state == "unknown"
    assert look_now(machine, "never").state == "absent"
    host.cut_network()
    assert look_now(dial(), "well", 3).state == "unknown"


def test_a_command_over_its_time_is_left_to_fresh_facts(
    host: Host, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RestartUnit, "timeout_seconds", 2)
    begun = time.monotonic()
    outcome = carry_out(dial(), "late", slow_unit(host, 60))
    assert time.monotonic() - begun < 15
    assert (outcome.state, outcome.exit_status) == ("done", None)
    assert "cut off at its time limit" in outcome.reason


def test_what_was_cleared_away_leaves_no_unit_behind(host: Host, dial: Dial) -> None:
    machine = dial()
    write_unit(host, "broken.service", "Type=oneshot", "ExecStart=/bin/false")
    assert carry_out(machine, "well", slow_unit(host, 0)).state == "done"
    assert carry_out(machine, "ill", RestartUnit(name="broken.service")).state == "failed"
    assert host.run("systemctl list-units --all --plain --no-legend 'macha-act-*' | wc -l").stdout == "2\n"
    for action_id in ("well", "ill", "never"):
        clear_away(machine, action_id)
    assert host.run("systemctl list-units --all --plain --no-legend 'macha-act-*'").stdout == ""
    assert host.run("find /run/systemd/transient -name 'macha-act-*'").stdout == ""


def test_a_killed_session_is_found_again(host: Host, dial: Dial) -> None:
    action = slow_unit(host)
    answers: list[Outcome] = []
    thread = started(answers, lambda: carry_out(dial(), "cut", action))
    host.until(lambda: effects(host), 10, "effect under way")
    host.run("pkill -KILL -f 'sshd: root@'")
    thread.join(30)
    assert [answer.state for answer in answers] == ["unknown"]
    assert look_now(dial(), "cut").state == "done"
    assert effects(host) == 1


def test_a_host_that_hangs_is_unknown_in_time_and_found_afterwards(
    host: Host, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RestartUnit, "timeout_seconds", 3)
    monkeypatch.setattr("gate.effect.GRACE_SECONDS", 3)
    action = slow_unit(host, 2)
    answers: list[Outcome] = []
    begun = time.monotonic()
    thread = started(answers, lambda: carry_out(dial(), "hung", action))
    host.until(lambda: effects(host), 10, "effect under way")
    host.pause()
    thread.join(30)
    seconds = time.monotonic() - begun
    host.unpause()
    assert [answer.state for answer in answers] == ["unknown"]
    assert seconds < 12, "its time, the grace and one look"
    found = look_now(dial(), "hung")
    assert found.state in ("done", "failed"), "what ran over its time while it hung may have been ended"
    state = host.run(f"systemctl show -P ActiveState {unit_of('hung')}").stdout.strip()
    was_cut_off = "cut off" in found.reason
    assert state == ("failed" if was_cut_off or found.state == "failed" else "active")
    assert effects(host) == 1


def test_after_a_reboot_nothing_is_known_and_nothing_is_repeated(host: Host, dial: Dial, tmp_path: Path) -> None:
    gate = gate_over(host, tmp_path)
    row = approved(gate, host, slow_unit_that_failed(host))
    rows: list[Any] = []
    thread = threading.Thread(target=lambda: rows.append(gate.execute(row.number)))
    thread.start()
    host.until(lambda: effects(host) == 2, 10, "effect under way")
    host.reboot(hard=True)
    thread.join(60)
    (ended,) = rows
    assert isinstance(ended, Entry) and ended.state == "unknown"
    assert look_now(dial(), row.id).state == "absent"
    gate.settle()
    assert isinstance(gate.execute(row.number), Refused)
    assert gate.explain(row.number).entry.state == "unknown"
    assert effects(host) == 2, "once when it failed, once when it was restarted"


def test_a_row_whose_claimant_died_before_a_reboot_is_unknown(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = interrupted(host, tmp_path, monkeypatch)
    host.reboot()
    gate = gate_over(host, tmp_path)
    (settled,) = gate.settle()
    assert (settled.number, settled.state) == (row.number, "unknown")
    assert "may have booted since" in settled.reason
    assert effects(host) == 2


def test_a_row_whose_claimant_died_is_settled_by_what_the_host_tells(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = interrupted(host, tmp_path, monkeypatch)
    (settled,) = gate_over(host, tmp_path).settle()
    assert (settled.number, settled.state) == (row.number, "done")
    assert effects(host) == 2
    assert host.run("systemctl list-units --all --plain --no-legend 'macha-act-*'").stdout == ""


def test_a_login_without_sudo_is_denied_for_good(host: Host, tmp_path: Path) -> None:
    host.run("gpasswd -d macha sudo; sed -i '/macha/d' /etc/sudoers /etc/sudoers.d/*")
    assert host.ssh("sudo -n true", user="macha").returncode != 0
    gate = gate_over(host, tmp_path, user="macha")
    row = approved(gate, host, slow_unit_that_failed(host))
    denied = gate.execute(row.number)
    assert isinstance(denied, Entry)
    assert (denied.state, "sudo" in denied.reason) == ("denied_by_host", True)
    assert isinstance(gate.execute(row.number), Refused)
    assert gate.settle() == []
    assert effects(host) == 1


def test_a_hostile_description_does_not_come_out(host: Host, dial: Dial, tmp_path: Path) -> None:
    start = r"""ExecStart=/bin/sh -c 'printf "\\033[31mred\\n" >&2; exit 1'"""
    title = "\x1b]0;owned\x07\x1b[2J\u202eevil"
    write_unit(host, "hostile.service", "Type=oneshot", start, description=title)
    assert "\x1b" in host.run("systemctl show -P Description hostile.service").stdout, "systemd itself lets it out"
    host.run("systemctl start hostile.service")
    outcome = carry_out(dial(), "read", Diagnose(name="hostile.service"))
    assert outcome.state == "done" and "hostile.service" in outcome.output
    row = approved(gate_over(host, tmp_path), host, RestartUnit(name="hostile.service"))
    ended = gate_over(host, tmp_path).execute(row.number)
    for text in (outcome.output, outcome.reason, repr(ended)):
        assert not set(text) & {"\x1b", "\x07", "\x9b", "\u202e"}
    assert isinstance(ended, Entry) and ended.state == "failed"


# ---- a gate over the host


def gate_over(host: Host, folder: Path, user: str = "root") -> LocalGate:
    machine = {
        "address": host.address, "user": user, "identityFile": str(host.identity_file), "hostKey": host.host_key,
    }  # fmt: skip
    settings = validated({"localHost": False, "hosts": {host.name: machine}}, "test")
    return LocalGate(folder, settings, Fleet(settings).host, SystemClock())


def slow_unit_that_failed(host: Host) -> Action:
    """Its first start fails at once, every later one takes four seconds; each leaves a line."""
    start = "ExecStart=/bin/sh -c 'echo started >> /root/effects; test -e /root/mended && sleep 4'"
    write_unit(host, "slow.service", "Type=oneshot", "RemainAfterExit=yes", start)
    host.run("systemctl start slow.service; touch /root/mended")
    return RestartUnit(name="slow.service")


def approved(gate: LocalGate, host: Host, action: Action) -> Entry:
    row = gate.propose(Request(host.name, action.kind, action.model_dump(), "a test"))
    answer = gate.approve(row.number, LILY)
    assert isinstance(answer, Entry), (answer, row)
    return answer


def interrupted(host: Host, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Entry:
    """A row that is armed, its effect done, and nobody there who knows."""

    class Died(BaseException):
        pass

    def and_die(*arguments: Any) -> Outcome:
        carry_out(*arguments)
        raise Died

    gate = gate_over(host, folder)
    row = approved(gate, host, slow_unit_that_failed(host))
    with monkeypatch.context() as patch:
        patch.setattr("gate.acting.carry_out", and_die)
        with pytest.raises(Died):
            gate.execute(row.number)
    return row
