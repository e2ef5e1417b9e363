"""A whole cycle with a model: parts of a log are read side by side, once, and no fault of a server stops the cycle."""

import os
import re
import shutil
import signal
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from graph.driver import Driver
from nodes.context import Context
from nodes.report import result
from tests.graph.test_driver import context_over
from tests.model_server.script import Body, answering
from tests.model_server.server import ScriptedServer, scripted_server
from tests.nodes.test_read import sentences
from tests.tools.model.conftest import settings_over
from tests.tools.model.test_faults import FAULTS
from tests.world import World, failed
from tools.clock import SystemClock
from tools.model.opening import model_of
from tools.model.patience import Patience
from tools.model.prompt import Sent, shared_prefix
from tools.reading.tokens import estimated_tokens

SECONDS = 2.0


@pytest.fixture(scope="module", autouse=True)
def client_is_imported() -> None:
    """It takes seconds once, which a short deadline has not got."""
    import tools.model.ollama  # noqa: F401


class Talking(World):
    """A machine with a failed unit and so many kinds of error in its journal."""

    def __init__(self, kinds: int = 3) -> None:
        super().__init__("web", {"app.service": failed()})
        self._kinds = kinds

    def _say_journal_errors(self) -> str:
        lines = (
            f"__CURSOR=s={at}\n__REALTIME_TIMESTAMP={1772366400 + at}000000\nPRIORITY=3\n_SYSTEMD_UNIT=u{at}.service\n"
            f"MESSAGE={text}\n\n"
            for at, text in enumerate(("the newest line", *sentences(self._kinds)))
        )
        return "".join(lines)


def over(folder: Path, world: World, server: ScriptedServer, run: str = "run-1", **use: Any) -> Context:
    context = context_over(folder, world, run=run)
    hosts = {"web": {"address": "192.0.2.9"}}
    use = {"deadlineSeconds": 5} | use
    settings = settings_over(folder, server.url, localHost=False, hosts=hosts, modelUse=use)
    clock = SystemClock()  # a server that hangs takes real time
    model = Patience(model_of(settings, run, clock, estimated_tokens))
    return replace(context, settings=settings, model_of=lambda _: model, clock=clock)


def cycle(context: Context) -> dict[str, Any]:
    drive = Driver(context.settings.state()).start(context, ["web"], None)
    return result(context, drive.values)


def summing_up(body: Body) -> Any:
    """Every line that is there becomes evidence of one trouble."""
    text = str(body["messages"][-1]["content"])
    ids = re.findall(r"^[LR][0-9]+", text, re.MULTILINE)
    return answering({"records": [{"what": "Things went away.", "evidence": ids or ["L1"]}], "count": 1})


def test_a_log_is_summed_up_and_the_report_has_it(tmp_path: Path) -> None:
    with scripted_server(choose=summing_up) as server:
        told = cycle(over(tmp_path, Talking(), server))
    (log,) = told["logs"]
    (record,) = log["records"]
    assert record["what"] == "Things went away."
    assert len(record["evidence"]) == 3
    assert (told["model"]["calls"], told["model"]["name"]) == (1, "ollama:small:1b")
    assert told["model"]["tokens_in"] > 0
    assert len(server.asked) == 1


def test_many_parts_are_read_and_joined(tmp_path: Path) -> None:
    with scripted_server(choose=summing_up) as server:
        told = cycle(over(tmp_path, Talking(300), server))
    (log,) = told["logs"]
    assert len(log["records"]) == 1
    assert len(server.asked) > 2
    assert told["notes"] == []


def test_the_same_log_read_again_costs_nothing(tmp_path: Path) -> None:
    with scripted_server(choose=summing_up) as server:
        cycle(over(tmp_path / "one", Talking(), server))
        (tmp_path / "two").mkdir()
        for file in (tmp_path / "one" / "readings").iterdir():
            if "fingerprints" not in file.read_text():  # as if the host had never been read: all of it is new again
                (tmp_path / "two" / "readings").mkdir(exist_ok=True)
                shutil.copy(file, tmp_path / "two" / "readings")
        told = cycle(over(tmp_path / "two", Talking(), server, run="run-2"))
    assert len(server.asked) == 1
    assert told["model"]["calls"] == 0
    assert told["logs"][0]["records"]


def test_most_of_a_question_is_what_the_server_has_just_read(tmp_path: Path) -> None:
    with scripted_server(choose=summing_up) as server:
        cycle(over(tmp_path, Talking(60), server, deadlineSeconds=60))
    texts = ["".join(str(message["content"]) for message in body["messages"]) for body in server.asked]
    assert any("\nR1 " in text.partition("Known to be")[2] for text in texts), "joining is asked about as well"
    shares = [shared_prefix(Sent(one, "", ("", "")), Sent(other, "", ("", ""))) for one, other in pairwise(texts)]
    print(f"\n{len(shares)} questions after another one: {min(shares):.0%} to {max(shares):.0%} read already")
    assert min(shares) >= 0.6
    assert len({body["options"]["num_ctx"] for body in server.asked}) == 1
    assert {body["keep_alive"] for body in server.asked} == {750}, "two and a half times the period of five minutes"
    assert all(estimated_tokens(text) <= 2000 for text in texts)


def test_what_was_read_before_a_kill_is_not_asked_again(tmp_path: Path) -> None:
    questions: list[Body] = []

    def dying(body: Body) -> Any:
        questions.append(body)
        if len(questions) == 3:
            os.kill(child, signal.SIGKILL)
        return summing_up(body)

    with scripted_server(choose=dying) as server:
        child = os.fork()
        if not child:
            cycle(over(tmp_path, Talking(300), server, deadlineSeconds=60))
            os._exit(1)
        assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
        context = over(tmp_path, Talking(300), server, deadlineSeconds=60)
        drive = Driver(tmp_path).resume(context)
        assert drive is not None
        told = result(context, drive.values)
    asked = [str(body["messages"][-1]["content"]) for body in questions]
    assert len(told["logs"][0]["records"]) == 1
    assert len(asked) - len(set(asked)) <= 2, "at most what was under way when it was killed"


def test_a_quiet_cycle_asks_nothing(tmp_path: Path) -> None:
    with scripted_server(choose=summing_up) as server:
        told = cycle(over(tmp_path, World("web"), server))
    assert server.paths == []
    assert told["model"]["calls"] == 0


@pytest.mark.parametrize("name", FAULTS)
def test_whatever_a_server_does_the_cycle_ends_and_says_why(tmp_path: Path, name: str) -> None:
    step, _ = FAULTS[name]
    world = Talking(300)
    with scripted_server(step) as server:
        begun = time.monotonic()
        told = cycle(over(tmp_path, world, server))
        seconds = time.monotonic() - begun
    assert [finding["object"] for finding in told["findings"]] == ["app.service"]
    assert [action["state"] for action in told["actions"]] == ["proposed"]
    (log,) = told["logs"]
    assert log["lines"]
    assert any("the model has not summed up" in note for note in told["notes"]), told["notes"]
    if name in ("hangs", "drips chunks", "answers too late"):
        assert seconds < 5 + SECONDS + 3, "all parts together end with the deadline"
