import pytest

from tests.tools.detectors.units_and_processes import logs, units
from tools.detectors.port_conflict import detect
from tools.probes import Skipped
from tools.probes.network import Listener, Network

HOLDER = Listener("127.0.0.1", 8080, "python3", 1001)
NGINX = Listener("0.0.0.0", 80, "nginx", None)
FAILED = units(a__service="failed")
IN_USE = "OSError: [Errno 98] Address already in use"


def network(*listeners: Listener) -> Network:
    return Network((), (), (), None, listeners, ())


def found(*messages: str, listeners: tuple[Listener, ...] = (NGINX, HOLDER)) -> list[tuple[str, str]]:
    return [(one.object, one.details["holder"]) for one in detect(FAILED, logs(*messages), network(*listeners))]


def test_a_unit_that_fails_for_another_reason_or_runs_is_left_alone() -> None:
    assert found("listening on 127.0.0.1:8080", "no such file") == []
    assert list(detect(units(a__service="active"), logs(IN_USE), network(HOLDER))) == []


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        pytest.param(
            ("bind() to 0.0.0.0:80 failed (98: Address already in use)",), ("0.0.0.0:80", "nginx"), id="nginx"
        ),
        pytest.param(("listen :8080: address already in use",), ("127.0.0.1:8080", "python3"), id="Go"),
        pytest.param(
            ("Error: listen EADDRINUSE 127.0.0.1:8080",),
            ("127.0.0.1:8080", "python3"),
            id="node",
        ),
        pytest.param(("Can't bind, port 3306 is already in use",), ("*:3306", ""), id="port only, holder gone"),
        pytest.param(("a listening on 127.0.0.1:8080", IN_USE), ("127.0.0.1:8080", "python3"), id="said before"),
        pytest.param((IN_USE,), ("127.0.0.1:8080", "python3"), id="a person's program is the only stranger"),
    ],
)
def test_a_port_that_is_taken(messages: tuple[str, ...], expected: tuple[str, str]) -> None:
    assert found(*messages) == [expected]


def test_without_knowing_who_listens_the_place_is_still_told() -> None:
    (one,) = detect(FAILED, logs("listening on 127.0.0.1:8080", IN_USE), Skipped("no"))
    assert (one.object, one.details["holder"]) == ("127.0.0.1:8080", "")
    assert found(IN_USE, listeners=(NGINX,)) == [("unknown", "")]
