from dataclasses import replace

import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors import Severity
from tools.detectors.network_trouble import NetworkTroubleLimits, detect
from tools.probes.network import Listener, Network, Resolving

WELL = Network(("eth0",), ("default via 10.0.0.1 dev eth0",), ("10.0.0.1",), Resolving("a.org", True, 0.02), (), ())


def failed(seconds: float | None) -> Network:
    return replace(WELL, resolving=Resolving("a.org", False, seconds))


def found(network: Network) -> list[tuple[str, str, Severity]]:
    return [(one.kind, one.object, one.severity) for one in detect(network, NetworkTroubleLimits(), FIRST_LOOK)]


@pytest.mark.parametrize(
    "network",
    [
        pytest.param(WELL, id="all is well"),
        pytest.param(replace(WELL, resolving=Resolving("a.org", True, 1.99)), id="rather slow"),
        pytest.param(replace(WELL, resolving=None), id="nothing was looked up"),
        pytest.param(replace(failed(4.0), nameservers=()), id="no name server is set"),
        pytest.param(replace(WELL, links=(), default_routes=(), resolving=None), id="no carrier at all"),
        pytest.param(replace(WELL, default_routes=("default via fe80::1 dev eth0",)), id="only IPv6"),
    ],
)
def test_is_left_alone(network: Network) -> None:
    assert found(network) == []


@pytest.mark.parametrize(
    ("network", "severity"),
    [
        pytest.param(failed(4.03), Severity.HIGH, id="silent until the time limit"),
        pytest.param(failed(0.9), Severity.HIGH, id="silent for one short time-out"),
        pytest.param(failed(None), Severity.HIGH, id="failed, time not measured"),
        pytest.param(failed(0.89), Severity.INFO, id="refused at once"),
        pytest.param(replace(failed(0.01), nameservers=("127.0.0.53",)), Severity.HIGH, id="own resolver is gone"),
        pytest.param(
            replace(failed(0.01), nameservers=("127.0.0.53",), udp_53=(Listener("127.0.0.53%lo", 53, ""),)),
            Severity.INFO,
            id="own resolver refuses",
        ),
        pytest.param(replace(WELL, resolving=Resolving("a.org", True, 2.0)), Severity.WARNING, id="very slow"),
    ],
)
def test_names_that_do_not_resolve(network: Network, severity: Severity) -> None:
    assert found(network) == [("net.dns", "/etc/resolv.conf", severity)]


def test_an_isolated_host_that_misses_nothing_is_information() -> None:
    isolated = replace(WELL, default_routes=())
    assert found(isolated) == [("net.route", "default", Severity.INFO)]
    assert found(replace(isolated, resolving=None)) == [("net.route", "default", Severity.INFO)]


def test_a_missing_route_that_is_felt_is_a_warning() -> None:
    lost = replace(failed(4.0), default_routes=())
    assert ("net.route", "default", Severity.WARNING) in found(lost)


SILENT = replace(WELL, silent_gateways=("10.0.0.1 dev eth0",), resolving=None)


def test_a_gateway_that_does_not_answer_is_a_warning_once_it_lasts() -> None:
    (finding,) = detect(SILENT, NetworkTroubleLimits(), remembering())
    assert (finding.kind, finding.object, finding.severity) == ("net.route", "default", Severity.WARNING)
    assert finding.hold_seconds == 300
    assert "10.0.0.1 dev eth0" in finding.summary


def test_a_silent_gateway_that_is_missed_by_a_look_up_is_said_at_once() -> None:
    missed = replace(SILENT, resolving=Resolving("a.org", False, 4.0))
    route = next(one for one in detect(missed, NetworkTroubleLimits(), remembering()) if one.kind == "net.route")
    assert (route.severity, route.hold_seconds) == (Severity.WARNING, 0)


def test_a_silent_gateway_where_names_are_resolved_all_the_same_is_information() -> None:
    assert found(replace(SILENT, resolving=WELL.resolving)) == [("net.route", "default", Severity.INFO)]
