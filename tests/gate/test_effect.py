"""How an effect ended is read from what the host says of its transient unit; what it does not say is unknown."""

from collections.abc import Iterator

import pytest

from gate.effect import Outcome, carry_out, look
from tools.actions.diagnose import Diagnose
from tools.clock import Deadline
from tools.hosts import Completed, Unreachable

ACT = "0123456789abcdef"


class Telling:
    """A host that answers each command with the next of these texts, or is not there."""

    name = "web"

    def __init__(self, *answers: str | Unreachable) -> None:
        self._answers: Iterator[str | Unreachable] = iter(answers)

    def run(
        self, argv: tuple[str, ...], *, deadline: Deadline, stdin: bytes = b"", limit_bytes: int = 0,
        as_root: bool = False,
    ) -> Completed | Unreachable:  # fmt: skip
        answer = next(self._answers)
        return answer if isinstance(answer, Unreachable) else Completed(0, answer.encode(), b"")

    def close(self) -> None:
        pass


def told(active: str, result: str = "success", load: str = "loaded", status: str = "0", text: str = "Macha: x") -> str:
    return f"LoadState={load}\nActiveState={active}\nResult={result}\nExecMainStatus={status}\nDescription={text}\n"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        pytest.param(told("active"), "done", id="it ended well"),
        pytest.param(told("failed", "exit-code", status="3"), "failed", id="it ended badly"),
        pytest.param(told("inactive", load="not-found"), "absent", id="it is not there"),
        pytest.param(told("inactive"), "unknown", id="it was stopped by somebody"),
        pytest.param("", "unknown", id="nothing is said"),
        pytest.param("ActiveState", "unknown", id="half a line is said"),
    ],
)
def test_what_the_host_says_of_the_unit(answer: str, state: str) -> None:
    assert look(Telling(answer), ACT, Deadline(5)).state == state


def test_a_unit_that_still_runs_is_waited_for() -> None:
    assert look(Telling(told("activating"), told("active")), ACT, Deadline(5)).state == "done"


def test_a_unit_that_runs_beyond_the_deadline_is_unknown() -> None:
    assert look(Telling(told("activating")), ACT, Deadline(0)) == Outcome("unknown", "its unit is activating", 0)


def test_what_could_not_be_read_has_failed() -> None:
    lost = Unreachable("lost", "the connection broke")
    assert carry_out(Telling(lost), ACT, Diagnose(name="app.service")) == Outcome("failed", "the connection broke")
