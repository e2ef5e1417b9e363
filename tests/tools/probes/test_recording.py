import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import MachaError
from tools.probes.recording import Recording
from tools.probes.script import Section

NOW = datetime(2026, 11, 24, 10, 30, 0, 123000, tzinfo=UTC)
SECTIONS = st.dictionaries(
    st.from_regex(r"[a-z_]{1,20}", fullmatch=True),
    st.builds(Section, st.none() | st.integers(0, 255), st.binary(max_size=50), st.booleans()),
    max_size=4,
)


@given(SECTIONS)
def test_a_recording_survives_being_written_and_read(sections: dict[str, Section]) -> None:
    recording = Recording("h1", NOW, sections)
    assert Recording.from_json(recording.to_json()) == recording


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": "macha-snapshot/2"}, "format"),
        ({"extra": 1}, "extra"),
        ({"host": ""}, "host"),
        ({"taken_at": "yesterday"}, "yesterday"),
        ({"sections": {"units": {"exit_status": "0", "text": ""}}}, "sections.units.exit_status"),
        ({"sections": {"units": {"exit_status": 0}}}, "either text or base64"),
        ({"sections": {"units": {"exit_status": 0, "base64": "%"}}}, "not a macha-snapshot/1 file"),
        ({"sections": {"../x": {"exit_status": 0, "text": ""}}}, "sections"),
    ],
)
def test_a_wrong_file_is_one_clear_line(change: dict[str, object], says: str) -> None:
    stored = json.loads(Recording("h1", NOW, {}).to_json()) | change
    with pytest.raises(MachaError, match=says) as error:
        Recording.from_json(json.dumps(stored), "file.json")
    assert str(error.value).startswith("file.json is not a macha-snapshot/1 file") and "\n" not in str(error.value)
