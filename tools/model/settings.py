"""What the configuration file may say of language models: servers, limits, budgets."""

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictFloat, StrictInt, model_validator
from pydantic.alias_generators import to_camel

OLLAMA_URL = "http://127.0.0.1:11434"
OTHERS = "openai-compatible"
FIXED_TOKENS = 1500
"""Of a question about a log: Macha's own words, what is known of the host, and a second try."""
LEAST_PART_TOKENS = 450
"""A smaller part could not hold one long line."""
_KINDS = ("ollama", OTHERS)


def _is_base_url(url: str) -> str:
    """A wrong one would be replaced by the client's own default without a word."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"not a URL: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[^!-~]", url) or port == 0:
        raise ValueError(f"must be a URL as in {OLLAMA_URL}")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("must have no user, password, query or fragment")
    return url.rstrip("/")


class _Section(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        use_attribute_docstrings=True,
    )


class ModelServerSettings(_Section):
    """One server that runs the model."""

    url: Annotated[str, AfterValidator(_is_base_url)]
    """where it listens, as in "http://127.0.0.1:11434"; "http://127.0.0.1:8080/v1" for openai-compatible"""
    slots: StrictInt = Field(1, ge=1, le=64)
    """questions it may work on at the same time"""


class ModelSettings(_Section):
    """How the model is asked, and how much."""

    context_tokens: StrictInt = Field(8192, ge=2048, le=1 << 20)
    """tokens of prompt and answer together, at least answerTokens + 1950; another value loads the model anew"""
    answer_tokens: StrictInt = Field(1024, ge=64, le=1 << 15)
    """tokens of an answer at most; they are the slow ones"""
    temperature: StrictFloat = Field(0.0, ge=0, le=2)
    """0: the same question gets the same answer"""
    keep_alive_seconds: StrictInt | None = Field(None, ge=60)
    """how long Ollama keeps the model loaded after a question; default: two and a half times checkInterval"""
    deadline_seconds: StrictInt = Field(300, ge=5, le=7200)
    """seconds within which a question of a cycle has to be answered once it has a slot; several servers share them"""
    cycle_tokens: StrictInt = Field(60_000, ge=0)
    """tokens that one cycle may spend; then its rules go on alone"""
    cycle_seconds: StrictInt = Field(900, ge=0)
    """seconds of the model's work that one cycle may spend; so long after its first question it waits for slots"""
    day_tokens: StrictInt = Field(1_000_000, ge=0)
    """tokens that may be spent in 24 hours; only a person's own questions may go beyond"""
    day_seconds: StrictInt = Field(6 * 3600, ge=0)
    """seconds of the model's work in 24 hours"""

    @model_validator(mode="after")
    def _leaves_room(self) -> "ModelSettings":
        if self.answer_tokens > self.context_tokens // 2:
            raise ValueError("answerTokens must not be above half of contextTokens")
        if self.context_tokens < self.least_window:
            raise ValueError(
                f"contextTokens must be {self.least_window} at least: {self.answer_tokens} for the answer "
                f"(answerTokens), {FIXED_TOKENS} for the fixed words of a question, {LEAST_PART_TOKENS} for a log"
            )
        return self

    @property
    def least_window(self) -> int:
        """A smaller window would hold no question about a log."""
        return self.answer_tokens + FIXED_TOKENS + LEAST_PART_TOKENS


def why_nowhere(model: str, servers: Mapping[str, ModelServerSettings]) -> str | None:
    """Why nobody can be asked for this model, or None."""
    if model.startswith(f"{OTHERS}:") and not servers:
        return "where does it run? add [modelServers.NAME] with its url"
    return None


class ModelName(BaseModel):
    """`model` of the configuration taken apart: `NAME` and `ollama:NAME` are Ollama's, `openai-compatible:NAME` is any
    other server's. Raises ValueError."""

    model_config = ConfigDict(frozen=True)
    kind: str
    name: str

    @classmethod
    def parse(cls, text: str) -> "ModelName":
        kind, _, name = text.partition(":")
        if kind not in _KINDS:
            kind, name = "ollama", text  # a colon of Ollama's own, as in llama3.1:70b
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,180}", name):
            raise ValueError(f"must be the name of a model, as in llama3.1:8b, or {OTHERS}:NAME")
        return cls(kind=kind, name=name)

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


def is_model(text: str) -> str:
    """A validator: empty, or what `ModelName.parse` takes."""
    if text:
        ModelName.parse(text)
    return text
