"""A person's question and what answers it: only what Macha has seen counts, and each statement names it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reference:
    """One thing Macha saw, did or was told. `id` is what an answer names it by; `where` is where a person finds it."""

    id: str
    where: str
    text: str
