from tests.tools.probes.recordings import forged_lines
from tools.probes.journal_export import journal_lines, journal_lines_by_heading

BY_THE_MANAGER = b"_PID=1\n_UID=0\n_SYSTEMD_UNIT=init.scope\n_TRANSPORT=journal\n"


def entry(fields: bytes) -> bytes:
    return b"__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1000\n" + fields + b"\n"


def binary(name: bytes, value: bytes) -> bytes:
    return name + b"\n" + len(value).to_bytes(8, "little") + value + b"\n"


def test_what_the_manager_says_of_a_unit_counts() -> None:
    (line,) = journal_lines(entry(BY_THE_MANAGER + b"UNIT=web.service\nMESSAGE=Failed.\nPRIORITY=3\n"))
    assert (line.subject, line.about, line.unit, line.priority) == ("web.service", "web.service", "init.scope", 3)


def test_what_a_user_claims_to_be_does_not_count() -> None:
    (line,) = journal_lines(
        entry(b"_PID=900\n_UID=1000\n_SYSTEMD_UNIT=session-1.scope\nUNIT=ssh.service\nMESSAGE_ID=" + b"a" * 32 + b"\n")
    )
    assert (line.subject, line.about, line.message_id) == ("session-1.scope", "", "")


def test_a_root_process_that_is_not_the_manager_does_not_speak_for_units() -> None:
    (line,) = journal_lines(entry(b"_PID=77\n_UID=0\n_SYSTEMD_UNIT=cron.service\nUNIT=ssh.service\n"))
    assert line.subject == "cron.service"


def test_fields_inside_a_message_are_part_of_the_message() -> None:
    message = b"x\n\n__CURSOR=s=9\n_PID=1\n_UID=0\nUNIT=ssh.service\nMESSAGE=forged\n\n"
    lines = list(journal_lines(entry(b"_UID=1000\n" + binary(b"MESSAGE", message)) + entry(b"MESSAGE=next\n")))
    assert [line.message[:2] for line in lines] == ["x\\", "ne"]
    assert [line.about for line in lines] == ["", ""]


def test_a_heading_inside_a_message_is_part_of_the_message() -> None:
    export = b"MACHA_UNIT=a.service\n\n" + entry(binary(b"MESSAGE", b"x\n\nMACHA_UNIT=ssh.service\n\n"))
    assert list(journal_lines_by_heading(export)) == ["a.service"]


def test_a_message_of_any_bytes_is_harmless_text() -> None:
    (line,) = journal_lines(entry(binary(b"MESSAGE", b"\xff \x1b[2J \xe2\x80\xae\n" + b"L" * 1_000_000)))
    assert line.message.startswith("\\xff \\x1b[2J \\u202e\\n") and len(line.message) <= 4097


def test_an_entry_that_is_cut_gives_what_is_there() -> None:
    whole = entry(b"_SYSTEMD_UNIT=a.service\n" + binary(b"MESSAGE", b"long message"))
    (line,) = journal_lines(whole[:-8])
    assert (line.unit, line.message) == ("a.service", "long m")


def test_a_length_that_lies_ends_the_reading() -> None:
    lines = list(journal_lines(entry(b"MESSAGE\n\xff\xff\xff\xff\xff\xff\xff\xffshort\n") + entry(b"MESSAGE=next\n")))
    assert len(lines) == 1


def test_forged_lines_of_a_real_journal_are_labelled_with_their_writer() -> None:
    lines = [line for line in journal_lines(forged_lines()) if line.priority is not None]
    assert [(line.unit, line.about, line.uid) for line in lines] == [("session-189.scope", "", 1000)] * 4
