"""One cause, one incident; and what merely happens at the same time stays apart."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from tools.detectors import Evidence, Finding, Severity
from tools.incidents.correlation import causes_first, incidents


def finding(
    kind: str,
    object_: str,
    host: str = "web",
    severity: Severity = Severity.HIGH,
    said: str = "it is so",
    **details: str,
) -> Finding:
    return Finding(kind, object_, severity, f"{object_} {kind}", (Evidence("test", said),), host, details)


def shape(*findings: Finding) -> list[tuple[str, list[str]]]:
    return [(i.root.object, sorted(s.finding.object for s in i.symptoms)) for i in incidents(findings)]


def test_two_units_that_failed_by_themselves_are_two_incidents() -> None:
    assert len(incidents([finding("unit.failed", "a.service"), finding("unit.failed", "b.service")])) == 2


def test_the_same_trouble_on_two_hosts_is_two_incidents() -> None:
    assert len(incidents([finding("net.dns", "/etc/resolv.conf", host) for host in ("a", "b")])) == 2


def test_a_dead_database_explains_the_service_that_needs_it() -> None:
    database = finding("unit.failed", "redis.service")
    api = finding("unit.failed", "api.service", after="network.target redis.service")
    limit = finding("unit.start_limit", "api.service")
    for order in permutations((database, api, limit)):
        assert shape(*order) == [("redis.service", ["api.service", "api.service"])]


def test_a_chain_hangs_below_its_first_link() -> None:
    links = [
        finding("mount.failed", "srv.mount"),
        finding("unit.inactive", "db.service", requires="srv.mount"),
        finding("unit.failed", "api.service", requires="db.service"),
    ]
    for order in permutations(links):
        assert shape(*order) == [("srv.mount", ["api.service", "db.service"])]


def test_a_broken_file_explains_its_unit() -> None:
    broken = finding("config.invalid", "/etc/nginx/x.conf", unit="nginx.service")
    assert shape(finding("unit.failed", "nginx.service"), broken) == [("/etc/nginx/x.conf", ["nginx.service"])]


def test_a_full_disk_explains_only_what_says_so() -> None:
    full = finding("disk.space", "/", severity=Severity.CRITICAL)
    victim = finding("unit.failed", "db.service", said="write failed: No space left on device")
    other = finding("unit.failed", "mail.service", said="segmentation fault")
    found = incidents([other, victim, full])
    assert [(i.root.object, len(i.symptoms)) for i in found] == [("/", 1), ("mail.service", 0)]


def test_a_deleted_file_explains_the_full_disk_and_what_comes_of_it() -> None:
    held = finding("disk.deleted_open", "worker.service", severity=Severity.WARNING)
    full = finding("disk.space", "/")
    victim = finding("unit.failed", "db.service", said="No space left on device")
    assert shape(victim, full, held) == [("worker.service", ["/", "db.service"])]


def test_a_taken_port_explains_the_unit_that_cannot_have_it() -> None:
    conflict = finding("net.port_conflict", "127.0.0.1:8080", unit="api.service", cause="process python3 (user deploy)")
    (incident,) = incidents([finding("unit.failed", "api.service"), conflict])
    assert (incident.root.object, incident.cause) == ("127.0.0.1:8080", "process python3 (user deploy)")


def test_units_that_need_each_other_are_not_lost() -> None:
    one = finding("unit.failed", "a.service", requires="b.service")
    other = finding("unit.failed", "b.service", requires="a.service")
    assert len(incidents([one, other])) == 2


def test_a_circle_of_three_has_a_beginning() -> None:
    names = ["a.service", "b.service", "c.service"]
    circle = [finding("unit.failed", name, requires=names[at - 1]) for at, name in enumerate(names)]
    for order in permutations(circle):
        (incident,) = incidents(order)
        assert len(incident.symptoms) == 2


def test_a_socket_hangs_below_the_service_that_it_starts() -> None:
    pair = [finding("unit.failed", "app.socket"), finding("unit.failed", "app.service")]
    assert shape(*pair) == [("app.service", ["app.socket"])]


def test_a_unit_whose_last_words_were_of_a_service_it_comes_after_names_it_as_the_cause() -> None:
    words = Evidence("unit_logs", "app: FATAL cannot reach redis at 127.0.0.1:6379")
    api = Finding(
        "unit.failed", "api.service", Severity.HIGH, "", (words,), "web", {"after": "cron.service redis-server.service"}
    )
    assert incidents([api])[0].cause == "redis-server.service"
    assert incidents([finding("unit.failed", "api.service", after="cron.service")])[0].cause == "api.service"


def test_five_hosts_without_names_are_one_incident() -> None:
    hosts = [finding("net.dns", "/etc/resolv.conf", f"h{number}") for number in range(5)]
    victim = finding("unit.failed", "sync.service", "h3", said="Temporary failure in name resolution")
    (incident,) = incidents([victim, *hosts])
    assert incident.cause == "/etc/resolv.conf on 5 hosts at once"
    assert len(incident.symptoms) == 5


def test_the_worst_incident_comes_first() -> None:
    low = finding("log.errors", "a.service", severity=Severity.WARNING)
    high = finding("disk.space", "/", severity=Severity.CRITICAL)
    assert [incident.root for incident in incidents([low, high])] == [high, low]


KINDS = ["unit.failed", "mount.failed", "disk.space", "net.dns", "config.invalid", "log.errors", "net.route"]
ANY = st.builds(
    finding,
    st.sampled_from(KINDS),
    st.sampled_from(["a.service", "b.service", "c.mount", "/"]),
    st.sampled_from(["h1", "h2", "h3", "h4"]),
    st.sampled_from(list(Severity)),
    st.sampled_from(["no space left", "could not resolve", "plain"]),
    requires=st.lists(st.sampled_from(["a.service", "b.service", "c.mount"]), max_size=2).map(" ".join),
    unit=st.sampled_from(["a.service", "b.service"]),
)


@given(st.lists(ANY, max_size=12, unique_by=lambda found: found.fingerprint))
def test_every_finding_is_in_exactly_one_incident(findings: list[Finding]) -> None:
    found = [f.fingerprint for i in incidents(findings) for f in (i.root, *(s.finding for s in i.symptoms))]
    assert sorted(found) == sorted(finding.fingerprint for finding in findings)


def test_causes_come_before_their_symptoms_and_none_is_lost() -> None:
    database = finding("unit.failed", "redis.service")
    api = finding("unit.failed", "api.service", after="network.target redis.service")
    for order in permutations((database, api, finding("net.dns", "/etc/resolv.conf"))):
        objects = [one.object for one in causes_first(order)]
        assert sorted(objects) == ["/etc/resolv.conf", "api.service", "redis.service"]
        assert objects.index("redis.service") < objects.index("api.service")
