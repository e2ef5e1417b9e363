"""Templates as text, for a prompt or a person: one line each, under an id, no more than fits."""

from collections.abc import Sequence
from datetime import UTC, datetime

from tools.reading.template import Template
from tools.reading.tokens import estimated_tokens, within

PRIORITIES = ("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug")
MOST_TOKENS = 250
"""Of the text of one row; the longest of plain letters takes 210."""
_MOST_UNITS = 2
_MOST_RISEN = 0.5
_ENOUGH_TO_RISE = 8


def heading(templates: Sequence[Template]) -> str:
    """How rows are read, and of which day they are."""
    day = f"{_time(max(template.last for template in templates)):%Y-%m-%d}" if _is_one_day(templates) else "month-day"
    return f"id ×count {day} UTC, level, writer: what was said (* differs); new ones first, then urgent, then rare\n"


def row(template: Template, *, with_day: bool) -> str:
    """`L12 new ×34 10:02:11–10:40:02 rising, error, nginx.service: …`; the day is said where there are several."""
    marks = [f"L{template.id}", *(["new"] if template.is_new else []), f"×{template.count}"]
    level = PRIORITIES[template.priority] if template.priority < 5 else ""
    about = [f"{_when(template, with_day=with_day)} {_trend(template)}".strip(), level, writers(template)]
    return f"{' '.join(marks)} {', '.join(filter(None, about))}: {_what(template)}\n"


def table(templates: Sequence[Template], budget_tokens: int | None = None) -> str:
    """The first of the templates that fit, under a heading; how much was left out is said in the last line."""
    if not templates:
        return ""
    with_day = not _is_one_day(templates)
    shown = [heading(templates)]
    costs = [estimated_tokens(shown[0])]
    for template in templates:
        shown.append(row(template, with_day=with_day))
        costs.append(estimated_tokens(shown[-1]))
        if budget_tokens is not None and sum(costs) > budget_tokens:
            break
    else:
        return "".join(shown)
    while len(shown) > 1 and sum(costs) + estimated_tokens(_left_out(templates[len(shown) - 1 :])) > budget_tokens:
        shown.pop()
        costs.pop()
    return "".join((*shown, _left_out(templates[len(shown) - 1 :])))


def _left_out(templates: Sequence[Template]) -> str:
    errors = sum(template.is_error for template in templates)
    lines = sum(template.count for template in templates)
    return f"and {len(templates)} other kinds of line, {errors} of them errors, {lines} lines\n"


def _what(template: Template) -> str:
    """Cut by tokens, for 400 characters beyond Latin letters would take more than a small model reads at once."""
    text = within(template.text, MOST_TOKENS)
    return f"lines of too many kinds to tell apart, the first: {text}" if template.is_rest else text


def _when(template: Template, *, with_day: bool) -> str:
    if not template.last:
        return ""
    first, last = _time(template.first), _time(template.last)
    begun = f"{first:%m-%d %H:%M:%S}" if with_day else f"{first:%H:%M:%S}"
    if first.date() != last.date():
        return f"{begun}–{last:%m-%d %H:%M:%S}"
    ended = f"{last:%H:%M:%S}"
    return begun if begun.endswith(ended) else f"{begun}–{ended}"


def _is_one_day(templates: Sequence[Template]) -> bool:
    times = [time for template in templates if template.last for time in (template.first, template.last)]
    return bool(times) and _time(min(times)).date() == _time(max(times)).date()


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _trend(template: Template) -> str:
    if template.count < _ENOUGH_TO_RISE or abs(template.trend) < _MOST_RISEN:
        return ""
    return "rising" if template.trend > 0 else "falling"


def writers(template: Template) -> str:
    """Who said it: two of its units by name, the others by number."""
    shown = template.units[:_MOST_UNITS]
    more = len(template.units) - len(shown)
    return ", ".join(shown) + (f" and {more} others" if more else "")
