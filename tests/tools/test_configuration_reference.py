"""The page about the configuration: made from the models, committed, complete."""

from pathlib import Path

from tools.configuration_reference import reference

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
ROWS = [line.strip("|").split(" | ") for line in reference().splitlines() if line.startswith("| `")]
WITHOUT = [key.strip(" `") for key, _, meaning in ROWS if not meaning.strip()]


def test_the_committed_page_is_the_one_that_the_models_make() -> None:
    assert PAGE.read_text() == reference(), "write it anew: macha config reference >docs/configuration.md"


def test_every_key_is_named_once_with_its_default() -> None:
    keys = [row[0].strip(" `") for row in ROWS]
    assert len(keys) == len(set(keys))
    assert {"autonomyLevel", "hosts.NAME.address", "network.resolveName", "thresholds.diskSpace.highPercent"} <= {*keys}
    assert all(default for _, default, _ in ROWS)


def test_every_key_says_what_it_means() -> None:
    assert WITHOUT == []
