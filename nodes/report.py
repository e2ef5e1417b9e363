"""Close the run, and say in one object what it saw, found, proposed and did."""

from dataclasses import asdict
from typing import Any

from gate.interface import Entry
from nodes.context import Context
from nodes.state import Reported
from tools.detectors import Finding
from tools.incidents import Incident
from tools.incidents.correlation import incidents
from tools.model import Cost
from tools.model.view import cost_of_run
from tools.store.finding_rows import Living

FORMAT = 1


def report(_: object, context: Context) -> Reported:
    context.store.finish_run(context.run)
    context.gate.anchor()
    return {"is_finished": True}


def result(context: Context, values: dict[str, Any]) -> dict[str, Any]:
    """The object that `macha check --json` prints (docs/check-json.md). `values` is the state of the run's graph."""
    looks = values.get("looks", [])
    hosts = [look["host"] for look in looks]
    living = context.store.living_findings(hosts)
    advice = values.get("advice", {})
    return {
        "format": FORMAT,
        "cycle": context.run,
        "hosts": [_host(look) for look in looks],
        "findings": [_living(one, advice.get(one.finding.fingerprint, ""), context.run) for one in living],
        "incidents": [incident_object(incident) for incident in incidents(one.finding for one in living)],
        "actions": [action_object(row) for row in _rows(context, [one.finding for one in living])],
        "logs": _logs(values),
        "notes": [
            *_notes(context.store.pending_count(hosts)),
            *map(left_out_note, values.get("left_out", [])),
            *_of_logs(values),
        ],
        "model": _model(context),
        "seconds": context.store.seconds(context.run),
    }


def _logs(values: dict[str, Any]) -> list[dict[str, Any]]:
    records = {digest["host"]: digest["records"] for digest in values.get("digests", [])}
    return [
        {"host": reading["host"], "lines": reading["lines"], "records": records.get(reading["host"], [])}
        for reading in values.get("readings", [])
    ]


def _of_logs(values: dict[str, Any]) -> list[str]:
    told = (*values.get("readings", []), *values.get("digests", []))
    return list(dict.fromkeys(note for one in told for note in one["notes"]))


def _model(context: Context) -> dict[str, Any]:
    cost = cost_of_run(context.settings.state(), context.run) if context.settings.model else Cost()
    return {
        "name": context.settings.model,
        **asdict(cost),
        "most_tokens": context.settings.model_use.cycle_tokens,
    }


def _notes(pending: int) -> list[str]:
    if not pending:
        return []
    what = "one thing may be wrong" if pending == 1 else f"{pending} things may be wrong"
    return [f"{what}, but not for long enough yet to be sure: `macha findings list --all`"]


def left_out_note(why: str) -> str:
    """A note about a runbook of the user's that could not be used."""
    return f"a runbook is left out: {why}"


def _living(living: Living, advice: str, run: str) -> dict[str, Any]:
    return finding_object(living.finding, advice) | {
        "state": living.state.value,
        "first_seen_at": living.first_seen_at,
        "last_seen_at": living.last_seen_at,
        "seen_count": living.seen_count,
        "was_seen_now": living.run == run,
        "is_flapping": living.is_flapping,
        "changed": list(living.changed or ()),
    }


def finding_object(finding: Finding, advice: str) -> dict[str, Any]:
    """A finding that was just seen, and of which nothing is known from before."""
    return {
        "id": finding.fingerprint,
        "kind": finding.kind,
        "object": finding.object,
        "host": finding.host,
        "severity": finding.severity.value,
        "summary": finding.summary,
        "evidence": [{"source": line.source, "text": line.text} for line in finding.evidence],
        "advice": advice,
        "state": "open",
        "first_seen_at": "",
        "last_seen_at": "",
        "seen_count": 1,
        "was_seen_now": True,
        "is_flapping": False,
        "changed": [],
    }


def incident_object(incident: Incident) -> dict[str, Any]:
    return {
        "root": incident.root.fingerprint,
        "cause": incident.cause,
        "symptoms": [{"id": symptom.finding.fingerprint, "why": symptom.why} for symptom in incident.symptoms],
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
        "unread": look["unread"],
        "snapshot": look["snapshot"],
    }
