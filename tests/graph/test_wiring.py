"""The drawing is the truth, and what is drawn is committed."""

from pathlib import Path

import ormsgpack
import pytest
from langchain_core.runnables import RunnableConfig

from graph.checkpoints import open_checkpoints
from graph.drawing import mermaid, mermaid_of_run
from graph.state import State
from graph.wiring import build
from nodes import state as slices

DRAWING = Path(__file__).parents[2] / "docs" / "graph.mmd"


def test_the_committed_drawing_is_current() -> None:
    assert DRAWING.read_text().rstrip() == mermaid().rstrip(), "run: macha graph > docs/graph.mmd"


def test_every_step_is_drawn_with_a_way_in_and_out() -> None:
    drawn = mermaid()
    for step in ("collect", "triage", "summarise", "plan", "approve", "execute", "verify", "rollback", "report"):
        assert any(f"> {step};" in line for line in drawn.splitlines()), f"nothing leads to {step}"
        assert any(line.strip().startswith(f"{step} -") for line in drawn.splitlines()), f"{step} leads nowhere"


def test_the_path_of_a_run_is_marked() -> None:
    drawn = mermaid_of_run(["collect", "collect", "triage"], ["approve"])
    assert "class approve waiting" in drawn
    assert "%% collect: 2 ×" in drawn


def test_every_key_a_step_writes_is_a_key_of_the_state() -> None:
    written = (slices.Collected, slices.Triaged, slices.Summarised, slices.Planned, slices.Executed, slices.Verified)
    for slice_ in (*written, slices.Reported):
        assert set(slice_.__annotations__) <= set(State.__annotations__), slice_


@pytest.mark.parametrize("call", [("os", "system"), ("subprocess", "getoutput"), ("builtins", "eval")])
def test_a_crafted_checkpoint_row_runs_nothing(tmp_path: Path, call: tuple[str, str]) -> None:
    marker = tmp_path / "pwned"
    argument = f"open({str(marker)!r}, 'w')" if call[1] == "eval" else f"touch {marker}"
    payload = ormsgpack.packb(ormsgpack.Ext(0, ormsgpack.packb((*call, argument))))
    saver = open_checkpoints(tmp_path / "checkpoints.db")
    graph = build().compile(checkpointer=saver)
    config: RunnableConfig = {"configurable": {"thread_id": "crafted"}}
    graph.update_state(config, {"run": "crafted", "hosts": []}, as_node="report")
    saver.conn.execute("UPDATE checkpoints SET type = 'msgpack', checkpoint = ?", (payload,))
    saver.conn.execute("UPDATE writes SET type = 'msgpack', value = ?", (payload,))
    saver.conn.commit()
    with pytest.raises(Exception):  # noqa: B017 - whatever it makes of the row, it must not run it
        graph.get_state(config)
    assert not marker.exists()
