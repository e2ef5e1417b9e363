import pytest

from tests.tools.probes.recordings import output
from tools.probes import Skipped
from tools.probes.journal_usage import JournalUsage


@pytest.mark.parametrize(
    ("text", "used_bytes"),
    [
        (output("journal_usage"), 16 << 20),
        (b"8208\t/var/log/journal\n", 8208 << 10),
        (b"8208\t/var/log/journal\n4\t/run/log/journal\n", 8212 << 10),
        (b"Archived and active journals take up 1.2G in the file system.\n", int(1.2 * 1024**3)),
        (b"Archived and active journals take up 0B in the file system.\n", 0),
    ],
)
def test_the_size_in_bytes(text: bytes, used_bytes: int) -> None:
    assert JournalUsage.parse(text) == JournalUsage(used_bytes)


def test_another_sentence_is_skipped() -> None:
    assert isinstance(JournalUsage.parse(b"No journal files were found.\n"), Skipped)
