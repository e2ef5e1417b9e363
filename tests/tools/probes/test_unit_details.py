from tests.tools.probes.recordings import output
from tools.probes.unit_details import UnitDetails


def test_a_host_where_all_is_well_has_no_details() -> None:
    assert UnitDetails.parse(b"").units == {}


def test_a_crashed_worker_is_told_as_systemd_recorded_it() -> None:
    unit = UnitDetails.parse(output("unit_details")).find("shop-worker.service")
    assert unit and (unit.result, unit.exec_main_code, unit.exec_main_status, unit.restart) == (
        "signal",
        "killed",
        11,
        "no",
    )
    assert "redis-server.service" in unit.after and unit.memory_max_bytes is None
    assert unit.state_changed_at.endswith(" UTC")


def test_a_unit_is_found_by_its_alias() -> None:
    details = UnitDetails.parse(b"Id=ssh.service\nNames=ssh.service sshd.service\nResult=success\n")
    found = details.find("sshd.service")
    assert found and found.id == "ssh.service" and details.find("x.service") is None
