import pytest

from tests.tools.detectors.remembering import FIRST_LOOK
from tools.detectors import Memory
from tools.detectors.port_gone import PortGoneLimits, detect
from tools.history import History, Point
from tools.probes.network import Listener, Network

LIMITS = PortGoneLimits()


def remembered(place: str, open_at: range, looks: int) -> Memory:
    points = {
        ("network.listeners", ""): tuple(Point(300 * at, 5) for at in range(looks)),
        ("network.listening", place): tuple(Point(300 * at, 1) for at in open_at),
    }
    return Memory(history=History(points))


def found(memory: Memory, *listeners: Listener) -> list[tuple[str, float]]:
    network = Network((), (), (), None, listeners, ())
    return [(one.object, one.hold_seconds) for one in detect(network, memory, LIMITS)]


@pytest.mark.parametrize(
    "memory",
    [
        pytest.param(FIRST_LOOK, id="nothing is known"),
        pytest.param(remembered("0.0.0.0:80", range(12), 14), id="55 minutes are not enough"),
        pytest.param(remembered("0.0.0.0:80", range(0, 26, 2), 28), id="it came and went"),
        pytest.param(remembered("0.0.0.0:80", range(13), 303), id="gone for more than a day"),
        pytest.param(remembered("127.0.0.1:6010", range(13), 14), id="forwarded by a login"),
    ],
)
def test_is_left_alone(memory: Memory) -> None:
    assert found(memory) == []


def test_a_port_that_was_open_for_an_hour_and_is_gone() -> None:
    memory = remembered("0.0.0.0:80", range(13), 14)
    assert found(memory) == [("0.0.0.0:80", 300)]
    assert found(memory, Listener("0.0.0.0", 80, "")) == []
