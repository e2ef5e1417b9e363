"""The product's promise on booted hosts: seen over SSH, judged, asked, done once, proven; or left alone."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.machines.commandline import CommandLine
from tests.machines.testbed import Boot, Fault, Host

LEVELS = ("observe", "suggest", "auto-safe", "auto-full")

KILL_AFTER_THE_EFFECT = """
import os, signal, sys
import gate.acting
carry_out = gate.acting.carry_out

def and_die(*arguments):
    carry_out(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)

gate.acting.carry_out = and_die
sys.argv = ["macha", "check", "--level", "auto-safe"]
from cli.main import macha
macha()
"""


def break_it(host: Host, fault: str) -> None:
    host.inject(fault)
    time.sleep(Fault.load(fault).truth.get("settle_s", 2))


def check(run_macha: CommandLine, *options: str) -> dict[str, Any]:
    done = run_macha("check", "--json", *options)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def kinds(result: dict[str, Any]) -> set[tuple[str, str]]:
    return {(finding["kind"], finding["object"]) for finding in result["findings"]}


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.mark.parametrize("user", ["root", "macha"])
def test_a_crashed_service_is_found_proposed_approved_and_proven(host: Host, run_macha: CommandLine, user: str) -> None:
    break_it(host, "service-crash-segv")
    run_macha.look_after(host, user=user)
    found = check(run_macha)
    assert ("unit.failed", "shop-worker.service") in kinds(found)
    (action,) = found["actions"]
    assert (action["number"], action["kind"], action["target"], action["risk"], action["state"]) == (
        1, "unit.restart", "shop-worker.service", "low", "proposed",
    )  # fmt: skip
    assert host.inject("service-crash-segv", "verify", check=False).returncode != 0, "nothing was done unasked"
    assert run_macha("check", "--exit-code").returncode == 10

    done = run_macha("approve", "1", command="macha-approve")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 verified" in done.stdout
    host.until(lambda: host.inject("service-crash-segv", "verify", check=False).returncode == 0, 15, "health")

    shown = json.loads(run_macha("show", "1", "--json", command="macha-approve").stdout)
    assert shown["state"] == "verified"
    assert "root (uid 0)" in shown["decided_by"]
    assert [line["event"] for line in lines(run_macha.state / "decisions.jsonl")] == ["proposed", "approved"]
    assert [line["event"] for line in lines(run_macha.state / "actions.jsonl")] == [
        "claimed", "armed", "done", "verified",
    ]  # fmt: skip
    assert check(run_macha)["findings"] == []
    again = run_macha("approve", "1", command="macha-approve")
    assert (again.returncode, "number 1 is verified already" in again.stderr) == (1, True)


def test_a_broken_configuration_is_named_and_no_restart_is_proposed(host: Host, run_macha: CommandLine) -> None:
    break_it(host, "config-broken")
    run_macha.look_after(host, level="auto-full")
    for _ in range(2):
        report = run_macha("check").stdout
        assert "/etc/nginx/sites-enabled/promo.conf line 5 is not valid" in report
    assert check(run_macha)["actions"] == []


@pytest.mark.parametrize("fault", ["protected-failed", "sshd-misconfig"])
def test_what_is_protected_is_reported_and_never_proposed(host: Host, run_macha: CommandLine, fault: str) -> None:
    break_it(host, fault)
    run_macha.look_after(host)
    required = {(finding["kind"], finding["object"]) for finding in Fault.load(fault).truth["findings_required"]}
    for level in LEVELS:
        found = check(run_macha, "--level", level)
        assert required <= kinds(found)
        assert found["actions"] == []
    assert lines(run_macha.state / "actions.jsonl") == []


@pytest.mark.parametrize("fault", ["healthy", "noisy-healthy"])
def test_a_healthy_host_is_left_in_peace(host: Host, run_macha: CommandLine, fault: str) -> None:
    break_it(host, fault)
    run_macha.look_after(host, level="auto-full")
    for _ in range(2):
        found = check(run_macha)
        assert (found["findings"], found["actions"]) == ([], [])


@pytest.mark.parametrize("fault", ["start-limit-hit", "disk-full-journal"])
def test_auto_safe_heals_without_asking(machines: Boot, run_macha: CommandLine, fault: str) -> None:
    (host,) = machines(1, **Fault.load(fault).host)
    break_it(host, fault)
    run_macha.look_after(host, level="auto-safe")
    for action in check(run_macha)["actions"]:
        assert action["state"] == "verified", action
    host.until(lambda: host.inject(fault, "verify", check=False).returncode == 0, 30, "health")


def test_a_kill_after_the_effect_does_not_repeat_it(host: Host, run_macha: CommandLine) -> None:
    break_it(host, "service-crash-segv")
    run_macha.look_after(host)
    killed = subprocess.run(
        (sys.executable, "-c", KILL_AFTER_THE_EFFECT),
        env={**os.environ, "MACHA_CONFIG": str(run_macha.configuration)},
        capture_output=True, timeout=120,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL
    started = "systemctl show -P InvocationID shop-worker"
    before = host.run(started).stdout
    found = check(run_macha)
    assert host.run(started).stdout == before, "the action ran a second time"
    assert found["findings"] == []
    events = [line["event"] for line in lines(run_macha.state / "actions.jsonl")]
    assert events == ["claimed", "armed", "done", "verified"]
    assert host.run("systemctl list-units --all --plain --no-legend 'macha-act-*'").stdout == ""


@contextmanager
def silent_server() -> Iterator[tuple[str, int]]:
    """Accepts connections within the lab's network and never says a word."""
    with socket.create_server(("10.99.0.1", 0)) as server:
        held: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()
        server.shutdown(socket.SHUT_RDWR)
        for connection in held:
            connection.close()


def test_hosts_in_trouble_are_facts_and_do_not_disturb_the_others(machines: Boot, run_macha: CommandLine) -> None:
    well, down, changed = machines(3)
    run_macha.look_after(well, down, changed)
    text = (
        run_macha.configuration.read_text()
        .replace(changed.host_key, well.host_key + "#")
        .replace(f'hostKey = "{well.host_key}#"', f'hostKey = "{down.host_key}"')
    )
    down.cut_network()
    with silent_server() as (address, port):
        text += f'[hosts.silent]\naddress = "{address}"\nport = {port}\nuser = "root"\nhostKey = "{well.host_key}"\n'
        run_macha.configuration.write_text(text)
        begun = time.monotonic()
        found = check(run_macha)
        seconds = time.monotonic() - begun
    states = {host["name"]: host["state"] for host in found["hosts"]}
    assert states == {well.name: "seen", down.name: "unreachable", changed.name: "unreachable", "silent": "unreachable"}
    why = {finding["host"]: finding["summary"] for finding in found["findings"]}
    assert set(why) == {down.name, changed.name, "silent"}
    assert "another host key" in why[changed.name]
    assert found["actions"] == []
    assert seconds < 45, "a sick host is bounded by its own deadline, and hosts are looked at side by side"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("check", "--host", "nobody"), "there is no host nobody"),
        (("check", "--level", "auto"), "there is no level auto"),
        (("check", "--snapshot", "missing.json"), "there is no snapshot missing.json"),
        (("check", "--config", "missing.toml"), "missing.toml: no such configuration file"),
        (("approve", "approve", "99"), "there is no action number 99"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_bad_input_is_one_clear_line(host: Host, run_macha: CommandLine, arguments: tuple[str, ...], says: str) -> None:
    run_macha.look_after(host)
    done = run_macha(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
