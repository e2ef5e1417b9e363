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
    return {runbook.name: runbook for runbook in map(read, _files(BUILT_IN))}


def runbooks(extra: Path | None = None) -> dict[str, Runbook]:
    """All runbooks, by name; one of the user's folder stands in for one of Macha's with the same name.

    Raises MachaError with file and line where one of the folder is wrong, or where there is no such folder.
    """
    known, left_out = usable(extra)
    if left_out:
        raise MachaError(left_out[0])
    return known


def usable(extra: Path | None = None) -> tuple[dict[str, Runbook], list[str]]:
    """All runbooks that can be read, and why others cannot: one mistake in a file must not stop a cycle."""
    if extra is None:
        return built_in(), []
    if not extra.is_dir():
        return built_in(), [f"{safe_line(str(extra))}: there is no such folder of runbooks (runbooksDirectory)"]
    own: dict[str, Runbook] = {}
    left_out: list[str] = []
    for file in _files(extra):
        try:
            runbook = read(file)
        except MachaError as error:
            left_out.append(str(error))
        else:
            own[runbook.name] = runbook
    return dict(sorted({**built_in(), **own}.items())), left_out


def _files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.glob("*.md")) if file.name != "README.md"]
