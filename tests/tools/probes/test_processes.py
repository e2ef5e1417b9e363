import os
import subprocess

from tests.tools.probes.recordings import output
from tools.probes import Skipped
from tools.probes.processes import Processes

STAT = "{pid} ({name}) {state} 1 0 0 0 0 0 0 0 0 0 {ticks} 0 0 0 20 0 1 0 {started} 0 0\n"


def parsed(stat: str, more: str = "") -> Processes:
    init = STAT.format(pid=1, name="systemd", state="S", ticks=100, started=0)
    fact = Processes.parse(f"== now\n100.00\n{more}== processes\n{init}{stat}".encode())
    assert isinstance(fact, Processes)
    return fact


def test_a_recorded_host() -> None:
    fact = Processes.parse(output("processes"))
    assert isinstance(fact, Processes)
    poller = next(p for p in fact.processes.values() if p.program == "feed-poller")
    assert (poller.owner, poller.open_files, poller.open_files_limit) == ("feed-poller.service", 256, 256)
    assert sum(1 for p in fact.processes.values() if p.state == "Z") == 8
    replaced = {p.owner: p.deleted_files for p in fact.processes.values() if p.deleted_files}
    assert replaced == {"shop-api.service": ("/usr/lib/x86_64-linux-gnu/libssl.so.3",)}
    assert fact.tasks["feed-poller.service"][0] == 1


def test_here_its_own_shell_is_seen_with_its_open_files() -> None:
    done = subprocess.run(["sh", "-c", Processes.command], capture_output=True, check=True)
    fact = Processes.parse(done.stdout)
    assert isinstance(fact, Processes)
    own = [p for p in fact.processes.values() if p.parent == os.getpid() and p.program == "sh"]
    assert own and own[0].open_files


def test_a_name_may_hold_brackets_and_line_breaks() -> None:
    fact = parsed(STAT.format(pid=7, name="a) R 1 (b\nc", state="Z", ticks=5, started=5000))
    assert (fact.processes[7].program, fact.processes[7].state) == ("a) R 1 (b\\nc", "Z")
    assert (fact.processes[7].cpu_seconds, fact.processes[7].age_seconds) == (0.05, 50.0)


def test_the_unit_is_the_outermost_and_systemds_own_hierarchy_counts() -> None:
    more = (
        "== more\n/proc/7/cgroup:0::/x\n/proc/7/cgroup:1:name=systemd:/user.slice/user@5.service/app.slice/b.service\n"
    )
    fact = parsed(STAT.format(pid=7, name="a", state="S", ticks=5, started=0), more)
    assert (fact.processes[7].unit, fact.processes[7].owner) == ("user@5.service", "a")


def test_what_it_waited_for_and_how_often_it_paused() -> None:
    more = "== more\n/proc/7/schedstat:1 2000000000 5\n/proc/7/status:voluntary_ctxt_switches:\t9\n"
    seven = parsed(STAT.format(pid=7, name="a", state="R", ticks=100, started=9000), more).processes[7]
    assert (seven.wanted_seconds, seven.voluntary_switches) == (3.0, 9)
    assert seven.wanted_percent == 30.0


def test_busy_programs_and_half_used_limits_are_kept() -> None:
    more = "== open_files\n600 /proc/7/fd\n== more\n/proc/7/limits:Max open files  1000 1000 files\n"
    kept = {
        (m.metric, m.object): m.value
        for m in parsed(STAT.format(pid=7, name="a", state="R", ticks=100, started=0), more).measures()
    }
    assert kept == {("processes.wanted_seconds", "a"): 1.0, ("processes.open_files", "a"): 600}


def test_a_user_who_sees_only_own_processes_sees_nothing() -> None:
    hidden = "== now\n100.00\n== processes\n" + STAT.format(pid=7, name="a", state="R", ticks=1, started=0)
    assert Processes.parse(hidden.encode()) == Skipped("/proc hides the processes of other users (hidepid)")
