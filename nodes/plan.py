"""Find what could be done about the open findings, and put it to the gate: causes before their symptoms."""

from gate.interface import Request
from gate.protected import why_protected
from nodes.context import Context
from nodes.state import Collected, Planned
from tools.incidents.correlation import causes_first
from tools.probes.collection import observe
from tools.runbooks.advice import Advice
from tools.runbooks.library import usable
from tools.runbooks.rules import NEEDED, advise


def plan(state: Collected, context: Context) -> Planned:
    def why_untouchable(unit: str) -> str | None:
        return why_protected((unit,), context.settings.protected_services)

    advice: dict[str, str] = {}
    known, left_out = usable(context.settings.runbooks_directory)
    for look in state["looks"]:
        if not look["snapshot"]:
            continue
        facts = observe(context.snapshots.load(look["snapshot"]), NEEDED)
        findings = causes_first(context.store.open_findings([look["host"]]))
        for piece in advise(findings, facts, why_untouchable, known.values()):
            advice[piece.finding.fingerprint] = piece.words
            _propose(piece, context)
    return {"advice": advice, "left_out": left_out} if left_out else {"advice": advice}


def _propose(piece: Advice, context: Context) -> None:
    for action in piece.actions:
        context.gate.propose(
            Request(
                host=piece.finding.host,
                kind=action.kind,
                parameters=action.model_dump(),
                why=piece.words,
                findings=(piece.finding.fingerprint,),
                run=context.run,
            )
        )
