"""A server that hangs costs a run one deadline, not one a question."""

from typing import Any

import pytest

from tests.tools.model.conftest import PROMPT, RIGHT, Seen, soon
from tools.model import Answer, Cost, Priority, Purpose, Unanswered
from tools.model.patience import Patience


class Model:
    def __init__(self, *answers: Any) -> None:
        self.asked = 0
        self._answers = iter(answers)

    def ask(self, *_: Any, **__: Any) -> Any:
        self.asked += 1
        return next(self._answers)


def ask(model: Patience) -> Any:
    return model.ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, soon())


@pytest.mark.parametrize("kind", ["late", "unreachable", "spent", "unusable"])
def test_after_a_lasting_trouble_nothing_more_is_asked(kind: Any) -> None:
    model = Model(Unanswered(kind, "so it is", Cost(calls=1)))
    patience = Patience(model)
    assert ask(patience).cost.calls == 1
    assert ask(patience) == Unanswered(kind, "so it is"), "and it costs nothing more"
    assert model.asked == 1


@pytest.mark.parametrize("kind", ["junk", "cut", "refused", "declined", "too_long", "busy"])
def test_one_bad_answer_says_nothing_of_the_next(kind: Any) -> None:
    good = Answer(Seen.model_validate(RIGHT), Cost())
    patience = Patience(Model(Unanswered(kind, "odd"), good))
    assert isinstance(ask(patience), Unanswered)
    assert ask(patience) is good
