"""From the configuration to whom a run may ask."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tools.clock import Clock, Deadline
from tools.configuration import Settings
from tools.errors import MachaError
from tools.model import Answer, CountTokens, Model, Priority, Prompt, Purpose, Schema, Tool, Unanswered
from tools.model.asking import Asker
from tools.model.prompt import rough_tokens
from tools.model.settings import OLLAMA_URL, ModelName, ModelServerSettings, why_nowhere

if TYPE_CHECKING:
    from tools.model.embedding import ModelEmbedding

LOCAL = {"local": ModelServerSettings(url=OLLAMA_URL)}
"""Who is asked when the configuration names no server."""


class NoModel:
    """What there is when the configuration names no model."""

    def ask(
        self,
        purpose: Purpose,
        prompt: Prompt,
        schema: type[Schema],
        priority: Priority,
        deadline: Deadline,
        tools: Sequence[Tool] = (),
    ) -> Answer[Schema] | Unanswered:
        return Unanswered("off", "no model is configured (`model` in the configuration)")


def model_of(settings: Settings, run: str, clock: Clock, count_tokens: CountTokens = rough_tokens) -> Model:
    """Whom a run may ask."""
    return asker(settings, run, clock, count_tokens) if settings.model else NoModel()


def asker(
    settings: Settings, run: str, clock: Clock, count_tokens: CountTokens = rough_tokens, name: str = ""
) -> Asker:
    """The model that the configuration names, or another of the same servers; raises MachaError on an odd name, and
    where no server is named that could have it."""
    try:
        model = ModelName.parse(name or settings.model)
    except ValueError as error:
        raise MachaError(f"{name or 'model'}: {error}") from None
    if why := why_nowhere(str(model), settings.model_servers):
        raise MachaError(f"{model}: {why}")
    servers = settings.model_servers or LOCAL
    return Asker(model, servers, settings.model_use, settings.keep_alive(), settings.state(), clock, run, count_tokens)


def embedding_of(settings: Settings, clock: Clock) -> "ModelEmbedding | None":
    """The model that turns text into vectors, if the configuration names one."""
    if not settings.embedding_model:
        return None
    from tools.model.embedding import ModelEmbedding

    urls = [server.url for server in (settings.model_servers or LOCAL).values()]
    name = ModelName.parse(settings.embedding_model)
    return ModelEmbedding(name, urls, float(settings.model_use.deadline_seconds), clock)
