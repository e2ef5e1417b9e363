"""A file of real incidents with labels, one JSON object a line; what is wrong with a line is named by its place."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tools.errors import MachaError
from tools.runbooks.runbook import SafeClass
from tools.safe_text import safe_line

Inputs = Literal["log", "facts"]
MOST_SHOWN = 2000
"""So many of the last lines of a kind are looked at: who floods a log must not make a judgement slow."""
Remembered = str | list[str] | None


class Labelled(BaseModel):
    """One incident as its file has it; only `evidence_log` and `observations` are ever shown to the judge.

    `title` to `verify` are what would be known of it afterwards: others are found by them, it never by its own.
    """

    model_config = ConfigDict(frozen=True)

    id: str = Field(min_length=1)
    evidence_log: list[str]
    observations: list[str] = []
    cause_family: str = Field(min_length=1)
    restart_helps: Literal["yes", "no", "temporary", "harmful", "unknown"] = "unknown"
    safe_class: SafeClass
    must_not: list[str] = []
    title: Remembered = None
    service: Remembered = None
    root_cause: Remembered = None
    fix: Remembered = None
    safe_action: Remembered = None
    verify: Remembered = None

    def seen(self, inputs: Inputs) -> list[str]:
        lines = self.evidence_log[-MOST_SHOWN:]
        lines = lines if inputs == "log" else [*lines, *self.observations[-MOST_SHOWN:]]
        return [safe_line(line) for line in lines]

    def recorded(self) -> dict[str, Any]:
        """As `tools.evaluation.retrieval` reads it."""
        title = self.title or self.cause_family
        return {**self.model_dump(), "title": " ".join(title) if isinstance(title, list) else title}


def read_incidents(file: Path) -> list[Labelled]:
    """The incidents of a file; raises MachaError naming the line that is none, or the id of which there are two."""
    try:
        lines = file.read_text("utf-8").split("\n")  # not `splitlines`: JSON may hold other ends of lines in its texts
    except (OSError, UnicodeDecodeError) as error:
        raise MachaError(f"{safe_line(str(file))}: cannot be read: {safe_line(str(error), 120)}") from None
    found: dict[str, tuple[int, Labelled]] = {}
    for at, line in enumerate(lines, 1):
        if not line.strip():
            continue
        incident = _incident(file, at, line)
        if incident.id in found:
            where = f"{safe_line(str(file))}:{at}"
            known = safe_line(incident.id, 80)
            raise MachaError(f"{where}: there is an incident {known} already, in line {found[incident.id][0]}")
        found[incident.id] = (at, incident)
    if not found:
        raise MachaError(f"{safe_line(str(file))}: there are no incidents in it")
    return [incident for _, incident in found.values()]


def _incident(file: Path, at: int, line: str) -> Labelled:
    try:
        return Labelled.model_validate_json(line)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        what = f"{where}: {problem['msg']}" if where else problem["msg"]
        raise MachaError(f"{safe_line(str(file))}:{at}: not an incident: {safe_line(what, 200)}") from None
