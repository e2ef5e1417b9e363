"""Names that do not resolve, and ways that are missing."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Annotated

from pydantic import Field

from tools.detectors import Evidence, Finding, Memory, Severity
from tools.detectors.levels import hold
from tools.detectors.limits import Limits, NotNegative
from tools.probes.network import Network, Resolving

_RESOLV_CONF = "/etc/resolv.conf"


class NetworkTroubleLimits(Limits):
    """Seconds for one look-up. glibc waits 5 s for a server before it asks the next, 1 s at least where set so.

    A refusal ("no such name") comes within a round trip, silence takes a whole time-out: 0.9 s tells them apart.
    """

    silent_seconds: Annotated[float, Field(gt=0)] = 0.9
    """A look-up that fails after so long was not refused: nobody answered."""
    slow_seconds: Annotated[float, Field(gt=0)] = 2.0
    """A look-up that succeeds after so long is slow."""
    gateway_hold_seconds: NotNegative = 300
    """How long a gateway must be silent where no look-up says that it is missed."""


def detect(network: Network, limits: NetworkTroubleLimits, memory: Memory) -> Iterator[Finding]:
    """`net.dns` with the object /etc/resolv.conf; `net.route` with the object `default`."""
    yield from _name_resolution(network, limits)
    if network.silent_gateways:
        yield _silent_gateway(network, hold(limits.gateway_hold_seconds, memory))
    elif network.links and not network.default_routes:
        yield _no_default_route(network)


def _name_resolution(network: Network, limits: NetworkTroubleLimits) -> Iterator[Finding]:
    tried = network.resolving
    if tried is None or not network.nameservers:
        return
    if tried.is_resolved:
        if tried.seconds is not None and tried.seconds >= limits.slow_seconds:
            yield _dns(network, tried, Severity.WARNING, f"resolving {tried.name} took {tried.seconds:.1f} s")
    elif tried.seconds is None or tried.seconds >= limits.silent_seconds:
        yield _dns(network, tried, Severity.HIGH, f"no name server answered when {tried.name} was looked up")
    elif _is_own_resolver_gone(network):
        yield _dns(network, tried, Severity.HIGH, "the name server on this host itself does not run")
    else:
        yield _dns(network, tried, Severity.INFO, f"the name {tried.name} was refused at once; it may not exist")


def _is_own_resolver_gone(network: Network) -> bool:
    own = [server for server in network.nameservers if ip_address(server.partition("%")[0]).is_loopback]
    return len(own) == len(network.nameservers) and not network.udp_53


def _dns(network: Network, tried: Resolving, severity: Severity, summary: str) -> Finding:
    servers = " ".join(network.nameservers)
    took = "" if tried.seconds is None else f" after {tried.seconds:.2f} s"
    answer = "resolved" if tried.is_resolved else "not resolved"
    return Finding(
        kind="net.dns",
        object=_RESOLV_CONF,
        severity=severity,
        summary=summary,
        evidence=(Evidence("network", f"{tried.name} {answer}{took}"), Evidence("network", f"nameserver {servers}")),
        details={"nameservers": servers, "name": tried.name},
    )


def _no_default_route(network: Network) -> Finding:
    is_felt = network.resolving is not None and not network.resolving.is_resolved
    links = " ".join(network.links)
    return Finding(
        kind="net.route",
        object="default",
        severity=Severity.WARNING if is_felt else Severity.INFO,
        summary=f"there is no default route, though {links} has a carrier",
        evidence=(Evidence("network", f"ip route show default: nothing; links with carrier: {links}"),),
        details={"links": links},
    )


def _silent_gateway(network: Network, hold_seconds: float) -> Finding:
    """Information where names are resolved all the same: another way out is used, or nothing was sent lately."""
    tried = network.resolving
    gateways = ", ".join(network.silent_gateways)
    return Finding(
        kind="net.route",
        object="default",
        severity=Severity.INFO if tried and tried.is_resolved else Severity.WARNING,
        summary=f"the gateway of the default route does not answer: {gateways}",
        evidence=(
            Evidence("network", f"no hardware address is known of {gateways}: the kernel asked for it in vain"),
            *(Evidence("network", route) for route in network.default_routes[:4]),
        ),
        details={"gateways": gateways},
        hold_seconds=0 if tried and not tried.is_resolved else hold_seconds,
    )
