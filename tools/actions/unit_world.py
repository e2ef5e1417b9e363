"""What every action on a unit asks of the world: that the unit is there, and how it is."""

from collections.abc import Mapping

from tools.actions import Verdict
from tools.probes import Skipped
from tools.probes.observation import Observation
from tools.probes.unit_graph import UnitGraph, UnitNode


def unit_in(facts: Observation, name: str) -> UnitNode | str:
    """The unit as systemd knows it now, by its Id, or why it cannot be told."""
    graph = facts.get(UnitGraph)
    if isinstance(graph, Skipped):
        return f"the units of this host could not be read: {graph.why}"
    node = graph.find(name)
    if node is None or node.load_state == "not-found":
        return f"{name} is not among the units of this host"
    if node.id != name:
        return f"{name} is another name of {node.id}: name it by that"
    return node


def why_not_failed(facts: Observation, name: str) -> str | None:
    """Why a unit is not one that failed and can be brought back."""
    node = unit_in(facts, name)
    if isinstance(node, str):
        return node
    if node.load_state != "loaded":
        return f"{name} is {node.load_state}, so it cannot be started"
    if node.active_state != "failed":
        return f"{name} is {node.active_state} ({node.sub_state}), not failed"
    return None


def basis_of(facts: Observation, name: str) -> Mapping[str, str]:
    """The unit's state in the words of systemd; invocation and time of change tell one failure from another."""
    node = unit_in(facts, name)
    if isinstance(node, str):
        return {"unit": node}
    return {
        "load": node.load_state,
        "active": node.active_state,
        "sub": node.sub_state,
        "result": node.result,
        "changed": node.state_changed_at,
        "invocation": node.invocation_id,
        "file": node.fragment_path,
        "needs_reload": "yes" if node.needs_daemon_reload else "no",
    }


def verdict_on_running(before: Mapping[str, str], after: Observation, name: str) -> Verdict:
    """Verified when the unit runs under a new invocation; a unit that is down again was not helped."""
    node = unit_in(after, name)
    if isinstance(node, str):
        return Verdict("unproven", node)
    if node.active_state == "failed":
        return Verdict("not_helped", f"{name} failed again ({node.result})")
    if node.active_state == "activating" and node.sub_state == "auto-restart":
        return Verdict("not_helped", f"{name} is down and waits for systemd's next try")
    if node.active_state == "active" and node.invocation_id == before.get("invocation"):
        return Verdict("unproven", f"{name} is active, but it was not started anew")
    if node.active_state == "active":
        return Verdict("verified", f"{name} is active ({node.sub_state}) since {node.state_changed_at}")
    return Verdict("unproven", f"{name} is {node.active_state} ({node.sub_state})")
