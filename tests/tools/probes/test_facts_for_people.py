"""The facts at a glance: in words, in order, and with the reason where one is missing."""

from datetime import UTC, datetime

import pytest

from tests.tools.probes.recordings import worker_crashed
from tools.probes import Probe, Skipped
from tools.probes.boots import Boots
from tools.probes.collection import observe
from tools.probes.facts_for_people import SHOWN, facts_for_people
from tools.probes.load import Load
from tools.probes.memory import Memory
from tools.probes.mounts import Mount, Mounts
from tools.probes.observation import Observation
from tools.probes.system import System
from tools.probes.units import Unit, Units

GIB = 1 << 30


def told(*given: Probe | Skipped) -> dict[str, str]:
    facts = {fact.name: fact for fact in given if isinstance(fact, Probe)}
    return facts_for_people(Observation("web", datetime(2026, 3, 1, tzinfo=UTC), dict(facts)))


def mount(at: str, used: int, source: str = "/dev/sda1") -> Mount:
    return Mount(source, "ext4", at, 100, used, 100 - used, None, None, None, is_read_only=False)


def test_what_was_not_read_says_why() -> None:
    assert {*told().values()} == {"unknown: not collected"}
    assert list(told()) == ["system", "up", "load", "memory", "disks", "units"]


def test_a_real_machine_in_words() -> None:
    facts = facts_for_people(observe(worker_crashed(), SHOWN))
    assert facts["system"].startswith("Debian GNU/Linux")
    assert facts["units"].endswith(" loaded, 1 failed")
    assert not any(words.startswith("unknown") for words in facts.values())


@pytest.mark.parametrize(
    ("system", "words"),
    [
        (System("Debian", "6.1", True, "none"), "Debian, kernel 6.1"),
        (System("Debian", "6.1", True, "kvm"), "Debian, kernel 6.1, in kvm"),
        (System("", "6.1", False, ""), "kernel 6.1, without systemd"),
    ],
)
def test_a_system_is_named_by_what_is_special_about_it(system: System, words: str) -> None:
    assert told(system)["system"] == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 h 0 min"),
        (3660, "1 h 1 min"),
        (86399, "23 h 59 min"),
        (86400, "1 d 0 h"),
        (90 * 86400 + 7200, "90 d 2 h"),
    ],
)
def test_how_long_it_is_up(seconds: int, words: str) -> None:
    assert told(Boots("0" * 32, seconds, None, ()))["up"] == words


def test_load_and_memory() -> None:
    assert told(Load(0.5, 1, 2.25, 1, {}))["load"] == "0.50 1.00 2.25 on 1 core"
    assert told(Load(0.5, 1, 2.25, 4, {}))["load"].endswith("on 4 cores")
    assert told(Memory(2 * GIB, GIB // 2, 0, 0))["memory"] == "512 MiB of 2.0 GiB available"


def test_the_three_fullest_real_disks_are_named() -> None:
    mounts = (mount("/", 10), mount("/a", 30), mount("/b", 20), mount("/c", 40), mount("/run", 99, "tmpfs"))
    assert told(Mounts(mounts))["disks"] == "/c 40 % full, /a 30 % full, /b 20 % full"


def test_a_root_of_another_kind_counts_and_none_is_said() -> None:
    assert told(Mounts((mount("/", 10, "overlay"),)))["disks"] == "/ 10 % full"
    assert told(Mounts((mount("/run", 10, "tmpfs"),)))["disks"] == "none"


def test_units_are_counted() -> None:
    units = (Unit("a.service", "loaded", "active", "running", ""), Unit("b.service", "loaded", "failed", "failed", ""))
    assert told(Units(units))["units"] == "2 loaded, 1 failed"
