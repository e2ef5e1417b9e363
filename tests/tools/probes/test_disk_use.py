"""What takes the space of a full disk, as du tells it."""

import pytest

from tests.tools.probes.recordings import output
from tools.probes.disk_use import DiskUse


def test_the_folders_of_a_full_disk_are_read_largest_first() -> None:
    use = DiskUse.parse(output("disk_use"))
    sizes = [size for _, size in use.folders]
    assert sizes == sorted(sizes, reverse=True)
    assert use.size_of("/var/log/journal") > 100 << 20
    assert use.size_of("/not/there") == 0


@pytest.mark.parametrize("said", [b"", b"du: cannot read directory\n", b"12\n", b"x\t/var\n", b"12\tvar\n"])
def test_anything_else_is_no_folder(said: bytes) -> None:
    assert DiskUse.parse(said).folders == ()


def test_a_name_from_the_disk_does_nothing() -> None:
    ((name, size),) = DiskUse.parse(b"4\t/srv/\x1b[2Jx\n").folders
    assert (name, size) == ("/srv/\\x1b[2Jx", 4096)
