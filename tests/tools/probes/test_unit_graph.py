from tests.tools.probes.recordings import output
from tools.probes import Skipped
from tools.probes.unit_graph import RELATIONS, UnitGraph


def graph() -> UnitGraph:
    parsed = UnitGraph.parse(output("unit_graph"))
    assert isinstance(parsed, UnitGraph)
    return parsed


def test_nothing_is_not_an_empty_graph() -> None:
    assert isinstance(UnitGraph.parse(b""), Skipped)


def test_a_recorded_graph_has_every_relation_of_every_unit() -> None:
    units = graph().units
    assert len(units) > 100 and all(set(unit.relations) == set(RELATIONS) for unit in units.values())


def test_an_alias_leads_to_the_unit() -> None:
    ssh = graph().find("sshd.service")
    assert ssh is not None and ssh.id == "ssh.service" and ssh.active_state == "active" and (ssh.main_pid or 0) > 1
    assert graph().find("s*.service") is None


def test_relations_go_both_ways() -> None:
    network, socket = graph().find("systemd-networkd.service"), graph().find("systemd-networkd.socket")
    assert network and socket
    assert network.related("TriggeredBy") == (socket.id,) and socket.related("Triggers") == (network.id,)
