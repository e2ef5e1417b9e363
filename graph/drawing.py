"""The graph as Mermaid text, for people who want to see it and for a run whose path they want to follow."""

from collections import Counter

from graph.wiring import build

_STYLE = (
    "\tclassDef taken fill:#cfe8cf,stroke:#2c7a2c\n\tclassDef waiting fill:#ffe9a8,stroke:#b8860b,stroke-width:3px\n"
)


def mermaid() -> str:
    """The drawing of the graph as it is wired, without what langgraph adds by itself for a branch that breaks."""
    drawn = build().compile().get_graph().draw_mermaid().splitlines(keepends=True)
    return "".join(line for line in drawn if "__error_handler__" not in line)


def mermaid_of_run(taken: list[str], standing: list[str]) -> str:
    """The drawing with the steps of a run marked: how often each was taken, and where the run stands now."""
    marks = "".join(f"\tclass {step} taken\n" for step in sorted(set(taken)))
    marks += "".join(f"\tclass {step} waiting\n" for step in standing)
    times = "".join(f"%% {step}: {count} ×\n" for step, count in sorted(Counter(taken).items()))
    where = f"%% it stands at: {', '.join(standing)}\n" if standing else "%% it has ended\n"
    return mermaid() + times + where + _STYLE + marks
