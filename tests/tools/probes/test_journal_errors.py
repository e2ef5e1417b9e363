from tests.tools.probes.recordings import forged_lines, output
from tools.probes import Skipped
from tools.probes.journal_errors import JournalErrors

NEWEST = b"__CURSOR=s=1;i=9\n__REALTIME_TIMESTAMP=900\n\n\n"


def parsed(text: bytes) -> JournalErrors:
    errors = JournalErrors.parse(text)
    assert isinstance(errors, JournalErrors)
    return errors


def error(number: int) -> bytes:
    return b"__CURSOR=s=1;i=%d\n__REALTIME_TIMESTAMP=%d\nPRIORITY=3\nMESSAGE=x\n\n" % (number, number)


def test_a_quiet_journal_has_no_lines_and_a_cursor() -> None:
    assert parsed(NEWEST) == JournalErrors((), "s=1;i=9", is_complete=True)


def test_an_empty_journal_has_no_cursor() -> None:
    assert isinstance(JournalErrors.parse(b"\n"), Skipped)


def test_the_next_cycle_goes_on_behind_the_newest_line_that_was_seen() -> None:
    assert parsed(NEWEST + error(5)).cursor == "s=1;i=9"
    assert parsed(NEWEST + error(5) + error(901)).cursor == "s=1;i=901"


def test_the_line_that_was_the_last_one_in_the_cycle_before_is_not_told_again() -> None:
    newest = NEWEST.replace(b"\n\n\n", b"\nMACHA_AFTER=s=1;i=5\n\n\n")
    assert [line.cursor for line in parsed(newest + error(5) + error(6)).lines] == ["s=1;i=6"]
    assert parsed(newest + error(5)).cursor == "s=1;i=9"


def test_a_list_that_is_full_or_cut_is_not_complete() -> None:
    assert not parsed(NEWEST + b"".join(map(error, range(500)))).is_complete
    assert not parsed(NEWEST + error(1) + error(2)[:-20]).is_complete
    assert parsed(NEWEST + error(1)).is_complete


def test_a_recorded_journal_has_no_lines_of_logged_in_users() -> None:
    assert parsed(output("journal_errors")).lines == ()


def test_lines_of_users_would_be_labelled_if_they_came() -> None:
    assert {(line.uid, line.subject) for line in parsed(forged_lines()).lines} == {(1000, "session-189.scope")}
