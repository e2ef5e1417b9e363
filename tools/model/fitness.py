"""What a model was found fit for, kept by its digest: another model under an old name is asked nothing that matters."""

from dataclasses import asdict, dataclass, fields
from typing import Any

import sqlalchemy as sa

from tools.clock import Clock, stamp
from tools.model.tables import verdicts
from tools.store.database import reading


@dataclass(frozen=True, slots=True)
class Fitness:
    """What `macha model check` found: reasons are empty where the model is fit."""

    why_not_summaries: str = ""
    why_not_planning: str = ""
    why_not_tools: str = ""
    window: int = 0
    """`modelUse.contextTokens` when it was checked."""
    context_tokens: int = 0
    """Up to which a prompt was read from its first word to its last."""
    cold_seconds: float = 0.0
    warm_seconds: float = 0.0
    tokens_read_a_second: float = 0.0
    tokens_written_a_second: float = 0.0

    @property
    def is_fit_for_nothing(self) -> bool:
        return bool(self.why_not_summaries and self.why_not_planning and self.why_not_tools)


class Verdicts:
    """The verdicts in one `model.db`."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def put(self, model: str, digest: str, fitness: Fitness) -> None:
        here = sa.and_(verdicts.c.model == model, verdicts.c.digest == digest)
        row: dict[str, Any] = {
            "model": model,
            "digest": digest,
            "at": stamp(self._clock.now()),
            "fitness": asdict(fitness),
        }
        with self._engine.begin() as db:
            db.execute(verdicts.delete().where(here))
            db.execute(verdicts.insert().values(row))

    def get(self, model: str, digest: str) -> Fitness | None:
        """What this very model was found fit for; None when it was never looked at."""
        here = sa.and_(verdicts.c.model == model, verdicts.c.digest == digest)
        with reading(self._engine).connect() as db:
            found = db.scalar(sa.select(verdicts.c.fitness).where(here))
        known = {one.name for one in fields(Fitness)}  # a verdict of another version may have others
        return Fitness(**{k: v for k, v in found.items() if k in known}) if isinstance(found, dict) else None

    def is_known(self, model: str) -> bool:
        """Whether there is a verdict on any model of this name."""
        with reading(self._engine).connect() as db:
            return db.scalar(sa.select(sa.func.count()).where(verdicts.c.model == model)) != 0


def why_not_plan(verdicts: Verdicts, model: str, digest: str, window: int) -> str | None:
    """Why a model is not asked for a plan, or None.

    For a plan it has to be known to be fit.
    """
    fitness = verdicts.get(model, digest)
    if fitness is None and verdicts.is_known(model):
        return f"{model} is not the model that was checked; run `macha model check`"
    if fitness is None:
        return f"{model} was not checked yet; run `macha model check`"
    if fitness.why_not_planning:
        return f"{model} is not fit for planning: {fitness.why_not_planning}"
    if window > fitness.window:
        return (
            f"{model} was checked with a window of {fitness.window} tokens, now it is {window}; run `macha model check`"
        )
    return None


def why_not_sum_up(verdicts: Verdicts, model: str, digest: str) -> str | None:
    """Why a model is not asked for a summary, or None.

    One that was not checked may be asked: a summary is checked against the evidence. One that was found unfit is not.
    """
    fitness = verdicts.get(model, digest)
    if fitness is not None and fitness.why_not_summaries:
        return (
            f"{model} is not fit for summaries: {fitness.why_not_summaries}; run `macha model check` when it is mended"
        )
    return None
