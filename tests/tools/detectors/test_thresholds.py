import pytest
from pydantic import ValidationError

from tools.detectors.catalogue import detectors
from tools.detectors.thresholds import Thresholds


def test_a_file_may_spell_them_as_people_do() -> None:
    read = Thresholds.model_validate({"diskSpace": {"warningPercent": 80, "smallWarningPercent": 70}})
    assert read.disk_space.warning_percent == 80 and read.disk_space.critical_percent == 98


def test_a_level_to_begin_at_may_pass_the_one_to_end_at_unless_both_were_set() -> None:
    assert Thresholds.model_validate({"swapFull": {"warningPercent": 50}}).swap_full.clear_percent == 70
    with pytest.raises(ValidationError, match="clearPercent must not be above warningPercent"):
        Thresholds.model_validate({"swapFull": {"warningPercent": 50, "clearPercent": 70}})


def test_each_is_named_as_its_detector() -> None:
    assert set(Thresholds.model_fields) <= set(detectors())


@pytest.mark.parametrize(
    "wrong",
    [
        {"diskSpaces": {}},
        {"diskSpace": {"warningPercen": 80}},
        {"diskSpace": {"warningPercent": 96}},
        {"diskSpace": {"warningPercent": 101}},
        {"memoryLow": {"highPercent": 50}},
        {"logErrors": {"infoLines": 200}},
        {"clockSkew": {"warningSeconds": 100}},
    ],
)
def test_a_wrong_key_or_an_order_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Thresholds.model_validate(wrong)


def test_they_cannot_be_changed_later() -> None:
    with pytest.raises(ValidationError):
        Thresholds().disk_space.warning_percent = 1  # type: ignore[misc]
