"""Runbooks for tests, as text and as values."""

from tools.runbooks.front_matter import parse
from tools.runbooks.runbook import Runbook

TEXT = """\
+++
cause = "the frobnicator ran dry"
applies_to = ["any"]
safe_class = "propose"
restart = "no"
restart_why = "it is as dry afterwards"
actions = [{ kind = "config.propose", on = "the level of oil" }]
look_at = ["the level of oil"]
must_not = ["pour water in"]
verify = "it hums again"
sources = ["https://example.org/oil"]
examples = ["frobnicator: out of oil"]

[signals]
telling = ['out of oil']
supporting = ['frobnicator', 'smoke']
+++
Pour oil in, and look where the old oil went. Do not start it before that is done.
"""


def book(name: str = "dry_frobnicator", *changes: tuple[str, str]) -> Runbook:
    """The runbook above under a name, with parts of its text replaced."""
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return parse(text, name)
