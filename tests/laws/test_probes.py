"""One law over every probe: whatever a machine prints, its parser answers with a fact or a reason, in harmless text."""

import unicodedata
from dataclasses import fields, is_dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.probes.recordings import output
from tools.probes import Probe, Skipped
from tools.probes.catalogue import probes
from tools.probes.journal_export import journal_lines
from tools.probes.script import split

BOUNDARY = "0123456789abcdef0123456789abcdef"
KINDS = pytest.mark.parametrize("kind", probes().values(), ids=probes())


NASTY = [
    b"\x1b[2J",
    b"\n\n",
    b"\x00",
    "\u202e".encode(),
    b"==",
    b"== space\n",
    b"=",
    b"-",
    b"9" * 25,
    b"%",
    b"\xff",
    b"\r",
]
MARKS = [
    f"\n{BOUNDARY} {words}".encode()
    for words in ("begin a\n", "end a 0\n", "end a x\n", "begin b\n", "end b 999\n", "")
]


@st.composite
def nearly_valid(draw: st.DrawFn, recorded: bytes) -> bytes:
    """A window of a real output with a few places overwritten by anything, and cut anywhere."""
    start = draw(st.integers(0, max(0, len(recorded) - 1)))
    text = bytearray(recorded[start : start + draw(st.integers(0, 6000))])
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        text[at : at + draw(st.integers(0, 30))] = draw(st.binary(max_size=30) | st.sampled_from(NASTY))
    return bytes(text)


def texts(value: object) -> list[str]:
    """Every text inside a fact."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in texts(part)]
    if isinstance(value, tuple):
        return [text for part in value for text in texts(part)]
    if is_dataclass(value):
        return [text for field in fields(value) for text in texts(getattr(value, field.name))]
    return []


def obeys(kind: type[Probe], printed: bytes) -> None:
    fact = kind.parse(printed)
    assert isinstance(fact, (kind, Skipped))
    for text in texts(fact):
        assert not any(unicodedata.category(letter)[0] == "C" for letter in text), text


@KINDS
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_output_is_a_fact_or_a_reason_in_harmless_text(kind: type[Probe], data: st.DataObject) -> None:
    obeys(kind, data.draw(st.binary(max_size=400) | nearly_valid(output(kind.name))))


@KINDS
def test_an_output_cut_anywhere_is_a_fact_or_a_reason(kind: type[Probe]) -> None:
    whole = output(kind.name)
    for end in range(0, len(whole), max(1, len(whole) // 40)):
        obeys(kind, whole[:end])


@given(st.lists(st.binary(max_size=40) | st.sampled_from(MARKS), max_size=12))
def test_any_bytes_can_be_split_into_sections(pieces: list[bytes]) -> None:
    for section in split(b"".join(pieces), BOUNDARY).values():
        assert section.is_truncated == (section.exit_status is None)


@given(st.binary(max_size=300))
def test_no_line_of_a_journal_speaks_for_a_unit_unless_the_manager_wrote_it(printed: bytes) -> None:
    for line in journal_lines(printed):
        assert not line.about or (line.pid, line.uid) == (1, 0)
