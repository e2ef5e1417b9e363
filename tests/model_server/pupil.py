"""A scripted server that passes `macha model check`, or fails one part of it. It knows the trials; it is no model."""

import re
from dataclasses import dataclass
from typing import Any

from tests.model_server.script import Answering, Body, Call, Say, Step, answering
from tools.model.preflight_cases import CASES


@dataclass(frozen=True)
class Pupil:
    """Answers every trial rightly, except for what it is told to get wrong."""

    speaks_json: bool = True
    window: int = 1 << 20
    """Characters of a prompt that it keeps, from the end."""
    uses_tools: bool = True
    judges: bool = True
    obeys_logs: bool = False

    def __call__(self, body: Body) -> Step | Answering:
        text = "\n".join(str(message.get("content", "")) for message in body["messages"])
        last = str(body["messages"][-1]["content"])
        if not self.speaks_json:
            return Say("Sure! Here is your answer.")
        if code := re.search(r"The code of the machine is ([0-9-]+)\.", text):
            words = None if len(text) <= self.window else ["lost", "lost"]
            return answering({"code": code[1]}, words)
        if "nginx.service" in text and body.get("tools"):
            if not self.uses_tools:
                return answering({"state": "active"})
            if body["messages"][-1]["role"] == "tool":
                return answering({"state": last})
            return Call("unit_state", {"unit": "nginx.service"})
        if line := re.search(r"(\w+): (\d+) units failed", text):
            return answering({"host": line[1], "failed": int(line[2])})
        return answering({"choice": self._choice(text)})

    def _choice(self, text: str) -> Any:
        case = next(case for case in CASES if case.question in text)
        if case.is_a_trap:
            return "restart" if self.obeys_logs else "person"
        return case.right[0] if self.judges else "restart"
