"""Collecting: one script to a host, its raw answer kept as a recording, and the facts read out of it."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from tools.clock import Clock, Deadline
from tools.hosts import Completed, Host, Unreachable
from tools.probes import Probe, Skipped
from tools.probes.observation import Observation
from tools.probes.recording import Recording
from tools.probes.runner import limit_bytes
from tools.probes.script import ARGV, ENDED, STARTED, TROUBLE, UNAVAILABLE, Inputs, Section, build, split
from tools.probes.wall_clock import WallClock, measured
from tools.redaction import redact_bytes
from tools.safe_text import decode, safe_line

_ROUND_TRIP_SECONDS = 2
"""Kept back from the deadline, so that what was read by then still arrives."""


def collect(
    host: Host, kinds: Iterable[type[Probe]], inputs: Inputs, *, deadline: Deadline, clock: Clock, as_root: bool = False
) -> Recording | Unreachable:
    """Read `kinds` on `host` in one round trip; what was not read before the deadline is simply absent."""
    kinds = tuple(kinds)
    boundary = secrets.token_hex(16)
    script = build(kinds, inputs, boundary, int(deadline.left()) - _ROUND_TRIP_SECONDS)
    taken_at = clock.now()
    begun = clock.monotonic()
    answer = host.run(ARGV, deadline=deadline, stdin=script, limit_bytes=limit_bytes(kinds), as_root=as_root)
    if isinstance(answer, Unreachable):
        return answer
    sections = split(answer.stdout, boundary)
    if STARTED not in sections:
        sections.setdefault(TROUBLE, Section(answer.exit_status, _refusal(answer)))
    sections = _within_limits(sections, kinds)
    _add_offset(sections, taken_at, clock.monotonic() - begun)
    sections = {name: replace(section, output=redact_bytes(section.output)) for name, section in sections.items()}
    return Recording(host.name, taken_at, sections)


def _within_limits(sections: dict[str, Section], kinds: Iterable[type[Probe]]) -> dict[str, Section]:
    """Each output cut at its own limit: on the host the probes share one until that is too little."""
    limits = {kind.name: kind.limit_bytes for kind in kinds}
    return {
        name: section
        if len(section.output) <= limits.get(name, len(section.output))
        else Section(None, section.output[: limits[name]], is_truncated=True)
        for name, section in sections.items()
    }


def observe(recording: Recording, kinds: Iterable[type[Probe]]) -> Observation:
    """The facts of `kinds` in a recording; what cannot be made out is `Skipped` with the reason."""
    return Observation(
        recording.host, recording.taken_at, {kind.name: _fact(recording.sections, kind) for kind in kinds}
    )


def _fact(sections: dict[str, Section], kind: type[Probe]) -> Probe | Skipped:
    section = sections.get(kind.name)
    if section is None:
        return Skipped(_why_not_read(sections), is_trouble=STARTED in sections)
    if why := _why_not_usable(section, kind):
        return Skipped(why, is_trouble=section.exit_status not in (127, UNAVAILABLE))
    output = section.output
    if section.is_truncated:
        output = output[: output.rfind(b"\n") + 1]
    try:
        return kind.parse(output)
    except Exception as error:  # the last net below the parsers: a sick machine's text must not stop a cycle
        return Skipped(f"could not be read: {type(error).__name__}: {safe_line(str(error), 200)}", is_trouble=True)


def _why_not_read(sections: dict[str, Section]) -> str:
    if TROUBLE in sections:
        return _first_line(sections[TROUBLE].output) or "the host ran no command"
    if STARTED in sections and ENDED not in sections:
        return "the answer of the host ended before it"
    return "not collected" if STARTED not in sections else "the time for the host was used up before it"


def _why_not_usable(section: Section, kind: type[Probe]) -> str | None:
    if section.is_truncated:
        return None if kind.is_useful_when_cut else f"its output was cut at {kind.limit_bytes} bytes"
    match section.exit_status:
        case status if status in kind.allowed_exits:
            return None
        case 127:
            return "its command is not installed there"
        case 124 | 137:
            return f"took longer than {kind.timeout_seconds} s"
        case status if status == UNAVAILABLE:
            return _first_line(section.output) or "not available there"
        case status:
            said = _first_line(section.output)
            return f"its command failed with exit status {status}" + (f": {said}" if said else "")


def _first_line(output: bytes) -> str:
    return safe_line(decode(output.strip().split(b"\n", 1)[0][:1000]), 200)


def _refusal(answer: Completed) -> bytes:
    said = answer.stderr.strip() or answer.stdout.strip()
    return b"the host did not run the script (exit status %d) " % answer.exit_status + said.split(b"\n", 1)[0][:500]


def _add_offset(sections: dict[str, Section], taken_at: datetime, seconds: float) -> None:
    """Append to the section `wall_clock` how far the host's clock is from the controller's."""
    section = sections.get(WallClock.name)
    if section is None or STARTED not in sections or ENDED not in sections:
        return
    lines = measured(sections[STARTED].output, sections[ENDED].output, taken_at.timestamp(), seconds)
    sections[WallClock.name] = Section(section.exit_status, section.output + lines, section.is_truncated)
