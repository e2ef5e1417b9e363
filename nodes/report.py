"""Close the run, and say in one object what it saw, found, proposed and did."""

from typing import Any

from gate.interface import Entry
from nodes.context import Context
from nodes.state import Reported
from tools.detectors import Finding

FORMAT = 1


def report(_: object, context: Context) -> Reported:
    context.store.finish_run(context.run)
    context.gate.anchor()
    return {"is_finished": True}


def result(context: Context, values: dict[str, Any]) -> dict[str, Any]:
    """The object that `macha check --json` prints (docs/check-json.md). `values` is the state of the run's graph."""
    looks = values.get("looks", [])
    findings = context.store.open_findings([look["host"] for look in looks])
    advice = values.get("advice", {})
    return {
        "format": FORMAT,
        "cycle": context.run,
        "hosts": [_host(look) for look in looks],
        "findings": [finding_object(finding, advice.get(finding.fingerprint, "")) for finding in findings],
        "actions": [action_object(row) for row in _rows(context, findings)],
        "logs": values.get("summaries", []),
        "notes": [],
        "model": {"name": "", "calls": 0, "tokens_in": 0, "tokens_out": 0},
        "seconds": context.store.seconds(context.run),
    }


def finding_object(finding: Finding, advice: str) -> dict[str, Any]:
    return {
        "id": finding.fingerprint,
        "kind": finding.kind,
        "object": finding.object,
        "host": finding.host,
        "severity": finding.severity.value,
        "summary": finding.summary,
        "evidence": [{"source": line.source, "text": line.text} for line in finding.evidence],
        "advice": advice,
    }


def action_object(row: Entry) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "target": row.target,
        "host": row.host,
        "risk": row.risk,
        "state": row.state,
        "sentence": row.sentence,
        "why": row.why,
        "reason": row.verdict or row.reason,
        "findings": list(row.findings),
        "expires_at": row.expires_at,
    }


def _rows(context: Context, findings: list[Finding]) -> list[Entry]:
    """What this run asked for, and what waits since an earlier one for findings that are still open."""
    is_open = {finding.fingerprint for finding in findings}
    rows = context.gate.list()
    waiting = [row for row in rows if row.state == "proposed" and set(row.findings) & is_open]
    asked = [row for row in rows if row.run == context.run]
    return sorted({row.number: row for row in (*waiting, *asked)}.values(), key=lambda row: row.number)


def _host(look: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": look["host"],
        "state": "seen" if look["snapshot"] else "unreachable",
        "why": look["why"],
        "facts": look["facts"],
        "snapshot": look["snapshot"],
    }
