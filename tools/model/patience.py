"""After one question that no server answered in time, the rest of a run asks nothing more of a model."""

import threading
from collections.abc import Sequence

from tools.clock import Deadline
from tools.model import Answer, Model, Priority, Prompt, Purpose, Schema, Tool, Unanswered

_LASTING = frozenset({"off", "spent", "unusable", "late", "unreachable"})
"""Troubles that the next question of the same run would meet as well. Where there are several servers, the last two are
said of all of them; who has found no slot may find one."""


class Patience:
    """A model that is given up for this process's run once it has shown that it will not answer: a server that hangs
    costs one deadline, however many parts there are to read."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._lock = threading.Lock()
        self._gave_up: Unanswered | None = None

    def ask(
        self,
        purpose: Purpose,
        prompt: Prompt,
        schema: type[Schema],
        priority: Priority,
        deadline: Deadline,
        tools: Sequence[Tool] = (),
    ) -> Answer[Schema] | Unanswered:
        """As `Model.ask`."""
        with self._lock:
            if self._gave_up:
                return self._gave_up
        answer = self._model.ask(purpose, prompt, schema, priority, deadline, tools)
        if isinstance(answer, Unanswered) and answer.kind in _LASTING:
            with self._lock:
                self._gave_up = Unanswered(answer.kind, answer.why)
        return answer
