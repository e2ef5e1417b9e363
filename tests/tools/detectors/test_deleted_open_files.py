import pytest

from tests.tools.detectors.remembering import FIRST_LOOK, remembering
from tools.detectors import Finding, Severity
from tools.detectors.deleted_open_files import DeletedOpenFilesLimits, detect
from tools.probes.deleted_files import DeletedFile, DeletedFiles
from tools.probes.mounts import Mount, Mounts

SERVICE = "app.service"


def file(size: int, inode: str = "1:1", unit: str = SERVICE, path: str = "/var/log/x") -> DeletedFile:
    return DeletedFile(size, inode, 42, "app", unit, path)


def found(*files: DeletedFile, used: int = 900, is_open: bool = False, fs_type: str = "ext4") -> list[Finding]:
    """On a root file system of 1000 bytes."""
    mount = Mount("/dev/x", fs_type, "/", 1000, used, 1000 - used, None, None, None, is_read_only=False)
    small = Mount("/dev/y", "ext4", "/srv", 10, 1, 9, None, None, None, is_read_only=False)
    memory = remembering(None, ("disk.deleted_open", SERVICE)) if is_open else FIRST_LOOK
    return list(detect(DeletedFiles(files), Mounts((mount, small)), DeletedOpenFilesLimits(), memory))


@pytest.mark.parametrize(
    ("held", "used", "is_open", "severity"),
    [
        (99, 900, False, None),
        (100, 900, False, Severity.WARNING),
        (500, 900, False, Severity.HIGH),
        (500, 799, False, None),
        (500, 800, False, Severity.HIGH),
        (51, 760, True, Severity.WARNING),
        (50, 760, True, None),
        (500, 750, True, None),
    ],
)
def test_what_is_held_must_matter(held: int, used: int, is_open: bool, severity: Severity | None) -> None:
    findings = found(file(held), used=used, is_open=is_open)
    assert [(f.kind, f.object, f.severity) for f in findings] == (
        [("disk.deleted_open", SERVICE, severity)] if severity else []
    )


def test_one_file_open_twice_counts_once_and_two_files_count_together() -> None:
    assert found(file(60), file(60)) == [] and len(found(file(60), file(60, "1:2"))) == 1


def test_a_program_outside_of_services_goes_by_its_name() -> None:
    assert [f.object for f in found(file(500, unit="session-1.scope"))] == ["app"]


def test_memory_and_other_file_systems_do_not_count() -> None:
    assert found(file(500), fs_type="tmpfs") == [] and found(file(500, path="/srv/x")) == []
