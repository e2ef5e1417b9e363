"""Whether the host can reach anything: links, default routes, name resolution, and who listens."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import ClassVar

from tools.history import Measure
from tools.probes import Probe, Skipped
from tools.probes.parts import parts
from tools.probes.shared import SOCKETS, Shared
from tools.safe_text import decode, safe_line

_LINK = re.compile(r"^\d+: ([^\s:@]{1,15})(?:@[^\s:]+)?: <([A-Z0-9_,-]*)>", re.MULTILINE)
_GATEWAY = re.compile(r"\bvia (?:inet6 )?([0-9a-fA-F.:]{2,45}) dev (\S{1,15})")
_SILENT = re.compile(r"^([0-9a-fA-F.:]{2,45}) dev (\S{1,15})(?: .*)?$", re.MULTILINE)
_NAMESERVER = re.compile(r"^\s*nameserver\s+(\S{1,60})", re.MULTILINE)
_TRIED = re.compile(r"^(\d{1,3}) (\d{1,9}\.\d\d|-) (\d{1,9}\.\d\d|-)$", re.MULTILINE)
_LISTEN = re.compile(r"^(?:\S+ +)?\d+ +\d+ +(\S+):(\d{1,5}) +\S+(?: +users:\(\(\"([^\"]*)\"[^ \n]*)?(.*)", re.MULTILINE)
_UID = re.compile(r" uid:(\d{1,10})\b")
_EPHEMERAL = 32768
"""From here on the kernel gives ports to anybody who asks for any (`net.ipv4.ip_local_port_range`)."""


@dataclass(frozen=True, slots=True)
class Resolving:
    """One try to resolve a name. `seconds` is None where it was not measured."""

    name: str
    is_resolved: bool
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Listener:
    """A listening TCP socket (or UDP, port 53); `command` is "" where the user may not see whose it is."""

    address: str
    port: int
    command: str
    uid: int | None = None
    """Whose socket it is; None where the kernel did not tell, which is so for root's."""

    @property
    def place(self) -> str:
        return f"{self.address}:{self.port}"


@dataclass(frozen=True, slots=True)
class Network(Probe):
    """Links with carrier (never `lo`), default routes as `ip route` prints them, nameservers, one look-up, listeners.

    `resolving` is None when no name was asked for. A look-up that fails soon is tried once more: where a resolver asks
    only once, one lost packet is no outage. 20 ms of CPU on the host.

    Nothing is sent to a gateway: what the kernel last found out when something went that way says enough, for IPv4 in
    /proc/net/arp (flags 0x0: asked, no answer), which costs no process.
    """

    shares: ClassVar[tuple[Shared, ...]] = (SOCKETS,)
    command: ClassVar[str] = """\
echo '== links'; ip -o link show up || exit 127
echo '== routes'
routes=$(ip -4 route show default)
printf '%s\\n' "$routes"
count=0
while read -r to prefix rest; do
    count=$((count + 1))
    case $count:$prefix:$rest in 99:*) ;; *:00:*' lo') continue;; *:00:*) ;; *) continue;; esac
    ip -6 route show default
    routes="$routes via inet6"
    break
done </proc/net/ipv6_route
echo '== resolv_conf'
while read -r line || [ -n "$line" ]; do printf '%s\\n' "$line"; done </etc/resolv.conf
echo '== resolving'
if [ -n "$RESOLVE_NAME" ]; then
    look_up() { timeout -k 1 "$1" getent ahosts "$RESOLVE_NAME" >/dev/null; }
    read -r begun rest </proc/uptime
    look_up 4; status=$?
    read -r ended rest </proc/uptime
    if [ "$status" != 0 ] && [ $((${ended%.*} - ${begun%.*})) -le 2 ]; then
        look_up 2; status=$?
        read -r ended rest </proc/uptime
    fi
    echo "$RESOLVE_NAME"; echo "$status $begun $ended"
fi
echo '== silent'
while read -r address type flags hardware mask device; do
    [ "$flags" != 0x0 ] || echo "$address dev $device"
done </proc/net/arp
case $routes in *'via inet6'*) ip -6 neigh show nud incomplete nud failed;; esac
echo '== sockets'; printf '%s\\n' "$sockets"
exit 0"""
    timeout_seconds: ClassVar[int] = 8

    links: tuple[str, ...]
    default_routes: tuple[str, ...]
    nameservers: tuple[str, ...]
    resolving: Resolving | None
    listeners: tuple[Listener, ...]
    udp_53: tuple[Listener, ...]
    """Who answers DNS on this host itself."""
    silent_gateways: tuple[str, ...] = ()
    """Gateways of default routes that the kernel asked for their hardware address in vain, as `10.0.0.1 dev eth0`."""

    @classmethod
    def parse(cls, output: bytes) -> "Network | Skipped":
        said = parts(decode(output))
        if "links" not in said:
            return Skipped("the links were not told")
        return cls(
            links=tuple(_links(said["links"])),
            default_routes=tuple(
                safe_line(line.strip(), 200) for line in said.get("routes", "").split("\n") if line.strip()
            ),
            nameservers=tuple(
                found for found in _NAMESERVER.findall(said.get("resolv_conf", "")) if _is_address(found)
            ),
            resolving=_resolving(said.get("resolving", "")),
            listeners=_listeners(_of(said, "tcp")),
            udp_53=tuple(one for one in _listeners(_of(said, "udp")) if one.port == 53),
            silent_gateways=tuple(_silent_gateways(said)),
        )

    def measures(self) -> Iterable[Measure]:
        """How many ports are open, and each that a service keeps (below the range of passing ones)."""
        places = {listener.place for listener in self.listeners if listener.port < _EPHEMERAL}
        yield Measure("network.listeners", "", len(self.listeners))
        yield from (Measure("network.listening", place, 1) for place in sorted(places))


def _of(said: dict[str, str], protocol: str) -> str:
    """The sockets of a protocol: in a part of its own, as it was recorded once, or in lines that begin with it."""
    lines = said.get("sockets", "").split("\n")
    return said.get(protocol, "") + "\n".join(
        line[len(protocol) :].lstrip() for line in lines if line.startswith(protocol)
    )


def _links(text: str) -> list[str]:
    found = ((name, flags.split(",")) for name, flags in _LINK.findall(text))
    return [safe_line(name, 40) for name, flags in found if "LOWER_UP" in flags and "LOOPBACK" not in flags]


def _silent_gateways(said: dict[str, str]) -> list[str]:
    silent = {place.groups() for place in _SILENT.finditer(said.get("silent", ""))}
    gateways = dict.fromkeys(found.groups() for found in _GATEWAY.finditer(said.get("routes", "")))
    return [f"{address} dev {safe_line(device, 40)}" for address, device in gateways if (address, device) in silent]


def _resolving(text: str) -> Resolving | None:
    tried = _TRIED.search(text)
    if tried is None:
        return None
    seconds = None if "-" in tried.groups() else round(float(tried[3]) - float(tried[2]), 2)
    return Resolving(safe_line(text.strip().split("\n")[0], 253), tried[1] == "0", seconds)


def _listeners(text: str) -> tuple[Listener, ...]:
    return tuple(
        Listener(safe_line(address, 60), int(port), safe_line(command, 40), int(uid[1]) if uid else None)
        for address, port, command, uid in (
            (address, port, command, _UID.search(rest)) for address, port, command, rest in _LISTEN.findall(text)
        )
    )


def _is_address(text: str) -> bool:
    try:
        ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True
