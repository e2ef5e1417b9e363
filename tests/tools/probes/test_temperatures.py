import pytest

from tests.tools.probes.recordings import output
from tools.probes.temperatures import Temperature, temperatures
from tools.probes.value_lines import value_lines


def test_sensors_by_chip_and_label() -> None:
    assert temperatures(list(value_lines(output("hardware")))) == (
        Temperature("coretemp Package id 0", 91, 84, 100, is_alarmed=False),
        Temperature("coretemp Core 0", 47, 84, 100, is_alarmed=False),
        Temperature("nvme Composite", 38.85, 81.85, 84.85, is_alarmed=False),
    )


@pytest.mark.parametrize("reading", ["", "x", "255000", "-128000", "9" * 30])
def test_a_sensor_that_is_not_connected_is_left_out(reading: str) -> None:
    assert temperatures([("/sys/class/hwmon/hwmon0/temp1_input", reading)]) == ()


@pytest.mark.parametrize("limit", ["0", "-5000", "999999"])
def test_a_limit_that_makes_no_sense_is_none(limit: str) -> None:
    path = "/sys/class/hwmon/hwmon0/temp1_"
    (one,) = temperatures([(path + "input", "40000"), (path + "max", limit), (path + "crit_alarm", "1")])
    assert one == Temperature("hwmon0 temp1", 40, None, None, is_alarmed=True)
