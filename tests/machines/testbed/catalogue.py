"""The faults: how each is brought about and healed, and what a good administrator would report, do and not do."""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.machines.testbed.snapshots import Snapshot, load_snapshot

HERE = Path(__file__).resolve().parent
STEPS = ("inject", "show", "heal", "verify")
KEYS = (
    *("title", "category", "story", "wrong", "sources"),
    *("findings_required", "autonomy", "actions_fix", "actions_forbidden"),
)
AUTONOMY = ("none", "auto-safe", "needs-approval", "report-only")
VOCABULARY = tomllib.loads((HERE / "vocabulary.toml").read_text())


@dataclass(frozen=True)
class Fault:
    """One way to break a host, with its ground truth (README.md names the keys)."""

    name: str
    folder: Path
    truth: dict[str, Any]
    script: str

    @classmethod
    def load(cls, name: str, folder: str | Path = "public") -> "Fault":
        """The fault `name` of a folder of faults, which is looked for here unless its path is absolute."""
        faults = HERE / folder / "faults"
        truth = json.loads((faults / f"{name}.json").read_text())
        script = (HERE / "faultlib.sh").read_text() + (faults / f"{name}.sh").read_text()
        return cls(name, HERE / folder, truth, script)

    @classmethod
    def all(cls, folder: str | Path = "public") -> list["Fault"]:
        """Every fault of a folder, by name."""
        return [cls.load(path.stem, folder) for path in sorted((HERE / folder / "faults").glob("*.json"))]

    @property
    def hooks(self) -> dict[str, dict[str, Any]]:
        """Steps that are done to the host from outside: {step: {"call": method of Host, argument: value}}."""
        hooks: dict[str, dict[str, Any]] = self.truth.get("hooks", {})
        return hooks

    @property
    def console(self) -> bool:
        """Whether its steps run on the console instead of over ssh."""
        return bool(self.truth.get("console"))

    @property
    def over_ssh(self) -> bool:
        """Whether only log-in sessions can see it."""
        return bool(self.truth.get("over_ssh"))

    @property
    def host(self) -> dict[str, Any]:
        """The options of the host it needs."""
        options: dict[str, Any] = self.truth.get("host", {})
        return options

    def has(self, step: str) -> bool:
        """Whether the fault knows this step."""
        return f"\n{step}() " in self.script or step in self.hooks

    def snapshot(self, state: str = "fault") -> Snapshot:
        """What was recorded on a host with this fault ("fault"), or after it was "healed"."""
        return load_snapshot(self.folder / "snapshots" / f"{self.name}.{state}.json.gz")


def mistakes(fault: Fault) -> list[str]:
    """What is wrong with a ground-truth file, as far as it can be told without a host."""
    truth = fault.truth
    required = truth.get("findings_required", [])
    findings = [*required, *truth.get("findings_allowed", [])]
    actions = [action for key in ("fix", "forbidden", "allowed") for action in truth.get(f"actions_{key}", [])]
    return [
        *(f"no {key}" for key in KEYS if key not in truth),
        *(["autonomy"] if truth.get("autonomy") not in AUTONOMY else []),
        *(f"kind {finding['kind']}" for finding in findings if finding["kind"] not in VOCABULARY["kinds"]),
        *(f"{finding['kind']} without evidence" for finding in required if not finding.get("evidence")),
        *(f"action {action['action']}" for action in actions if action["action"] not in VOCABULARY["actions"]),
        *(f"no step {step}" for step in STEPS if not fault.has(step)),
    ]


def index(faults: list[Fault]) -> str:
    """The faults as a Markdown table."""
    rows = ["| fault | what | autonomy | must be reported | fix |", "|---|---|---|---|---|"]
    for fault in faults:
        truth = fault.truth
        found = (
            "; ".join(f"{finding['kind']} {finding['object']}" for finding in truth["findings_required"]) or "nothing"
        )
        fix = "; ".join(f"{action['action']} {action['target']}" for action in truth["actions_fix"])
        rows.append(f"| {fault.name} | {truth['title']} | {truth['autonomy']} | {found or 'nothing'} | {fix or '-'} |")
    return "\n".join(rows) + "\n"
