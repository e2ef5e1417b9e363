"""The reference of the configuration file, made from the models, so that it cannot be wrong."""

import json
from collections.abc import Iterator
from typing import get_args, get_origin

from pydantic import BaseModel
from pydantic._internal._docs_extraction import extract_docstrings_from_cls
from pydantic.fields import FieldInfo

from tools.configuration import Settings

_HEAD = """\
# Configuration

One TOML file: `--config FILE`, else `$MACHA_CONFIG`, else `/etc/macha/macha.toml`. Every key has a default; an unknown
or wrong key is an error that names the nearest valid one. What others than root and you could have written, the file or
its folder, is refused. This page is made by `macha config reference`.

| key | default | meaning |
|---|---|---|
"""


def reference() -> str:
    """The page docs/configuration.md."""
    return _HEAD + "".join(f"| `{key}` | {default} | {meaning} |\n" for key, default, meaning in _rows(Settings, ""))


def _rows(model: type[BaseModel], above: str) -> Iterator[tuple[str, str, str]]:
    texts = extract_docstrings_from_cls(model, use_inspect=True)
    for name, field in model.model_fields.items():
        key = above + (field.alias or name)
        if inner := _section(field):
            origin = get_origin(field.annotation)
            many = ".NAME" if origin is dict else "[]" if origin is list else ""
            yield from _rows(inner, f"{key}{many}.")
        else:
            yield key, _default(field), (field.description or texts.get(name, "")).replace("|", "\\|")


def _section(field: FieldInfo) -> type[BaseModel] | None:
    """The model behind a key that is a table, or a table of tables."""
    for kind in (field.annotation, *get_args(field.annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None:
        return "-"
    return f"`{json.dumps(value, default=str)}`"
