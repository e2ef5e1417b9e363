"""What every detector's thresholds have in common."""

from itertools import pairwise
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

Percent = Annotated[float, Field(gt=0, le=100)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]


class Limits(BaseModel):
    """Numbers that an administrator may change: frozen, no unknown keys, in a file as `camelCase` or as here.

    The text below a field is its meaning in docs/configuration.md; it is not read at run time, which takes 90 ms.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
    )
    rising: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Groups of fields whose values must not fall from the first to the last; else the thresholds make no sense.

    A level at which findings end (`clear` in its name) that nobody set may be passed by the one at which they begin:
    then they end there.
    """

    @model_validator(mode="after")
    def _rise(self) -> "Limits":
        for names in self.rising:
            given = (name for name in names if "clear" not in name or name in self.model_fields_set)
            for lower, upper in pairwise(given):
                if getattr(self, lower) > getattr(self, upper):
                    raise ValueError(f"{to_camel(lower)} must not be above {to_camel(upper)}")
        return self
