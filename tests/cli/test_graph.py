"""`macha graph`: the cycle as it is wired, and the path a run took."""

from pathlib import Path

from tests.cli.conftest import House
from tests.world import World, failed

PAGE = Path(__file__).parents[2] / "docs" / "graph.mmd"


def test_the_committed_drawing_is_the_cycle_as_it_is_wired(house: House) -> None:
    assert house.run("macha", "graph").out == PAGE.read_text()
    assert not house.state.exists()


def test_a_run_is_drawn_with_where_it_waits(house: House) -> None:
    house.look_after(World(units={"app.service": failed()}))
    run = house.run("macha-check", "--json").json()["cycle"]
    out = house.run("macha", "graph", "--run", run).out
    assert "%% it stands at: approve\n" in out
    assert "\tclass collect taken\n" in out
    assert "\tclass approve waiting\n" in out


def test_an_unknown_run_is_one_line(house: House) -> None:
    ran = house.run("macha", "graph", "--run", "run-9")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "macha: there is no run run-9, or its checkpoints were removed by age\n"
