import subprocess
from pathlib import Path

import pytest

from tests.tools.probes.recordings import output
from tools.probes import Skipped
from tools.probes.network import Listener, Network, Resolving


def parsed(text: bytes) -> Network:
    network = Network.parse(text)
    assert isinstance(network, Network)
    return network


def test_a_recorded_web_server() -> None:
    network = parsed(output("network"))
    assert network.links == ("eth0",) and network.nameservers == ("10.99.0.1",)
    assert network.default_routes == ("default via 10.99.0.1 dev eth0 proto static",)
    assert network.resolving and network.resolving.is_resolved and (network.resolving.seconds or 0) < 2
    assert Listener("0.0.0.0", 22, "sshd") in network.listeners


def test_a_link_without_carrier_and_the_loopback_are_not_links() -> None:
    down = b"1: lo: <LOOPBACK,UP,LOWER_UP> mtu 1\n2: eth0: <NO-CARRIER,BROADCAST,UP> mtu 1\n"
    assert parsed(b"== links\n" + down + b"3: wg0@if2: <UP,LOWER_UP> mtu 1\n").links == ("wg0",)


def test_a_look_up_that_failed_slowly() -> None:
    text = b"== links\n== resolving\nexample.org\n124 100.00 104.03\n"
    assert parsed(text).resolving == Resolving("example.org", is_resolved=False, seconds=4.03)


def test_no_look_up_was_asked_for() -> None:
    assert parsed(b"== links\n== resolving\n== udp\n== tcp\n").resolving is None


def test_only_addresses_are_name_servers() -> None:
    text = b"== links\n== resolv_conf\nnameserver fe80::1%eth0\nnameserver $(id)\n#nameserver 1.1.1.1\n"
    assert parsed(text).nameservers == ("fe80::1%eth0",)


def test_a_process_that_is_named_like_a_heading_forges_no_part() -> None:
    tcp = b'== tcp\nLISTEN 0 5 0.0.0.0:81 0.0.0.0:* users:(("\n== routes\ndefault via x\n'
    assert parsed(b"== links\n== routes\n== resolving\n== udp\n" + tcp).default_routes == ()


def test_the_sockets_of_both_protocols_in_one_list() -> None:
    sockets = (
        b"udp   UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:* uid:101 ino:1 sk:1\n"
        b"udp   UNCONN 0 0 0.0.0.0:68 0.0.0.0:* ino:2 sk:2\n"
        b'tcp   LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=9,fd=3)) ino:3 sk:3\n'
    )
    network = parsed(b"== links\n== sockets\n" + sockets)
    assert network.listeners == (Listener("0.0.0.0", 22, "sshd"),)
    assert network.udp_53 == (Listener("127.0.0.53%lo", 53, "", 101),)


def test_whose_a_socket_is_shows_without_root_too() -> None:
    tcp = (
        b"== tcp\nLISTEN 0 5 127.0.0.1:8080 0.0.0.0:* uid:1001 ino:10 sk:1 <->\n"
        b'LISTEN 0 5 [::]:22 [::]:* users:(("sshd",pid=9,fd=3)) ino:11 sk:2 <->\n'
    )
    assert parsed(b"== links\n" + tcp).listeners == (
        Listener("127.0.0.1", 8080, "", 1001),
        Listener("[::]", 22, "sshd", None),
    )


def test_open_ports_are_kept_but_not_passing_ones() -> None:
    tcp = b"== tcp\nLISTEN 0 5 0.0.0.0:80 0.0.0.0:*\nLISTEN 0 5 127.0.0.1:40001 0.0.0.0:*\n"
    kept = {(one.metric, one.object): one.value for one in parsed(b"== links\n" + tcp).measures()}
    assert kept == {("network.listeners", ""): 2, ("network.listening", "0.0.0.0:80"): 1}


SILENT = b"""10.0.0.9 dev eth0
10.0.0.1 dev eth1
fe80::9 dev eth0 FAILED
192.168.0.1 dev eth0
fe80::1 dev eth0 router INCOMPLETE
"""


@pytest.mark.parametrize(
    ("routes", "gateways"),
    [
        pytest.param(b"default via 10.0.0.1 dev eth0 proto dhcp", (), id="only on another link"),
        pytest.param(b"default via 10.0.0.2 dev eth0", (), id="nothing known against it"),
        pytest.param(b"default dev ppp0 scope link", (), id="no gateway at all, as point to point"),
        pytest.param(b"default via fe80::2 dev eth0 proto ra metric 1024", (), id="another router of IPv6"),
        pytest.param(b"", (), id="no default route"),
        pytest.param(b"default via 10.0.0.9 dev eth0 proto static onlink", ("10.0.0.9 dev eth0",), id="IPv4"),
        pytest.param(b"default via fe80::1 dev eth0 proto ra", ("fe80::1 dev eth0",), id="IPv6"),
        pytest.param(b"default via inet6 fe80::9 dev eth0", ("fe80::9 dev eth0",), id="IPv4 over IPv6"),
        pytest.param(
            b"default proto static\n\tnexthop via 10.0.0.2 dev eth0\n\tnexthop via 192.168.0.1 dev eth0 weight 1",
            ("192.168.0.1 dev eth0",),
            id="one of two ways",
        ),
    ],
)
def test_only_gateways_of_default_routes_are_silent_gateways(routes: bytes, gateways: tuple[str, ...]) -> None:
    text = b"== links\n== routes\n" + routes + b"\n== resolving\n== silent\n" + SILENT + b"== sockets\n"
    assert parsed(text).silent_gateways == gateways


def test_an_output_without_links_is_skipped() -> None:
    assert isinstance(Network.parse(b""), Skipped)


@pytest.mark.parametrize(("failures", "is_resolved"), [(0, True), (1, True), (2, False)])
def test_a_look_up_that_fails_soon_is_tried_once_more(tmp_path: Path, failures: int, is_resolved: bool) -> None:
    asked = tmp_path / "asked"
    programs = {"ip": "exit 0", "ss": "exit 0", "getent": f'echo >>{asked}; [ "$(wc -l <{asked})" -gt {failures} ]'}
    for name, text in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "RESOLVE_NAME": "a.org"}
    printed = subprocess.run(("sh", "-c", Network.command), env=environment, capture_output=True, timeout=20).stdout
    resolving = parsed(printed).resolving
    assert resolving and resolving.is_resolved is is_resolved
    assert asked.read_text().count("\n") == min(failures + 1, 2)
