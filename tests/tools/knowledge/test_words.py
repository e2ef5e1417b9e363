"""What of a text counts: its own words, not what every failure says."""

from hypothesis import given
from hypothesis import strategies as st

from tools.knowledge.words import MOST_CHARACTERS, plain_words, words


def test_what_every_failure_says_is_no_word_of_it() -> None:
    said = "systemd[1]: web.service: Main process exited, code=exited, status=1/FAILURE"
    assert words(f"{said}\nsystemd[1]: web.service: Failed with result 'exit-code'.") == ["web", "web"]


def test_endings_and_humps_make_no_difference() -> None:
    assert words("borg.locking.LockTimeout") == words("borg locked Lock timeouts")


def test_numbers_hashes_and_placeholders_are_left_out() -> None:
    assert words("/nix/store/0c1m2-name 17 deadbeef01 <pid> [redacted:token] x") == ["nam"]


def test_words_of_any_script_count() -> None:
    assert words("Диск переполнен 磁盘已满") == ["диск", "переполнен", "磁盘已满"]


def test_a_flood_is_read_up_to_a_limit() -> None:
    assert len(words("disk " * MOST_CHARACTERS)) <= MOST_CHARACTERS // 5 + 1


@given(st.text())
def test_any_text_has_words(text: str) -> None:
    assert all(word == word.lower() and not word.isdigit() for word in words(text))
    plain_words(text)
