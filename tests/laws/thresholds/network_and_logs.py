"""Links, ports, names, certificates, clocks, and what is logged."""

from tests.laws.thresholds.case import Case, Hold, Level, World, world
from tests.laws.thresholds.storage import opened
from tests.tools.detectors.remembering import FIRST_LOOK, grown, remembering
from tests.tools.detectors.units_and_processes import NOW, line
from tools.detectors import Memory, Severity
from tools.history import History, Point
from tools.probes.applications import Answer, Applications
from tools.probes.boots import Boots
from tools.probes.certificates import Certificate, Certificates
from tools.probes.counters import Counters
from tools.probes.device_counters import LinkCounters
from tools.probes.hardware import Hardware
from tools.probes.journal_errors import JournalErrors
from tools.probes.journal_rate import JournalRate
from tools.probes.network import Network, Resolving
from tools.probes.wall_clock import WallClock

INFO, HIGH, CRITICAL = Severity.INFO, Severity.HIGH, Severity.CRITICAL
DAY = 86400.0


def losing(*kinds: str, link: str = "eth0", errors: float = 0, drops: float = 0, packets: float = 1000) -> World:
    """Percent of the packets by second."""
    figures = {
        "link_received": packets,
        "link_receive_errors": packets * errors / 100,
        "link_receive_drops": packets * drops / 100,
    }
    series = {(f"counters.{name}", link): grown(value) for name, value in figures.items()}
    return world(counted(link), memory=remembering(series, *((kind, link) for kind in kinds)))


def counted(link: str) -> Counters:
    return Counters({"user": 1}, {}, {}, links=(LinkCounters(link, 1, 1, 1, 1, 1, 1, 1),))


def lost(seconds_ago: float) -> World:
    """Every packet was bad, that long ago; of those since then none."""
    since = 20 * seconds_ago
    moments = ((0.0, 0.0, 0.0), (1.0, 1e9, 1e9), (1 + seconds_ago, 1e9 + since, 1e9))
    points = {
        ("counters.link_received", "eth0"): tuple(Point(at, packets) for at, packets, _ in moments),
        ("counters.link_receive_errors", "eth0"): tuple(Point(at, bad) for at, _, bad in moments),
    }
    return world(counted("eth0"), memory=Memory(history=History(points)))


def overflowing(by_second: float, *kinds: str) -> World:
    memory = remembering({("counters.listen_overflows", ""): grown(by_second)}, *((kind, "host") for kind in kinds))
    return world(Counters({"user": 1}, {}, {}), memory=memory)


def overflowed(seconds_ago: float) -> World:
    points = tuple(Point(at, value) for at, value in ((0, 0), (1, 1e9), (1 + seconds_ago, 1e9)))
    memory = Memory(history=History({("counters.listen_overflows", ""): points}))
    return world(Counters({"user": 1}, {}, {}), memory=memory)


def looked_up(seconds: float, *, is_resolved: bool) -> World:
    tried = Resolving("a.org", is_resolved, seconds)
    return world(Network(("eth0",), ("default via 10.0.0.1",), ("10.0.0.1",), tried, (), ()))


def unanswered() -> World:
    network = Network(("eth0",), ("default via 10.0.0.1 dev eth0",), (), None, (), (), ("10.0.0.1 dev eth0",))
    return world(network, memory=remembering())


def gone(open_seconds: float = 7200, seconds_ago: float = 300, seen_percent: float = 100) -> World:
    """A port that was open for so long at so many of 1000 looks, until then."""
    looks = [open_seconds * at / 999 for at in range(1000)]
    seen = round(10 * seen_percent)
    known = [*looks[: seen - 1], looks[-1]]
    points = {
        ("network.listeners", ""): tuple(Point(at, 5) for at in (*looks, open_seconds + seconds_ago)),
        ("network.listening", "0.0.0.0:80"): tuple(Point(at, 1) for at in known),
    }
    return world(Network((), (), (), None, (), ()), memory=Memory(history=History(points)))


def certificate(days: float, life: float = 90) -> World:
    ends = NOW + days * DAY
    return world(Certificates(NOW, (Certificate("127.0.0.1:443", "CN = a", ends - life * DAY, ends),)))


def skewed(seconds: float, memory: Memory = FIRST_LOOK) -> World:
    return world(WallClock(None, None, seconds, 0.0), memory=memory)


def unsynchronised(uptime: float, memory: Memory = FIRST_LOOK) -> World:
    return world(WallClock(1.0, False, None, None), Boots("0" * 32, int(uptime), None, ()), memory=memory)


def answered(seconds: float, memory: Memory = FIRST_LOOK) -> World:
    return world(Applications((Answer("http://127.0.0.1/", 0, 200, seconds),)), memory=memory)


def errors(count: float) -> World:
    return world(JournalErrors(tuple(line(f"e{at}") for at in range(int(count))), "", is_complete=True))


