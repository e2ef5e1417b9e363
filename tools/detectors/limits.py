"""What every detector's thresholds have in common."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Limits(BaseModel):
    """Numbers that an administrator may change: frozen, no unknown keys, in a file as `camelCase` or as here."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)
