"""What is true of a fault: what must be found on such a host, what may be, what must not, and what is the root."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tools.detectors import Finding
from tools.errors import MachaError
from tools.safe_text import safe_line

ANY = "any"


class Expected(BaseModel):
    """One line of the ground truth; `any` stands for every kind, object or severity."""

    model_config = ConfigDict(frozen=True)

    kind: str
    object: str
    severity: list[str] = [ANY]

    def fits(self, finding: Finding) -> bool:
        """A finer kind (`disk.space.boot`) fits a coarser one (`disk.space`)."""
        kind_fits = self.kind == ANY or f"{finding.kind}.".startswith(f"{self.kind}.")
        return kind_fits and self.object in (ANY, finding.object)

    def fits_well(self, finding: Finding) -> bool:
        """As `fits`, with a severity that is right as well."""
        return self.fits(finding) and (ANY in self.severity or finding.severity.value in self.severity)


class RootCause(BaseModel):
    model_config = ConfigDict(frozen=True)

    object: str


class Truth(BaseModel):
    """What the file of a fault says; its other keys are about how it is made."""

    model_config = ConfigDict(frozen=True)

    name: str
    findings_required: list[Expected]
    findings_allowed: list[Expected] = []
    findings_forbidden: list[Expected] = []
    root_cause: RootCause | None = None
    has_snapshot: Annotated[bool, Field(alias="snapshot")] = True

    @classmethod
    def read(cls, file: Path) -> "Truth":
        """The truth in a file; raises MachaError where there is none."""
        try:
            return cls.model_validate_json(file.read_bytes())
        except (OSError, ValidationError) as error:
            raise MachaError(
                f"{safe_line(str(file))}: not the ground truth of a fault: {safe_line(str(error), 200)}"
            ) from None
