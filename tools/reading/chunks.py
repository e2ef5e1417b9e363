"""What is too much for one reading cut where it hurts least: between templates, and where nothing was said for long."""

from collections.abc import Iterable, Sequence

from tools.reading.table import heading, row
from tools.reading.template import Template
from tools.reading.tokens import estimated_tokens

_LEAST_FULL = 0.6
"""From there on a chunk may end early, at the longest pause."""


def chunks(templates: Iterable[Template], budget_tokens: int) -> list[tuple[Template, ...]]:
    """All templates, by the time they first came, in groups whose tables cost no more than `budget_tokens` each.

    Raises ValueError if a single row would not fit: then a larger model is needed, not a smaller piece.
    """
    ordered = sorted(templates, key=lambda template: (template.first, template.id))
    costs = [estimated_tokens(row(template, with_day=True)) for template in ordered]
    room = budget_tokens - estimated_tokens(heading(ordered)) if ordered else 0
    if costs and max(costs) > room:
        raise ValueError(f"a budget of {budget_tokens} tokens is too small for one line of {max(costs)}")
    found: list[tuple[Template, ...]] = []
    begin = 0
    while begin < len(ordered):
        end, used, least = begin, 0, begin
        while end < len(ordered) and used + costs[end] <= room:
            used += costs[end]
            end += 1
            if used < _LEAST_FULL * room:
                least = end
        if end < len(ordered):
            end = _longest_pause(ordered, max(least, begin) + 1, end)
        found.append(tuple(ordered[begin:end]))
        begin = end
    return found


def _longest_pause(ordered: Sequence[Template], first: int, last: int) -> int:
    """Before which template, of those that may begin the next chunk, most time passed; the last of them in doubt."""
    return max(range(min(first, last), last + 1), key=lambda at: (ordered[at].first - ordered[at - 1].first, at))
