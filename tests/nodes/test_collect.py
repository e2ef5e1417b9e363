"""Looking at one host: a snapshot and facts for people, or why there is none."""

from pathlib import Path

from nodes.collect import collect, failed, kinds
from nodes.state import HostTask
from tests.graph.test_driver import context_over
from tests.world import World
from tools.errors import MachaError
from tools.hosts import Unreachable
from tools.probes.boots import Boots
from tools.probes.collection import observe
from tools.probes.facts_for_people import SHOWN
from tools.runbooks.rules import NEEDED

WEB = HostTask(host="web")


def test_everything_that_a_later_step_needs_is_read_once() -> None:
    assert len(kinds()) == len({*kinds()})
    assert {*SHOWN, *NEEDED, Boots} <= {*kinds()}


def test_a_look_is_a_reference_to_a_snapshot_and_words(tmp_path: Path) -> None:
    context = context_over(tmp_path, World())
    (look,) = collect(WEB, context)["looks"]
    assert (look["host"], look["trouble"], look["why"]) == ("web", "", "")
    assert look["facts"]["system"] == "Testix, kernel 6.1"
    boots = observe(context.snapshots.load(look["snapshot"]), (Boots,)).get(Boots)
    assert isinstance(boots, Boots)
    assert boots.uptime_seconds == 100000


def test_a_host_without_an_answer_is_a_look_with_a_reason(tmp_path: Path) -> None:
    world = World()
    world.unreachable = Unreachable("silent", "no banner within 5 s")
    (look,) = collect(WEB, context_over(tmp_path, world))["looks"]
    told = {"trouble": "silent", "why": "no banner within 5 s"}
    assert look == {"host": "web", "snapshot": "", "facts": {}, "unread": {}, **told}
    assert not (tmp_path / "snapshots").exists()


def test_a_branch_that_broke_is_a_look_with_a_reason() -> None:
    assert failed(WEB, MachaError("there is no host web"))["looks"][0]["why"] == "there is no host web"
    look = failed(WEB, OSError("no space"))["looks"][0]
    assert (look["host"], look["trouble"], look["why"]) == ("web", "local", "OSError: no space")
