"""What changed: nothing between two looks at a quiet host, the cause where there is one, noise left out."""

from dataclasses import replace
from datetime import UTC, datetime

from tests.tools.probes.recordings import after_a_change, before_a_change
from tools.history.changes import COMPARED, MOST_CHANGES, Change, changes, told
from tools.probes import Probe, Skipped
from tools.probes.boots import Boots
from tools.probes.changes_signs import ChangesSigns
from tools.probes.collection import observe
from tools.probes.observation import Observation
from tools.probes.units import Unit, Units


def seen(*facts: Probe) -> Observation:
    return Observation("web", datetime(2026, 3, 1, tzinfo=UTC), {fact.name: fact for fact in facts})


def units(**states: str) -> Units:
    return Units(tuple(Unit(name.replace("__", "."), "loaded", state, "x", "") for name, state in states.items()))


def words(before: Observation, after: Observation) -> list[str]:
    return [change.words for change in changes(before, after)]


SIGNS = ChangesSigns({}, {}, {}, (), {"/etc/a": 100, "/etc/b": 90})


def test_two_equal_looks_have_no_difference() -> None:
    facts = observe(before_a_change(), COMPARED)
    assert changes(facts, facts) == []


def test_what_one_of_them_could_not_read_is_not_compared() -> None:
    without = Observation("web", datetime(2026, 3, 1, tzinfo=UTC), {"units": Skipped("systemd is not running here")})
    assert words(without, seen(units(a__service="failed"))) == []
    assert words(seen(units(a__service="failed")), without) == []


def test_what_an_administrator_did_is_named_before_what_came_of_it() -> None:
    told_ = words(observe(before_a_change(), COMPARED), observe(after_a_change(), COMPARED))
    assert told_ == [
        "packages /var/lib/dpkg/status: was 2026-11-24 21:36:29 UTC, is 2026-11-24 23:34:57 UTC",
        "package curl: changed 2026-11-24 23:34:57 UTC",
        "config /etc/nginx/nginx.conf: changed 2026-11-24 23:34:57 UTC",
        "login root pts/1 10.99.0.1 Tue Nov 24 23:34:57 2026: new",
        "unit nginx.service: was active, is failed",
        "unit mnt-x.mount: active",
        "mount /mnt/x: x (tmpfs, read-only)",
        "port 0.0.0.0:443: was nginx, is gone",
        "port 0.0.0.0:80: was nginx, is gone",
    ]


def test_units_that_come_and_go_by_themselves_are_no_change() -> None:
    before = seen(units(a__service="active"))
    after = seen(
        units(a__service="active", session_1__scope="active", dev_sda__device="active", old__service="inactive")
    )
    assert words(before, after) == []
    assert words(after, before) == []


def test_a_unit_that_vanished_while_it_was_active_is_one() -> None:
    assert words(seen(units(a__service="active")), seen(units())) == ["unit a.service: was active, is gone"]


def test_another_boot_is_a_change() -> None:
    before = Boots("a" * 32, 90, None, ())
    assert words(seen(before), seen(replace(before, boot_id="b" * 32))) == ["boot: was aaaaaaaa, is bbbbbbbb"]


def test_a_file_that_was_only_pushed_into_the_list_did_not_change() -> None:
    after = replace(SIGNS, config_files={"/etc/a": 100, "/etc/older": 80})
    assert words(seen(SIGNS), seen(after)) == []


def test_a_file_that_changed_or_is_new_did() -> None:
    after = replace(SIGNS, config_files={"/etc/a": 100, "/etc/b": 120, "/etc/c": 110, "/etc/d": 120, "/etc/d/e": 120})
    assert [change.object for change in changes(seen(SIGNS), seen(after))] == ["/etc/b", "/etc/d/e", "/etc/c"]


def test_a_switched_generation_says_from_where_to_where() -> None:
    before, after = (replace(SIGNS, generations={"/run/current-system": f"/nix/store/{name}"}) for name in "ab")
    assert words(seen(before), seen(after)) == ["generation /run/current-system: was /nix/store/a, is /nix/store/b"]


def test_people_are_told_so_many_and_how_many_more() -> None:
    assert told([]) == []
    many = [Change("config", f"/etc/{at}", "", "changed") for at in range(MOST_CHANGES + 2)]
    assert len(told(many)) == MOST_CHANGES + 1
    assert told(many)[-1] == "and 2 more"
