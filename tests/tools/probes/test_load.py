from tests.tools.probes.recordings import output
from tools.probes import Skipped
from tools.probes.load import Load, Stall


def test_a_recorded_idle_host() -> None:
    load = Load.parse(output("load"))
    assert isinstance(load, Load) and load.cores == 2 and set(load.stalls) >= {"cpu some", "memory full", "io some"}


def test_a_kernel_without_pressure_figures() -> None:
    assert Load.parse(b"== averages\n4.00 3.50 1.25 3/99 7\n== cores\n8\n") == Load(4.0, 3.5, 1.25, 8, {})


def test_pressure_over_three_spans() -> None:
    text = b"== averages\n0.1 0.1 0.1 1/1 1\n== cores\n1\n== io\nsome avg10=1.50 avg60=0.40 avg300=0.02 total=9\n"
    load = Load.parse(text)
    assert isinstance(load, Load) and load.stalls == {"io some": Stall(1.5, 0.4, 0.02)}


def test_a_host_that_does_not_tell_is_skipped() -> None:
    assert isinstance(Load.parse(b"== averages\n== cores\n0\n"), Skipped)
