"""The figures of an observation: every fact's own, none that is no number, and no sick fact stops the others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from tools.history import Measure
from tools.history.figures import MOST_FIGURES, figures
from tools.probes import Probe, Skipped
from tools.probes.observation import Observation


@dataclass(frozen=True, slots=True)
class Counted(Probe):
    values: tuple[float, ...]

    def measures(self) -> Iterable[Measure]:
        for at, value in enumerate(self.values):
            yield Measure("counted.value", str(at), value)
            if value == 13:
                raise ZeroDivisionError


def observed(**facts: Probe | Skipped) -> dict[tuple[str, str], float]:
    return figures(Observation("web", datetime(2026, 3, 1, tzinfo=UTC), facts))


def test_a_fact_that_was_skipped_has_none() -> None:
    assert observed(counted=Skipped("not there")) == {}


def test_every_fact_gives_its_own() -> None:
    assert observed(counted=Counted((1, 2))) == {("counted.value", "0"): 1.0, ("counted.value", "1"): 2.0}


def test_what_is_no_number_is_left_out() -> None:
    assert observed(counted=Counted((float("nan"), float("inf"), 3))) == {("counted.value", "2"): 3.0}


def test_a_fact_that_cannot_count_hides_nothing_of_the_others() -> None:
    found = observed(sick=Counted((13, 1)), well=Counted((0, 5)))
    assert found[("counted.value", "1")] == 5.0


def test_there_is_an_end() -> None:
    assert len(observed(counted=Counted((0.0,) * 5000))) == MOST_FIGURES
