"""What holds for every detector: its words are the project's."""

import re
from pathlib import Path

import pytest

import tools.detectors
import tools.incidents
from tools.detectors.catalogue import detectors

VOCABULARY = set(re.findall(r"`([a-z_.]+)`", (Path(__file__).parents[2] / "docs" / "vocabulary.md").read_text()))
_KIND = re.compile(r'(?:\bkind=|\b_[A-Z_]*KIND = |Finding\()"([a-z_.]+)"')


@pytest.mark.parametrize("name", detectors())
def test_every_kind_of_finding_is_in_the_vocabulary(name: str) -> None:
    kinds = set(_KIND.findall((Path(tools.detectors.__path__[0]) / f"{name}.py").read_text()))
    assert kinds <= VOCABULARY


@pytest.mark.parametrize("name", ["correlation", "relations"])
def test_incidents_are_put_together_by_words_of_the_vocabulary(name: str) -> None:
    text = (Path(tools.incidents.__path__[0]) / f"{name}.py").read_text()
    families = "|".join({word.partition(".")[0] for word in VOCABULARY if "." in word})
    words = set(re.findall(rf'"((?:{families})\.[a-z_.]+)"', text))
    assert words and words <= VOCABULARY
