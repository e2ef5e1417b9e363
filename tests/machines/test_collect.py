"""What a look at a host costs in round trips, what it reads of the journal, and what one hung host of four costs."""

import json
import time
from datetime import timedelta

import pytest

from nodes.collect import kinds
from tests.machines.commandline import CommandLine
from tests.machines.distance import far_away
from tests.machines.testbed import Boot, Host, Lab
from tools.clock import Deadline, SystemClock
from tools.hosts.ssh import SshHost
from tools.probes import Probe
from tools.probes.collection import collect, observe
from tools.probes.journal_errors import JournalErrors
from tools.probes.memory import Memory
from tools.probes.recording import Recording
from tools.probes.script import Inputs

ROUND_TRIP_SECONDS = 1.0


def look(
    machine: Host, asked: tuple[type[Probe], ...], address: str = "", port: int = 22, cursor: str = ""
) -> Recording:
    host = SshHost(
        machine.name, address or machine.address, port, "root", machine.identity_file, machine.host_key, None
    )
    recording = collect(host, asked, Inputs(cursor), deadline=Deadline(60), clock=SystemClock())
    host.close()
    assert isinstance(recording, Recording), recording
    return recording


def seconds_from(machine: Host, round_trip_seconds: float, asked: tuple[type[Probe], ...]) -> float:
    with far_away((machine.address, 22), round_trip_seconds / 2, Lab.gateway) as port:
        begun = time.monotonic()
        look(machine, asked, Lab.gateway, port)
        return time.monotonic() - begun


@pytest.mark.parametrize("asked", [(Memory,), kinds()], ids=["one fact", "all facts"])
def test_six_round_trips_after_the_tcp_connection_whatever_the_number_of_facts(
    host: Host, asked: tuple[type[Probe], ...]
) -> None:
    """Counted by what they cost: how much longer a look takes where each round trip takes a second."""
    near = min(seconds_from(host, 0, asked) for _ in range(3))
    trips = (seconds_from(host, ROUND_TRIP_SECONDS, asked) - near) / ROUND_TRIP_SECONDS
    assert 5.5 < trips - 1 < 6.5


def test_the_first_error_after_the_look_before_is_seen_and_seen_once(host: Host) -> None:
    def errors(cursor: str) -> JournalErrors:
        fact = observe(look(host, (JournalErrors,), cursor=cursor), (JournalErrors,)).get(JournalErrors)
        assert isinstance(fact, JournalErrors)
        return fact

    before = errors("")
    host.run("systemd-run --wait sh -c 'echo \"<3>the oven is cold\"; sleep 0.5'", check=True)
    after = errors(before.cursor)
    assert [line.message for line in after.lines] == ["the oven is cold"]
    assert errors(after.lines[0].cursor).lines == ()
    assert errors(after.cursor).lines == ()


def test_errors_of_services_are_seen_below_a_flood_of_a_user(host: Host) -> None:
    host.run("systemd-run --wait sh -c 'echo \"<3>the oven is cold\"; sleep 0.5'", check=True)
    flood = "for i in $(seq 700); do echo flood $i; done; sleep 0.5"
    host.ssh(f"systemd-cat -p err sh -c '{flood}'", user="macha", check=True)
    fact = observe(look(host, (JournalErrors,)), (JournalErrors,)).get(JournalErrors)
    assert isinstance(fact, JournalErrors)
    assert [line.message for line in fact.lines] == ["the oven is cold"]


def test_one_hung_host_of_four_costs_its_own_deadline_and_none_of_the_other_facts(
    machines: Boot, run_macha: CommandLine
) -> None:
    *well, hung = machines(4)
    run_macha.look_after(*well, hung)
    deadline = timedelta(seconds=12)
    text = run_macha.configuration.read_text()
    run_macha.configuration.write_text(f"hostDeadline = {int(deadline.total_seconds())}\n{text}")

    def check() -> tuple[dict[str, dict[str, object]], float]:
        begun = time.monotonic()
        done = run_macha("check", "--json")
        assert done.returncode == 0, done.stderr
        return {row["name"]: row for row in json.loads(done.stdout)["hosts"]}, time.monotonic() - begun

    _, usual_seconds = check()
    hung.pause()
    try:
        hosts, seconds = check()
    finally:
        hung.unpause()
    assert {name: row["state"] for name, row in hosts.items()} == {
        **{one.name: "seen" for one in well},
        hung.name: "unreachable",
    }
    assert seconds < 1.05 * deadline.total_seconds() + usual_seconds
