"""What a model has to answer, as a type: every field is demanded, none is made up where the model left it out.

A cut answer with a default in its place looks like a whole one (`{"host": "a", "sev":` became a severity).
"""

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from tools.safe_text import safe_line, safe_text

MOST_TEXT = 4096
MOST_DEPTH = 12


class AnswerSchema(BaseModel):
    """Base of every answer and of its parts: no defaults (TypeError where it is defined), no further keys, no guessing
    of types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        for name, field in cls.model_fields.items():
            if not field.is_required():
                raise TypeError(f"{cls.__name__}.{name} has a default: what a model leaves out must not be made up")


_Schema = TypeVar("_Schema", bound=AnswerSchema)


def read_object(text: str) -> dict[str, Any] | str:
    """The one JSON object that `text` is, with every string in it made harmless, else what is wrong with it."""
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        return f"it is not JSON: {safe_line(str(error), 200)}"
    if not isinstance(value, dict):
        return "it is not a JSON object"
    try:
        found: dict[str, Any] = _harmless(value, MOST_DEPTH)
    except ValueError as error:
        return str(error)
    return found


def validated(value: Any, schema: type[_Schema]) -> _Schema | str:
    """`value` (plain JSON) as `schema`, else the first thing that is wrong with it."""
    try:
        return schema.model_validate_json(json.dumps(value))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(safe_line(str(part), 80) for part in first["loc"]) or "the object"
        return safe_line(f"{place}: {first['msg']}", 300)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _harmless(value: Any, depth: int) -> Any:
    if depth == 0:
        raise ValueError("it is nested too deeply")
    if isinstance(value, str):
        return safe_text(value, limit=MOST_TEXT)
    if isinstance(value, list):
        return [_harmless(inner, depth - 1) for inner in value]
    if isinstance(value, dict):
        return {safe_line(key, 200): _harmless(inner, depth - 1) for key, inner in value.items()}
    return value
