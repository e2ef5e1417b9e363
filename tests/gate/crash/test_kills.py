"""A process that is killed at any moment leaves at most one effect a row, every approval, and one whole audit."""

import os
import random
import signal
import time
import traceback
from pathlib import Path

import pytest

from tests.gate.crash.house import STORY, House, forget, goes_on, in_a_child, keep, side_by_side
from tests.gate.crash.points import Points, is_a_step, kill_at

KILLS_PER_STEP = int(os.environ.get("MACHA_KILLS_PER_STEP", "1"))
IS_EVERY_POINT = os.environ.get("MACHA_KILL_EVERYWHERE") == "1"
"""Also before every statement that only reads, where the disk is as it was at the step before."""
RANDOM_KILLS = 200


@pytest.fixture(scope="module")
def points(place: Path) -> list[list[int]]:
    """The points of each chapter to be killed at. What it finds, as the chapters before it left it, is kept."""
    chosen = []
    for number, chapter in enumerate(STORY):
        keep(place / "told", place / f"before-{number}")
        points = Points()
        house = House(place / "told", points)
        with points.watched():
            chapter(house)
        chosen.append([at for at, what in enumerate(points.passed, 1) if IS_EVERY_POINT or is_a_step(what)])
    return chosen


def killed_at(place: Path, chapter: int, number: int, attempt: int) -> str:
    """What is wrong after a kill at a point of a chapter; empty when nothing is."""
    folder = place / f"kill-{chapter}-{number}-{attempt}"
    keep(place / f"before-{chapter}", folder)

    def dies() -> None:
        points = Points(kill_at(number))
        with points.watched():
            STORY[chapter](House(folder, points))

    try:
        status = in_a_child(dies)
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, f"it ended with {status}"
        goes_on(House(folder, minutes=1))
    except Exception:
        return f"chapter {STORY[chapter].__name__}, point {number}:\n{traceback.format_exc()}"
    finally:
        forget(folder)
    return ""


def killed_after(place: Path, seconds: float, attempt: int) -> str:
    """What is wrong when the whole story is killed from outside after so long."""
    folder = place / f"random-{attempt}"

    def dies() -> None:
        house = House(folder)
        for chapter in STORY:
            chapter(house)
        os.kill(os.getpid(), signal.SIGKILL)

    try:
        child = os.fork()
        if not child:
            try:
                dies()
            finally:
                os._exit(1)
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        goes_on(House(folder, minutes=1))
    except Exception:
        return f"after {seconds:.4f} s:\n{traceback.format_exc()}"
    finally:
        forget(folder)
    return ""


def test_a_kill_at_any_step_repeats_and_loses_nothing(place: Path, points: list[list[int]]) -> None:
    begun = time.monotonic()
    tasks: list[tuple[object, ...]] = [
        (place, chapter, number, attempt)
        for attempt in range(KILLS_PER_STEP)
        for chapter, numbers in enumerate(points)
        for number in numbers
    ]
    wrong = side_by_side(killed_at, tasks)
    print(
        f"\n{len(tasks)} kills: {KILLS_PER_STEP} at each of {sum(map(len, points))} steps of {len(points)} chapters "
        f"{[len(numbers) for numbers in points]}: {len(wrong)} went wrong; {time.monotonic() - begun:.0f} s"
    )
    assert not wrong, f"{len(wrong)} of {len(tasks)}, the first:\n{wrong[0]}"


def test_a_kill_at_any_moment_repeats_and_loses_nothing(place: Path) -> None:
    begun = time.monotonic()
    chance = random.Random(3)
    tasks: list[tuple[object, ...]] = [(place, chance.uniform(0, 0.25), attempt) for attempt in range(RANDOM_KILLS)]
    wrong = side_by_side(killed_after, tasks)
    print(f"\n{len(tasks)} kills at random times: {len(wrong)} went wrong; {time.monotonic() - begun:.0f} s")
    assert not wrong, f"{len(wrong)} of {len(tasks)}, the first:\n{wrong[0]}"
