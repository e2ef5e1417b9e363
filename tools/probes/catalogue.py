"""The folder is the catalogue: every file here that defines a probe is one."""

import importlib
import pkgutil
from functools import cache

import tools.probes
from tools.probes import Probe


@cache
def probes() -> dict[str, type[Probe]]:
    """Every probe by its name, which is the name of its file, in alphabetical order."""
    found: dict[str, type[Probe]] = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(tools.probes.__path__)):
        contents = vars(importlib.import_module(f"tools.probes.{module}"))
        for kind in contents.values():
            if isinstance(kind, type) and issubclass(kind, Probe) and kind.__module__ == f"tools.probes.{module}":
                found[module] = kind
    return found
