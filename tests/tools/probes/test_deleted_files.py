import pytest

from tests.tools.probes.recordings import output
from tools.probes.deleted_files import DeletedFile, DeletedFiles, unit_of


def test_a_recorded_service_holds_its_deleted_log() -> None:
    (file,) = DeletedFiles.parse(output("deleted_files")).files
    assert (file.command, file.unit, file.path) == ("shop-worker", "shop-worker.service", "/var/log/shop/worker.log")
    assert file.bytes_held > 800_000_000


def test_a_name_with_line_breaks_stays_one_harmless_name() -> None:
    row = b"5\x001:2\x0042\x00a\nb\x000::/system.slice/x.service\x00/a\n\x1b[2J (deleted)\x00"
    assert DeletedFiles.parse(row).files == (DeletedFile(5, "1:2", 42, "a\\nb", "x.service", "/a\\n\\x1b[2J"),)


@pytest.mark.parametrize("printed", [b"", b"5\x001:2\x00", b"x\x001:2\x0042\x00a\x00b\x00c\x00"])
def test_nothing_and_half_a_row_are_no_files(printed: bytes) -> None:
    assert DeletedFiles.parse(printed).files == ()


@pytest.mark.parametrize(
    ("groups", "unit"),
    [
        ("0::/system.slice/x.service", "x.service"),
        ("5:cpu:/y.service\n1:name=systemd:/system.slice/x.service", "x.service"),
        ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/z.scope", "user@1000.service"),
        ("0::/system.slice/system-a.slice/a@b.service/payload", "a@b.service"),
        ("0::/init.scope", "init.scope"),
        ("0::/", ""),
        ("0::/docker/0123", ""),
        ("0::/system.slice/x\x1b.service", ""),
    ],
)
def test_the_outermost_unit_of_a_control_group(groups: str, unit: str) -> None:
    assert unit_of(groups) == unit
