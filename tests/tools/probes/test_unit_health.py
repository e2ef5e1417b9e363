import pytest

from tests.tools.probes.recordings import output
from tools.probes import Skipped
from tools.probes.unit_health import UnitHealth


def parsed(text: str) -> UnitHealth:
    fact = UnitHealth.parse(f"== now\n100.00\n1795338000\n== units\n{text}".encode())
    assert isinstance(fact, UnitHealth)
    return fact


def test_a_recorded_host_tells_what_stands_still_and_why() -> None:
    fact = UnitHealth.parse(output("unit_health"))
    assert isinstance(fact, UnitHealth)
    assert {"archive-ingest.service", "cron.service", "redis-server.service"} <= set(fact.stopped)
    assert fact.stopped["redis-server.service"].was_stopped_by_request
    assert not fact.stopped["archive-ingest.service"].was_stopped_by_request
    assert "srv-archive.mount" in fact.stopped["archive-ingest.service"].requires
    assert (fact.stopped["cron.service"].load_state, fact.stopped["getty@tty1.service"].inactive_enter) == (
        "masked",
        None,
    )


def test_recorded_timers_tell_their_next_run_or_that_there_is_none() -> None:
    fact = UnitHealth.parse(output("unit_health"))
    assert isinstance(fact, UnitHealth)
    backup, logrotate = fact.timers["backup.timer"], fact.timers["logrotate.timer"]
    assert (backup.sub_state, backup.next_elapse, backup.bases) == ("elapsed", None, ("OnCalendar",))
    assert logrotate.next_elapse is not None and logrotate.next_elapse > fact.now


def test_a_time_since_the_boot_is_brought_to_the_clock() -> None:
    fact = parsed("Id=a.timer\nActiveState=active\nNextElapseUSecMonotonic=1min 40.500s\n"
                  "TimersMonotonic={ OnUnitActiveUSec=1h ; next_elapse=infinity }\n")  # fmt: skip
    assert fact.timers["a.timer"].next_elapse == 1795338000 + 0.5
    assert fact.timers["a.timer"].bases == ("OnUnitActive",)


@pytest.mark.parametrize(
    ("specs", "is_for_boot_only"),
    [("OnBootUSec=5s", True), ("OnStartupUSec=5s", True), ("OnBootUSec=5s OnUnitActiveUSec=1h", False), ("", False)],
)
def test_a_timer_that_is_done_after_it_fired(specs: str, is_for_boot_only: bool) -> None:
    fact = parsed(f"Id=a.timer\nTimersMonotonic={{ {specs} ; next_elapse=infinity }}\n")
    assert fact.timers["a.timer"].is_for_boot_only == is_for_boot_only


def test_a_service_that_ended_by_itself_was_not_stopped() -> None:
    stopped = "Id=a.service\nActiveState=inactive\nActiveExitTimestampMonotonic=%d\nExecMainExitTimestampMonotonic=%d\n"
    assert parsed(stopped % (1000, 1001)).stopped["a.service"].was_stopped_by_request
    assert not parsed(stopped % (1001, 1000)).stopped["a.service"].was_stopped_by_request


def test_without_a_clock_there_is_no_fact() -> None:
    assert isinstance(UnitHealth.parse(b"== units\nId=a.service\n"), Skipped)
