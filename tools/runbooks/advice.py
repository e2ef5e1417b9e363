"""What the planner makes of one finding."""

from dataclasses import dataclass

from tools.actions import Action
from tools.detectors import Finding


@dataclass(frozen=True, slots=True)
class Advice:
    """What is made of one finding: words for people, and the actions that could help, in the order to take them."""

    finding: Finding
    words: str
    actions: tuple[Action, ...] = ()
