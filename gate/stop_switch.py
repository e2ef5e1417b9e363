"""A file that stops every effect: it works with database, model and network down."""

import json
import os
from pathlib import Path

from tools.clock import Clock, stamp
from tools.safe_text import safe_line


class StopSwitch:
    """`stopped` in the state folder. Whatever is in the file, its presence means stop."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "stopped"

    def why(self) -> str | None:
        """Why nothing may be done now, or None. A file that cannot be looked for stops as well."""
        try:
            text = self._file.read_text(errors="replace")
        except FileNotFoundError:
            return None
        except OSError as error:
            return f"the stop switch cannot be read ({error.strerror}), so nothing is done"
        try:
            told = json.loads(text)
            by, at, reason = (safe_line(str(told[key]), 200) for key in ("by", "at", "reason"))
        except (ValueError, KeyError, TypeError):
            return f"Macha is stopped ({self._file} is there); `macha start` lets it go on"
        return f"Macha was stopped by {by} at {at}{': ' + reason if reason else ''}; `macha start` lets it go on"

    def stop(self, by: str, reason: str, clock: Clock) -> None:
        """From now on no effect starts."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self._file.with_suffix(f".{os.getpid()}.part")
        unfinished.write_text(json.dumps({"by": by, "at": stamp(clock.now()), "reason": reason}))
        unfinished.rename(self._file)

    def start(self) -> bool:
        """Let effects go on; False when nothing was stopped."""
        try:
            self._file.unlink()
        except FileNotFoundError:
            return False
        return True
