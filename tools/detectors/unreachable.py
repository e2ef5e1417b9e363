"""A host without an answer: not a fact of the host, so no detector, but a finding all the same."""

from tools.detectors import Evidence, Finding, Severity
from tools.hosts import Unreachable
from tools.safe_text import safe_line


def finding(host: str, answer: Unreachable) -> Finding:
    """`net.unreachable` with the object `host`; critical where the host showed another key than the known one."""
    why = safe_line(answer.why)
    if answer.trouble == "host_key_changed":
        severity = Severity.CRITICAL
        summary = f"{host} shows another host key than the known one: reinstalled, or somebody stands in between"
    else:
        severity = Severity.HIGH
        summary = f"{host} does not answer: {why}"
    return Finding(
        kind="net.unreachable",
        object="host",
        severity=severity,
        summary=summary,
        evidence=(Evidence("host", f"{answer.trouble}: {why}"),),
        host=host,
        details={"trouble": answer.trouble},
    )
