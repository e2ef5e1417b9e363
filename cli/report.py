"""The report of a cycle for people: the machine, what is wrong and why, what is proposed and how to say yes."""

from typing import Any

from cli.output import say, say_styled, say_wrapped

MOST_EVIDENCE = 4


def say_report(result: dict[str, Any]) -> None:
    """Print what `macha check --json` holds."""
    for host in result["hosts"]:
        _say_host(host)
    _say_findings(result)
    _say_logs(result["logs"])
    _say_actions(result["actions"])
    for note in result["notes"]:
        say_wrapped(note, "  ", "note: ")
    if seconds := sum(result["seconds"].values()):
        say_styled("dim", f"cycle {result['cycle']}, {seconds:.1f} s of work, {_model(result['model'])}")


def _say_host(host: dict[str, Any]) -> None:
    if host["state"] == "unreachable":
        say_styled("high", host["name"], " could not be looked at")
        say_wrapped(host["why"], "    ")
    else:
        say_styled("bold", host["name"], "")
        for label, words in host["facts"].items():
            say_wrapped(words, " " * 12, f"  {label:<8}  ")
        if host["unread"]:
            say_wrapped(_unread(host["unread"]), " " * 12, "  not read  ")
    say()


def _unread(unread: dict[str, str]) -> str:
    """Facts that could not be read, by reason: what is not seen must not look like what is well."""
    by_reason: dict[str, list[str]] = {}
    for name, why in unread.items():
        by_reason.setdefault(why, []).append(name)
    return "; ".join(f"{', '.join(names)} ({why})" for why, names in by_reason.items())


def _say_findings(result: dict[str, Any]) -> None:
    findings = result["findings"]
    if not findings:
        seen = [host for host in result["hosts"] if host["state"] == "seen"]
        say_styled("good", "Nothing is wrong that Macha can see." if seen else "Nothing could be seen.")
        say()
        return
    by_id = {finding["id"]: finding for finding in findings}
    say_styled("bold", f"{_counted(findings, 'finding')}, {_counted(result['incidents'], 'incident')}")
    for incident in result["incidents"]:
        _say_finding(by_id[incident["root"]], incident["cause"])
        for symptom in incident["symptoms"]:
            finding = by_id[symptom["id"]]
            words = f"{finding['host']}: {finding['summary']}{_marks(finding)} ({symptom['why']})"
            say_wrapped(words, " " * 15, f"{' ' * 11}↳ {finding['severity']} ")
            if finding["advice"]:
                say_wrapped(finding["advice"], " " * 18, " " * 15 + "→ ")
    say()


def _say_finding(finding: dict[str, Any], cause: str) -> None:
    """A finding with its evidence; the cause is named where it is another thing than the finding is about."""
    severity = finding["severity"]
    say_styled(severity, f"  {severity:<9}", f"{finding['host']}: {finding['summary']}{_marks(finding)}")
    if cause != finding["object"]:
        say_wrapped(cause, " " * 14, " " * 11 + "cause: ")
    for line in finding["evidence"][:MOST_EVIDENCE]:
        say_wrapped(f"{line['source']}: {line['text']}", " " * 15, " " * 11 + "| ")
    if finding["advice"]:
        say_wrapped(finding["advice"], " " * 14, " " * 11 + "→ ")


def _counted(things: list[Any], name: str) -> str:
    return f"{len(things)} {name}{'s' if len(things) != 1 else ''}"


def _marks(finding: dict[str, Any]) -> str:
    """What a reader should know of how it stands, beyond that it is open."""
    marks = [] if finding["state"] == "open" else [finding["state"]]
    marks += ["flapping"] if finding["is_flapping"] else []
    marks += [] if finding["was_seen_now"] else ["could not be seen now: unknown whether it is still so"]
    return f" ({'; '.join(marks)})" if marks else ""


def _model(model: dict[str, Any]) -> str:
    if not model["calls"]:
        return "no model asked"
    calls = "1 question" if model["calls"] == 1 else f"{model['calls']} questions"
    tokens = model["tokens_in"] + model["tokens_out"]
    return f"{calls} to {model['name']} ({tokens} of {model['most_tokens']} tokens, {model['seconds']:.0f} s)"


def _say_logs(logs: list[dict[str, Any]]) -> None:
    if any(log["lines"] for log in logs):
        say_styled("bold", "Errors logged since the last cycle")
        for log in logs:
            for line in log["lines"]:
                say_wrapped(f"{log['host']}: {line}", "      ", "  ")
        say()
    if any(log["records"] for log in logs):
        say_styled("bold", "What the model makes of the logs", " (its words are unchecked, the lines are not its own)")
        for log in logs:
            for record in log["records"]:
                _say_record(log["host"], record)
        say()


def _say_record(host: str, record: dict[str, Any]) -> None:
    since = f" since {record['since'][:16].replace('T', ' ')}" if record["since"] else ""
    say_wrapped(f"{host}{since}: “{record['what']}”", "      ", "  ")
    for line in record["shown"]:
        say_wrapped(line, "        ", "      | ")


def _say_actions(actions: list[dict[str, Any]]) -> None:
    waiting = [action for action in actions if action["state"] in ("proposed", "would be proposed")]
    others = [action for action in actions if action not in waiting]
    if waiting:
        say_styled("bold", "Proposed" if waiting[0]["number"] is not None else "Would be proposed")
    for action in waiting:
        number = "  -  " if action["number"] is None else f"{action['number']:>4} "
        say_wrapped(f"on {action['host']}: {action['sentence']} ({action['risk']} risk)", "       ", f" {number} ")
        if action["number"] is not None:
            say(f"       macha-approve approve {action['number']}")
    if waiting:
        say()
    if others:
        say_styled("bold", "Done, or decided")
    for action in others:
        what = action["sentence"] or f"{action['kind']} {action['target']}"
        number = f"{action['number']:>4} "
        say_wrapped(f"on {action['host']}: {what}: {action['state']}. {action['reason']}", "       ", f" {number} ")
    if others:
        say()
