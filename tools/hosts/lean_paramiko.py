"""paramiko imported without invoke: a third of its time, for `Match exec` in ssh_config, which is not read here."""

import sys
from typing import Any, cast

_MODULES = cast(dict[str, Any], sys.modules)

if "paramiko" not in sys.modules and "invoke" not in sys.modules:
    _MODULES["invoke"] = None  # what Python itself takes for "not installed"
    try:
        import paramiko  # noqa: F401
    finally:
        del _MODULES["invoke"]
