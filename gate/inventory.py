"""The units of a host as they are now, completed by those that systemd would only load to carry out a job."""

from gate.protected import STARTED_WITH, has_to_start
from tools.clock import Deadline
from tools.hosts import Completed, Host
from tools.probes.unit_graph import UnitGraph, show_argv

MOST_ROUNDS = 6
"""How deep unloaded dependencies are followed; what is deeper is refused, not guessed."""


def complete(graph: UnitGraph, unit: str, host: Host, deadline: Deadline) -> UnitGraph | str:
    """`graph` with `unit` and everything its start would pull in, or why that cannot be told.

    systemd forgets a unit that is neither active nor named by another one, a cleared failure among them, so such a
    unit is not in a graph of what is loaded; asked for by name it is read from the disk.
    """
    absent: set[str] = set()
    for _ in range(MOST_ROUNDS):
        missing = _missing(graph, unit) - absent
        if not missing:
            return graph
        answer = host.run(show_argv(sorted(missing)), deadline=deadline)
        if not isinstance(answer, Completed) or answer.exit_status != 0 or answer.is_truncated:
            return f"what {unit} depends on could not be read"
        told = UnitGraph.parse(answer.stdout)
        if isinstance(told, UnitGraph):
            graph = UnitGraph({**graph.units, **told.units})
        absent |= missing
    return f"what {unit} depends on goes too deep to be judged"


def _missing(graph: UnitGraph, unit: str) -> set[str]:
    """Names that a start of `unit` would pull in and that the graph does not know."""
    missing: set[str] = set()
    seen: set[str] = set()
    queue = [unit]
    while queue:
        name = queue.pop()
        if name in seen:
            continue
        seen.add(name)
        node = graph.find(name)
        if node is None:
            missing.add(name)
        elif name == unit or has_to_start(node):
            queue += [other for relation in STARTED_WITH for other in node.related(relation)]
    return missing
