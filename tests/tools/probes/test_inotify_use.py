from tests.tools.probes.recordings import output
from tools.history import Measure
from tools.probes import Skipped
from tools.probes.inotify_use import InotifyUse

LIMITS = b"== limits\n/proc/sys/fs/inotify/max_user_watches:100\n/proc/sys/fs/inotify/max_user_instances:10\n"


def test_a_recorded_host() -> None:
    use = InotifyUse.parse(output("inotify_use"))
    assert isinstance(use, InotifyUse) and use.watches[0] > use.instances[0] > 0 and use.instances_limit == 128


def test_watches_are_summed_by_user_and_processes_that_ended_are_left_out() -> None:
    counts = b"== counts\n/proc/1/fdinfo/3:4\n/proc/1/fdinfo/5:6\n/proc/2/fdinfo/3:8\n/proc/9/fdinfo/3:99\n"
    use = InotifyUse.parse(LIMITS + counts + b"== owners\n0 /proc/1\n1000 /proc/2\n")
    assert use == InotifyUse({0: 10, 1000: 8}, {0: 2, 1000: 1}, 100, 10)
    assert set(use.measures()) == {
        Measure("inotify_use.watches_percent", "0", 10),
        Measure("inotify_use.instances_percent", "0", 20),
        Measure("inotify_use.instances_percent", "1000", 10),
    }


def test_a_kernel_that_tells_no_limits_is_skipped() -> None:
    assert isinstance(InotifyUse.parse(b"== limits\n"), Skipped)
