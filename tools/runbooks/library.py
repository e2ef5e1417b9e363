"""Every runbook there is: those of Macha, and those of a folder that its user adds."""

from functools import cache
from pathlib import Path

from tools.errors import MachaError
from tools.runbooks.front_matter import read
from tools.runbooks.runbook import Runbook
from tools.safe_text import safe_line

BUILT_IN = Path(__file__).parent


@cache
def built_in() -> dict[str, Runbook]:
    """The runbooks of this folder, by name."""
    return _folder(BUILT_IN)


def runbooks(extra: Path | None = None) -> dict[str, Runbook]:
    """All runbooks, by name; one of the user's folder stands in for one of Macha's with the same name.

    Raises MachaError with file and line where one of the folder is wrong, or where there is no such folder.
    """
    if extra is None:
        return built_in()
    if not extra.is_dir():
        raise MachaError(f"{safe_line(str(extra))}: there is no such folder of runbooks (runbooksDirectory)")
    return dict(sorted({**built_in(), **_folder(extra)}.items()))


def _folder(folder: Path) -> dict[str, Runbook]:
    found = (read(file) for file in sorted(folder.glob("*.md")) if file.name != "README.md")
    return {runbook.name: runbook for runbook in found}
