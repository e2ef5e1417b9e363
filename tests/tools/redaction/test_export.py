"""An export of the journal stays one: same entries, same cursors, right lengths."""

import pytest

from tests.tools.probes.recordings import forged_lines
from tests.tools.redaction.invented import Inventor
from tools.probes.journal_export import journal_lines, journal_lines_by_heading
from tools.redaction import redact_bytes
from tools.redaction.export import fields

SECRET = Inventor(5).password()


def entry(number: int, *text: bytes) -> bytes:
    return b"\n".join((b"__CURSOR=s=%d" % number, b"_BOOT_ID=" + b"ab" * 16, *text)) + b"\n\n"


def binary(name: bytes, value: bytes) -> bytes:
    return name + b"\n" + len(value).to_bytes(8, "little") + value


def test_odd_exports_keep_their_entries() -> None:
    before = list(journal_lines(forged_lines()))
    after = list(journal_lines(redact_bytes(forged_lines() + entry(9, b"MESSAGE=password=" + SECRET.encode()))))
    assert [line.cursor for line in after] == [*(line.cursor for line in before), "s=9"]


def test_a_field_with_line_breaks_is_framed_anew() -> None:
    message = f"first\npassword={SECRET}\nlast".encode()
    data = entry(1, binary(b"MESSAGE", message), b"_PID=7") + entry(2, b"MESSAGE=next")
    cleaned = redact_bytes(data)
    first, second = journal_lines(cleaned)
    assert SECRET.encode() not in cleaned
    assert first.message == "first\\npassword=[redacted:assigned]\\nlast"
    assert (first.pid, first.cursor, second.message, second.cursor) == (7, "s=1", "next", "s=2")


@pytest.mark.parametrize("kept", range(40, 150, 3))
def test_an_export_cut_anywhere_is_cleaned_and_read_as_before(kept: int) -> None:
    message = f"first\npassword={SECRET}\nlast".encode() * 3
    data = (entry(1, b"MESSAGE=a") + entry(2, binary(b"MESSAGE", message)))[:kept]
    cleaned = redact_bytes(data)
    assert [line.cursor for line in journal_lines(cleaned)] == [line.cursor for line in journal_lines(data)]
    assert SECRET.encode() not in cleaned


def test_headings_of_units_stay() -> None:
    data = b"MACHA_UNIT=web.service\n\n" + entry(1, b"MESSAGE=token=" + b"4aF" * 12)
    (line,) = journal_lines_by_heading(redact_bytes(data))["web.service"]
    assert line.message == "token=[redacted:assigned]"


def test_a_private_key_printed_line_by_line_is_taken_from_every_entry() -> None:
    block, body = Inventor(6).key_block()
    lines = [*block.split("\n"), "listening on port 443"]
    data = b"".join(entry(at, b"_PID=7", b"MESSAGE=" + line.encode()) for at, line in enumerate(lines))
    cleaned = redact_bytes(data)
    assert not any(line.encode() in cleaned for line in body)
    assert [line.pid for line in journal_lines(cleaned)] == [7] * len(lines)
    assert list(journal_lines(cleaned))[-1].message == "listening on port 443"


def test_of_a_very_long_message_with_a_keyword_the_beginning_is_kept() -> None:
    data = entry(1, b"MESSAGE=password=" + SECRET.encode() + b" x" * 10_000) + entry(2, b"MESSAGE=next")
    cleaned = redact_bytes(data)
    assert len(cleaned) < 9000
    assert [line.cursor for line in journal_lines(cleaned)] == ["s=1", "s=2"]
    assert redact_bytes(cleaned) == cleaned


def test_the_fields_of_anything_join_to_it_again() -> None:
    for data in (b"", b"\n", b"A\n", b"SWAP\nno export", forged_lines(), forged_lines()[:-100]):
        assert b"".join(field.raw for field in fields(data)) == data
