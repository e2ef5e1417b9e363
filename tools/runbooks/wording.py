"""A judgement as people read it: the likely cause, what speaks for it, whether a restart helps, where to look."""

from tools.runbooks.judging import Judgement, Suspect

MOST_LOOKS = 2


def in_words(judgement: Judgement) -> str:
    """One sentence, or "" where nothing at all is known."""
    if judgement.named:
        return _named(judgement.named)
    if not judgement.suspects:
        return ""
    looks = "; ".join(judgement.look_at[:MOST_LOOKS])
    return f"{judgement.why_not} to name a cause: I would look at {looks}"


def _named(suspect: Suspect) -> str:
    runbook = suspect.runbook
    words = f"likely cause: {runbook.cause} (runbook {runbook.name}; it is said: {suspect.speaks_for[0]})"
    if suspect.speaks_against:
        words += f"; against it speaks: {suspect.speaks_against[0]}"
    restart = {
        "no": "a restart will not help",
        "harmful": "a restart would do harm",
        "for_a_while": "a restart helps only for a while",
        "yes": "a restart can help",
    }[runbook.restart]
    return f"{words}; {restart}: {runbook.restart_why}"
