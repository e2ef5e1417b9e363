"""The units of a host as they are now, completed by those that systemd would only load to carry out a job."""

from gate.protected import unknown
from tools.clock import Deadline
from tools.hosts import Completed, Host
from tools.probes.unit_graph import UnitGraph, show_argv

MOST_ROUNDS = 6
"""How deep unloaded dependencies are followed; what is deeper is refused, not guessed."""


def complete(graph: UnitGraph, unit: str, host: Host, deadline: Deadline) -> UnitGraph | str:
    """`graph` with `unit` and everything that a job on it could lead to, or why that cannot be told.

    systemd forgets a unit that is neither active nor named by another one, a cleared failure among them, so such a
    unit is not in a graph of what is loaded; asked for by name it is read from the disk.
    """
    for _ in range(MOST_ROUNDS):
        missing = unknown(graph, unit)
        if not missing:
            return graph
        answer = host.run(show_argv(sorted(missing)), deadline=deadline)
        if not isinstance(answer, Completed) or answer.exit_status != 0 or answer.is_truncated:
            return f"what {unit} depends on could not be read"
        told = UnitGraph.parse(answer.stdout)
        if isinstance(told, UnitGraph):
            graph = UnitGraph({**graph.units, **told.units})
        if silent := sorted(name for name in missing if graph.find(name) is None):
            return f"what {unit} depends on could not be read: the host did not tell of {silent[0]}"
    return f"what {unit} depends on goes too deep to be judged"