def storm(by_second: float, priority: int = 6, memory: Memory = FIRST_LOOK, seconds: float = 300) -> World:
    sample = tuple(line(f"m{at}", priority=priority) for at in range(100))
    rate = JournalRate(round(by_second * seconds), seconds, sample)
    return world(rate, WallClock(NOW, None, None, None), memory=memory)


NAMES, PORT, EXPIRING, SKEW = "net.dns", "net.port_gone", "tls.expiring", "time.skew"
OVERFLOW, LOST, DROPS, STORM = "net.listen_overflow", "net.errors", "net.drops", "log.storm"
OPEN_SKEW, OPEN_STORM = opened(SKEW, "host"), opened(STORM, "a.service")
ONE_LINK_DOWN = Hardware(bonds={"bond0": {"eno1": "up", "eno2": "down"}})

CASES: list[Case] = [
    Level("link_loss.errors_percent", LOST, lambda x: losing(errors=x), 0.8),
    Level("link_loss.errors_clear_percent", LOST, lambda x: losing(LOST, errors=x), 0.3),
    Level("link_loss.drops_percent", DROPS, lambda x: losing(drops=x), 1.5),
    Level("link_loss.wireless_drops_percent", DROPS, lambda x: losing(drops=x, link="wlp2s0"), 8),
    Level("link_loss.drops_clear_percent", DROPS, lambda x: losing(DROPS, drops=x), 0.7),
    Level("link_loss.least_packets_per_second", LOST, lambda x: losing(errors=50, packets=x), 20),
    Level("link_loss.window_seconds", LOST, lost, 400, 1, is_bad_when_small=True),
    Hold("link_loss.hold_seconds", LOST, losing(errors=5), 60),
    Level("listen_overflow.warning_per_second", OVERFLOW, overflowing, 2),
    Level("listen_overflow.high_per_second", OVERFLOW, overflowing, 8, severity=HIGH),
    Level("listen_overflow.clear_per_second", OVERFLOW, lambda x: overflowing(x, OVERFLOW), 0.5),
    Level("listen_overflow.window_seconds", OVERFLOW, overflowed, 200, 1, is_bad_when_small=True),
    Level("network_trouble.silent_seconds", NAMES, lambda x: looked_up(x, is_resolved=False), 0.5, severity=HIGH),
    Level("network_trouble.slow_seconds", NAMES, lambda x: looked_up(x, is_resolved=True), 1.0),
    Hold("network_trouble.gateway_hold_seconds", "net.route", unanswered(), 60),
    Level("port_gone.learned_seconds", PORT, gone, 1800, 1),
    Level("port_gone.learned_percent", PORT, lambda x: gone(seen_percent=x), 80),
    Level("port_gone.forgotten_seconds", PORT, lambda x: gone(7200, x), 3600, 1, is_bad_when_small=True),
    Hold("port_gone.hold_seconds", PORT, gone(), 60),
    Hold("bond_degraded.hold_seconds", "net.bond", world(ONE_LINK_DOWN, memory=remembering()), 60),
    Level("certificate_expiry.warning_days", EXPIRING, certificate, 20, is_bad_when_small=True),
    Level("certificate_expiry.high_days", EXPIRING, certificate, 8, severity=HIGH, is_bad_when_small=True),
    Level("certificate_expiry.critical_days", EXPIRING, certificate, 4, severity=CRITICAL, is_bad_when_small=True),
    Level(
        "certificate_expiry.share_of_life_percent",
        EXPIRING,
        lambda x: certificate(0.1 * x, 10),
        30,
        is_bad_when_small=True,
    ),
    Level("clock_skew.warning_seconds", SKEW, skewed, 10),
    Level("clock_skew.high_seconds", SKEW, skewed, 100, severity=HIGH),
    Level("clock_skew.clear_seconds", SKEW, lambda x: skewed(x, OPEN_SKEW), 1),
    Hold("clock_skew.hold_seconds", SKEW, skewed(10, remembering()), 60),
    Level("clock_unsynchronised.grace_seconds", "time.unsynchronised", unsynchronised, 600, 1),
    Hold("clock_unsynchronised.hold_seconds", "time.unsynchronised", unsynchronised(5000, remembering()), 60),
    Level("app_unhealthy.slow_seconds", "app.unhealthy", answered, 0.5),
    Hold("app_unhealthy.hold_seconds", "app.unhealthy", answered(3, remembering()), 300),
    Level("log_errors.info_lines", "log.errors", errors, 20, 0.5, INFO),
    Level("log_errors.warning_lines", "log.errors", errors, 50, 0.5),
    Level("log_storm.lines_per_second", STORM, storm, 200),
    Level("log_storm.errors_per_second", STORM, lambda x: storm(x, 3), 8),
    Level("log_storm.clear_share", STORM, lambda x: storm(5 * x, 3, OPEN_STORM), 0.8, 0.01),
    Level("log_storm.least_lines", STORM, lambda x: storm(x, 3, seconds=1), 500, 1),
]
