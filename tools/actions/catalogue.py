"""The folder is the catalogue: every file here that defines an action is one."""

import difflib
import importlib
import json
import pkgutil
from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from pydantic import ValidationError

import tools.actions
from tools.actions import Action


@cache
def actions() -> dict[str, type[Action]]:
    """Every action by its kind, as in `unit.restart`, in alphabetical order."""
    found: dict[str, type[Action]] = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(tools.actions.__path__)):
        contents = vars(importlib.import_module(f"tools.actions.{module}"))
        for kind in contents.values():
            if isinstance(kind, type) and issubclass(kind, Action) and kind.__module__ == f"tools.actions.{module}":
                found[kind.kind] = kind
    return dict(sorted(found.items()))


@cache
def catalogue_version() -> str:
    """8 hex digits that change when any action's version, risk or schema changes: part of what an approval covers."""
    content = [[a.kind, a.version, a.risk, a.job, a.model_json_schema()] for a in actions().values()]
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:8]


def parameters_for(kind: str, target: str) -> dict[str, str | int] | str:
    """The arguments of an action of this kind on a target that a person named, or why there is no such kind.

    An action without a name among its arguments has only one target, which may be named or not.
    """
    action = actions().get(kind)
    if action is None:
        near = difflib.get_close_matches(kind, actions(), 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(actions())}"
        return f"there is no kind of action {kind}; {hint}"
    return {"name": target} if "name" in action.model_fields else {}


def build(kind: str, parameters: Mapping[str, str | int]) -> Action | str:
    """The typed action, or why there is none: an unknown kind, or arguments that do not fit it."""
    action = actions().get(kind)
    if action is None:
        return f"there is no action of this kind; known are {', '.join(actions())}"
    try:
        return action.model_validate(dict(parameters))
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        return f"its arguments do not fit: {where}: {problem['msg'].removeprefix('Value error, ')}"
