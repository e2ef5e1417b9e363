from pathlib import Path

import tools.probes
from tools.probes.catalogue import probes


def test_each_probe_is_named_as_its_file_and_there_is_one_in_a_file() -> None:
    assert all(
        kind.__module__ == f"tools.probes.{name}" == f"tools.probes.{kind.name}" for name, kind in probes().items()
    )
    files = [file for path in tools.probes.__path__ for file in Path(path).glob("*.py")]
    assert sum(file.read_text().count("(Probe):") for file in files) == len(probes())


def test_the_probes_of_the_first_set_are_there() -> None:
    assert set(probes()) >= {"units", "unit_details", "unit_graph", "unit_logs", "journal_errors", "mounts", "network"}
