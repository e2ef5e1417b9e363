"""A gateway that answers nobody is seen by what the kernel knows of it, and nothing is said once it answers again."""

import json

from tests.machines.commandline import CommandLine
from tests.machines.testbed import Host

SEND = "ip route replace default via {gateway} dev eth0; echo >/dev/udp/192.0.2.1/9; sleep 1"


def route_findings(macha: CommandLine) -> list[str]:
    done = macha("check", "--json")
    assert done.returncode == 0, done.stderr
    return [one["summary"] for one in json.loads(done.stdout)["findings"] if one["kind"] == "net.route"]


def send_by(host: Host, gateway: str) -> None:
    host.run(f"bash -c '{SEND.format(gateway=gateway)}'", check=True)


def test_a_silent_gateway_is_found_and_over_when_another_answers(host: Host, run_macha: CommandLine) -> None:
    run_macha.look_after(host)
    send_by(host, "10.99.0.77")
    (said,) = route_findings(run_macha)
    assert "10.99.0.77 dev eth0" in said
    send_by(host, "10.99.0.1")
    assert route_findings(run_macha) == []
