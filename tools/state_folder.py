"""Where Macha keeps its state, told without reading the rest of the configuration.

Building the whole configuration takes 140 ms of CPU, which a command that only shows a list need not pay; and to stop
Macha, or to see what it did, must work with a configuration that is wrong.
"""

import os
import tomllib
from pathlib import Path
from typing import Any

from tools.errors import MachaError
from tools.safe_text import safe_line

DEFAULT_CONFIGURATION = Path("/etc/macha/macha.toml")
KEY = "stateDirectory"
THE_DEFAULTS = "the defaults"


def state_folder(configuration: Path | None) -> Path:
    """The folder of Macha's state; not made here. Raises MachaError when the configuration cannot be read at all."""
    given = read_values(configuration)[0].get(KEY)
    return expanded(Path(given)) if isinstance(given, str) else default_folder()


def default_folder() -> Path:
    """$STATE_DIRECTORY, as systemd sets it for a service, else $XDG_STATE_HOME/macha, else ~/.local/state/macha."""
    if given := os.environ.get("STATE_DIRECTORY"):
        return Path(given.split(":")[0])
    return Path(os.environ.get("XDG_STATE_HOME") or expanded(Path("~")) / ".local" / "state") / "macha"


def read_values(path: Path | None) -> tuple[dict[str, Any], str]:
    """The plain values of the configuration and where they are from: `path`, else $MACHA_CONFIG, else
    /etc/macha/macha.toml, else nothing at all. Raises MachaError naming the file."""
    named = path or (Path(os.environ["MACHA_CONFIG"]) if os.environ.get("MACHA_CONFIG") else None)
    file = named or DEFAULT_CONFIGURATION
    try:
        return tomllib.loads(file.read_bytes().decode()), str(file)
    except FileNotFoundError:
        if named is None:
            return {}, THE_DEFAULTS
        raise MachaError(f"{file}: no such configuration file; check --config or MACHA_CONFIG") from None
    except (OSError, UnicodeDecodeError) as error:
        raise MachaError(f"{file}: cannot be read: {safe_line(str(error))}") from None
    except (ValueError, RecursionError) as error:
        raise MachaError(f"{file}: not valid TOML: {safe_line(str(error))}") from None


def expanded(path: Path) -> Path:
    """`~` and `~name` replaced; raises MachaError for a user that there is not."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise MachaError(f"{path}: there is no such home directory") from None
