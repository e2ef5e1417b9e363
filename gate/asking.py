"""Where text from outside becomes a row: a request of the right shape, and one that is harmless to write down."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from gate.interface import Author, Request
from tools.redaction import redact
from tools.safe_text import safe_line

_TEXTS = ("host", "kind", "why", "run", "author")
MOST_PARAMETERS, MOST_FINDINGS = 16, 64
_READ = 4096
"""Characters of a text that are looked at; what is written is far shorter."""


def why_malformed(request: Request) -> str | None:
    """Why something is no request at all, whatever it asks for. Its sender may be a planner that promises nothing."""
    fields = _fields(request)
    if wrong := next((name for name in _TEXTS if not isinstance(fields[name], str)), None):
        return f"its {wrong} is not text"
    if fields["author"] not in get_args(Author):
        return f"its author is none of {', '.join(get_args(Author))}"
    given, found = fields["parameters"], fields["findings"]
    if not isinstance(given, Mapping) or len(given) > MOST_PARAMETERS or not all(isinstance(key, str) for key in given):
        return f"its parameters are not at most {MOST_PARAMETERS} by name"
    if not isinstance(found, tuple) or len(found) > MOST_FINDINGS or not all(isinstance(one, str) for one in found):
        return f"its findings are not at most {MOST_FINDINGS} fingerprints"
    return None


def harmless(request: Request) -> Request:
    """The same request fit for the ledger and for people: short, visible, without secrets. Never what is acted on."""
    fields = _fields(request)
    given = fields["parameters"] if isinstance(fields["parameters"], Mapping) else {}
    found = fields["findings"] if isinstance(fields["findings"], tuple) else ()
    return replace(
        request,
        host=safe_line(_text(request.host), 80),
        kind=safe_line(_text(request.kind), 80),
        parameters={
            safe_line(_text(k), 40): safe_line(redact(_text(given[k])), 200) for k in list(given)[:MOST_PARAMETERS]
        },
        why=safe_line(redact(_text(request.why))),
        findings=tuple(safe_line(_text(one), 80) for one in found[:MOST_FINDINGS]),
        run=safe_line(_text(request.run), 80),
        author=request.author if request.author in get_args(Author) else "model",
    )


def _fields(request: Request) -> dict[str, Any]:
    """What is in a request, whatever its annotations promise."""
    return {name: getattr(request, name) for name in Request.__dataclass_fields__}


def _text(value: Any) -> str:
    try:
        return str(value)[:_READ]
    except ValueError:  # a number of more than 4,300 digits
        return "a huge number"
