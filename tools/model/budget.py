"""When a budget is spent, for those who refuse and for those who show it alike; and what no call can have cost."""

from tools.model import Cost

MOST_TOKENS = 1 << 32
MOST_SECONDS = 1e7


def why_spent(span: str, spent: Cost, most_tokens: int, most_seconds: int, tokens: int) -> str | None:
    """Why a question that may take so many tokens is beyond the budget of a span, or None."""
    if spent.tokens + tokens > most_tokens:
        return f"the budget of {span} is spent: {spent.tokens} of {most_tokens} tokens, and {tokens} more may be needed"
    if spent.seconds >= most_seconds:
        return f"the budget of {span} is spent: {spent.seconds:.0f} of {most_seconds} seconds of the model's work"
    return None
