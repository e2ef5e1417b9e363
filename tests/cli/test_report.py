"""The report for people: whatever stands in the object, the page stays a page."""

from typing import Any

import pytest

from cli.report import say_report
from tests.cli.conftest import HOSTILE, assert_harmless

ACTION = {"number": 4, "kind": "unit.restart", "target": "a.service", "host": "web", "risk": "low", "state": "proposed",
          "sentence": "restart a.service", "why": "", "reason": "", "findings": [], "expires_at": ""}  # fmt: skip
HOST = {"name": "web", "state": "seen", "why": "", "facts": {"up": "3 d"}, "unread": {}, "snapshot": "0" * 16}
EVIDENCE = [{"source": "units", "text": f"line {at}"} for at in range(9)]
FINDING = {"id": "f", "kind": "unit.failed", "object": "a.service", "host": "web", "severity": "high",
           "summary": "down", "evidence": EVIDENCE, "advice": "look", "state": "open", "first_seen_at": "",
           "last_seen_at": "", "seen_count": 1, "was_seen_now": True, "is_flapping": False, "changed": []}  # fmt: skip


def told(**values: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"hosts": [], "findings": [], "logs": [], "actions": [], "notes": [], "seconds": {}}
    nothing["model"] = {"name": "", "calls": 0, "tokens_in": 0, "tokens_out": 0, "seconds": 0.0, "most_tokens": 60}
    single = [{"root": f["id"], "cause": f["object"], "symptoms": []} for f in values.get("findings", [])]
    return {"cycle": "run-1", **nothing, "incidents": single, **values}


def page(capsys: pytest.CaptureFixture[str], **values: Any) -> str:
    say_report(told(**values))
    return capsys.readouterr().out


def test_where_nothing_was_seen_nothing_is_said_to_be_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert page(capsys) == "Nothing could be seen.\n\n"
    assert "Nothing is wrong that Macha can see." in page(capsys, hosts=[HOST])


def test_evidence_is_cut_and_advice_follows(capsys: pytest.CaptureFixture[str]) -> None:
    out = page(capsys, findings=[FINDING])
    assert "1 finding, 1 incident\n" in out
    assert out.count("           | units: line") == 4
    assert "           → look\n" in out


def test_symptoms_hang_below_their_cause(capsys: pytest.CaptureFixture[str]) -> None:
    below = {**FINDING, "id": "g", "summary": "b.service is failed"}
    incident = {"root": "f", "cause": "/etc/a.conf", "symptoms": [{"id": "g", "why": "b.service requires a.service"}]}
    out = page(capsys, findings=[FINDING, below], incidents=[incident])
    assert "2 findings, 1 incident\n" in out
    assert "           cause: /etc/a.conf\n" in out
    assert "           ↳ high web: b.service is failed (b.service requires a.service)\n" in out


def test_what_was_not_read_is_said_by_reason(capsys: pytest.CaptureFixture[str]) -> None:
    host = {**HOST, "unread": {"smart": "only root can read this", "units": "no systemd", "ports": "no systemd"}}
    assert "  not read  smart (only root can read this); units, ports (no systemd)\n" in page(capsys, hosts=[host])


@pytest.mark.parametrize("state", ["refused", "verified", "not_helped", "inconclusive", "denied_by_host"])
def test_only_what_waits_is_proposed(capsys: pytest.CaptureFixture[str], state: str) -> None:
    out = page(capsys, actions=[{**ACTION, "state": state, "reason": "so it is"}])
    assert "Proposed" not in out
    assert f"   4  on web: restart a.service: {state}. so it is\n" in out
    assert "macha-approve" not in out


RECORD = {"what": HOSTILE, "since": HOSTILE, "units": [HOSTILE], "evidence": [HOSTILE], "shown": [HOSTILE]}


def test_what_a_model_makes_of_a_log_is_marked_as_its_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    record = RECORD | {
        "what": "The disk is gone.",
        "since": "2026-03-01T12:00:00.000Z",
        "shown": ["2 × kernel: I/O error"],
    }
    told = page(capsys, logs=[{"host": "web", "lines": [], "records": [record]}])
    assert "What the model makes of the logs (its words are unchecked" in told
    assert "  web since 2026-03-01 12:00: “The disk is gone.”\n      | 2 × kernel: I/O error\n" in told


def test_a_log_without_lines_is_not_mentioned(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Errors logged" not in page(capsys, logs=[{"host": "web", "lines": [], "records": []}])
    assert "  web: 2 × a: gone\n" in page(capsys, logs=[{"host": "web", "lines": ["2 × a: gone"], "records": []}])


def test_hostile_text_anywhere_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    bad = dict.fromkeys(("name", "why", "summary", "advice", "sentence", "reason", "host", "risk", "target"), HOSTILE)
    finding = {**FINDING, **bad, "evidence": [{"source": HOSTILE, "text": HOSTILE}]}
    out = page(
        capsys,
        cycle=HOSTILE,
        hosts=[{**HOST, **bad, "facts": {HOSTILE: HOSTILE}}, {**HOST, **bad, "state": "unreachable"}],
        findings=[finding],
        logs=[{"host": HOSTILE, "lines": [HOSTILE], "records": [RECORD]}],
        actions=[{**ACTION, **bad}, {**ACTION, **bad, "state": HOSTILE}],
        notes=[HOSTILE],
        seconds={HOSTILE: 1.5},
    )
    assert out.count("made up") > 12
    assert_harmless(out)


def test_what_the_model_has_cost_is_said_of_what_a_cycle_may_spend(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    model = {"name": "small:1b", "calls": 2, "tokens_in": 900, "tokens_out": 100, "seconds": 7.0, "most_tokens": 60000}
    assert "2 questions to small:1b (1000 of 60000 tokens, 7 s)" in page(capsys, model=model, seconds={"read": 1.0})
