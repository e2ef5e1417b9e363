"""What was read on a host, raw, as it is stored, exported and replayed."""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tools.clock import parse_stamp, stamp
from tools.errors import MachaError
from tools.probes.script import Section
from tools.safe_text import safe_line

FORMAT = "macha-snapshot/1"


@dataclass(frozen=True, slots=True)
class Recording:
    """The raw answer of one host. `taken_at` is the controller's clock, UTC."""

    host: str
    taken_at: datetime
    sections: dict[str, Section]

    def to_json(self) -> str:
        """One JSON object; output that is not UTF-8 is kept as base64."""
        return json.dumps(
            {
                "format": FORMAT,
                "host": self.host,
                "taken_at": stamp(self.taken_at),
                "sections": {name: _section_to_json(section) for name, section in self.sections.items()},
            },
            ensure_ascii=True,
        )

    @classmethod
    def from_json(cls, text: str | bytes, name: str = "snapshot") -> "Recording":
        """The inverse of `to_json`; raises MachaError naming `name` where `text` is not one."""
        try:
            stored = _Stored.model_validate_json(text)
            taken_at = parse_stamp(stored.taken_at)
            sections = {name: _section_from_stored(section) for name, section in stored.sections.items()}
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the whole"
            raise MachaError(f"{name} is not a {FORMAT} file: {safe_line(where, 80)}: {first['msg']}") from None
        except ValueError as error:
            raise MachaError(f"{name} is not a {FORMAT} file: {safe_line(str(error), 200)}") from None
        return cls(stored.host, taken_at if taken_at.tzinfo else taken_at.replace(tzinfo=UTC), sections)


_STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)


class _StoredSection(BaseModel):
    model_config = _STRICT
    exit_status: Annotated[int, Field(ge=0, le=999)] | None
    is_truncated: bool = False
    text: str | None = None
    base64: str | None = None


class _Stored(BaseModel):
    model_config = _STRICT
    format: Literal["macha-snapshot/1"]
    host: Annotated[str, Field(min_length=1, max_length=253)]
    taken_at: str
    sections: Annotated[dict[Annotated[str, Field(pattern=r"^[a-z_]{1,64}$")], _StoredSection], Field(max_length=500)]


def _section_to_json(section: Section) -> dict[str, object]:
    try:
        output = {"text": section.output.decode()}
    except UnicodeDecodeError:
        output = {"base64": b64encode(section.output).decode()}
    return {"exit_status": section.exit_status, "is_truncated": section.is_truncated, **output}


def _section_from_stored(stored: _StoredSection) -> Section:
    if (stored.text is None) == (stored.base64 is None):
        raise ValueError("a section needs either text or base64")
    output = stored.text.encode() if stored.text is not None else b64decode(stored.base64 or "", validate=True)
    return Section(stored.exit_status, output, stored.is_truncated)
