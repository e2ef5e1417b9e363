import gzip
import json
from pathlib import Path

import pytest

from tests.tools.probes.recordings import HERE, TESTBED, worker_crashed
from tools.errors import MachaError
from tools.probes import snapshot_file
from tools.probes.snapshot_file import read_snapshot


def test_our_own_format_is_read_packed_and_plain(tmp_path: Path) -> None:
    plain = tmp_path / "plain.json"
    plain.write_text(worker_crashed().to_json())
    assert read_snapshot(plain) == read_snapshot(HERE / "worker-crashed.json.gz")


def test_a_testbed_snapshot_is_recognised() -> None:
    recording = read_snapshot(TESTBED / "service-crash-segv.fault.json.gz")
    assert recording.host == "h19"
    assert b"shop-worker.service loaded failed failed Shop order worker" in recording.sections["units"].output


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "is not a snapshot"),
        (b'{"format": "x"}', "is not a macha-snapshot/1 file"),
        (b'{"results": {}}', "is not a testbed snapshot"),
        (gzip.compress(b"{}" * 100)[:-12], "cannot be read"),
        (b"\x1f\x8bnonsense", "cannot be read"),
    ],
)
def test_a_file_that_is_none_is_one_clear_line(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(MachaError, match=says) as error:
        read_snapshot(file)
    assert "\n" not in str(error.value)


def test_a_file_that_is_missing_or_a_folder_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(MachaError, match="there is no snapshot"):
        read_snapshot(tmp_path / "none")
    with pytest.raises(MachaError, match="cannot be read"):
        read_snapshot(tmp_path)


def test_a_packed_flood_is_refused_before_it_fills_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_file, "LIMIT_BYTES", 1 << 20)
    file = tmp_path / "flood.gz"
    file.write_bytes(gzip.compress(b" " * (2 << 20)))
    with pytest.raises(MachaError, match="larger than 1 MiB"):
        read_snapshot(file)


@pytest.mark.parametrize("out", ["{}", "[1]", '[{"unit": 3}]', "[" * 5000])
def test_a_testbed_snapshot_with_odd_results_never_raises_anything_else(tmp_path: Path, out: str) -> None:
    names = ("units", "failed", "journal", "boots", "time", "clock_offset", "os", "show", "sshd_test")
    results = {name: {"cmd": "x", "rc": 0, "out": out, "err": ""} for name in names}
    file = tmp_path / "odd.json"
    file.write_text(json.dumps({"host": "h", "taken": "2026-11-24T00:00:00Z", "results": results}))
    try:
        read_snapshot(file)
    except MachaError as error:
        assert "\n" not in str(error)
