"""A question from beginning to end over real HTTP: what is sent, what is believed, what is paid."""

import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import ManualClock
from tests.model_server.script import Hang, Refuse, answering
from tests.model_server.server import scripted_server
from tests.tools.model.conftest import KINDS, PROMPT, RIGHT, AskerOver, Seen, settings_over, soon
from tools.clock import Deadline, SystemClock
from tools.model import Answer, Cost, Priority, Prompt, Purpose, Tool, Unanswered
from tools.model.fitness import Fitness
from tools.model.opening import model_of
from tools.model.server import Described, Reply, ToolCall
from tools.model.tables import open_model_database
from tools.model.usage import DAY
from tools.model.view import cost_of_run, spent

QUESTIONS = [Prompt("Say what is wrong. " * 40, "host web, 4 cores", f"unit {n} is failed") for n in range(2)]


def test_no_model_is_an_answer_too(tmp_path: Path) -> None:
    settings = settings_over(tmp_path, model="")
    found = model_of(settings, "run-1", SystemClock()).ask(Purpose.PLAN, PROMPT, Seen, Priority.CYCLE, soon())
    assert isinstance(found, Unanswered)
    assert found.kind == "off"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_is_a_value_of_the_schema_with_what_it_cost(asker_over: AskerOver, kind: str) -> None:
    with scripted_server(answering(RIGHT, tokens_in=150, tokens_out=25)) as server:
        asker = asker_over(server, kind=kind)
        found = asker.ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, soon())
    assert isinstance(found, Answer)
    assert found.value == Seen(host="web", severity=3)
    assert (found.cost.calls, found.cost.tokens_in, found.cost.tokens_out) == (1, 150, 25)
    assert asker.usage.of_run("run-1") == found.cost


def test_text_of_the_model_is_made_harmless(asker_over: AskerOver) -> None:
    with scripted_server(answering({"host": "w\x1b[2J\u202eeb", "severity": 1})) as server:
        found = asker_over(server).ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, soon())
    assert isinstance(found, Answer)
    assert found.value.host == "w\\x1b[2J\\u202eeb"


def test_every_question_to_ollama_has_every_limit_and_the_same_window(asker_over: AskerOver) -> None:
    with scripted_server(answering(RIGHT)) as server:
        asker = asker_over(server, checkInterval=300)
        for purpose, prompt in zip((Purpose.SUMMARY, Purpose.QUESTION), QUESTIONS, strict=True):
            asker.ask(purpose, prompt, Seen, Priority.CYCLE, soon())
    for body in server.asked:
        assert body["options"] == {"num_ctx": 8192, "num_predict": 1024, "temperature": 0.0}
        assert body["keep_alive"] == 750
        assert (body["think"], body["truncate"], body["shift"]) == (False, False, False)
        assert body["format"]["required"] == ["words", "answer"]


@pytest.mark.parametrize("kind", KINDS)
def test_most_of_the_next_prompt_is_what_the_server_has_just_read(asker_over: AskerOver, kind: str) -> None:
    with scripted_server(answering(RIGHT)) as server:
        asker = asker_over(server, kind=kind)
        for prompt in QUESTIONS:
            asker.ask(Purpose.SUMMARY, prompt, Seen, Priority.CYCLE, soon())
    first, second = ("".join(m["content"] for m in body["messages"]).encode() for body in server.asked)
    shared = len(os.path.commonprefix([first, second])) / len(second)  # noqa: RUF071
    assert shared >= 0.6
    others = [{key: value for key, value in body.items() if key != "messages"} for body in server.asked]
    assert others[0] == others[1]


# ---- what is not taken from the environment

STRANGE = {
    "HTTP_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
    "ALL_PROXY": "nonsense://127.0.0.1:9",
    "OLLAMA_HOST": "http://[::bad",
    "OLLAMA_API_KEY": "secret-of-another-server",
    "LANGSMITH_TRACING_V2": "true",
    "LANGCHAIN_HANDLER": "langchain",
}


def test_neither_proxy_nor_address_nor_key_nor_tracing_comes_from_the_environment(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from tests.tools.model.conftest import *\n"
        "from tools.model import Priority, Purpose\n"
        "settings = settings_over(Path(sys.argv[1]), sys.argv[2])\n"
        "found = asker(settings, 'r', SystemClock()).ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, Deadline(30))\n"
        "from langsmith.utils import tracing_is_enabled\n"
        "print(found, tracing_is_enabled())"
    )
    with scripted_server(answering(RIGHT)) as server:
        ran = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path), server.url],
            env={**os.environ, **STRANGE},
            capture_output=True,
            text=True,
            cwd=Path(__file__).parents[3],
        )
    assert ran.stdout.startswith("Answer(value=Seen(host='web', severity=3)"), ran
    assert ran.stdout.endswith(" False\n")
    assert not any("secret-of-another-server" in value for value in server.headers[0].values())


def test_no_graph_traces_a_run_either() -> None:
    code = "import graph; from langsmith.utils import tracing_is_enabled; print(tracing_is_enabled())"
    environment = {**os.environ, **STRANGE}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, cwd=Path(__file__).parents[3]
    )
    assert ran.stdout == "False\n"


# ---- tools


def test_a_tool_is_run_and_its_result_given_back(asker_over: AskerOver) -> None:
    tool = Tool("unit_state", "The state of a unit.", {"type": "object"}, lambda a: f"{a['unit']} failed\x1b[2J")
    from tests.model_server.script import Call

    for kind in KINDS:
        with scripted_server(Call("unit_state", {"unit": "a"}), answering(RIGHT)) as server:
            found = asker_over(server, kind=kind).ask(
                Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, soon(), tools=[tool]
            )
        assert isinstance(found, Answer), found
        told = server.asked[1]["messages"][-1]
        assert (told["role"], told["content"]) == ("tool", "a failed\\x1b[2J")
        assert server.asked[0]["tools"][0]["function"]["name"] == "unit_state"


# ---- the budget


def test_a_spent_budget_asks_nothing_and_says_so(asker_over: AskerOver) -> None:
    with scripted_server(answering(RIGHT, tokens_in=900, tokens_out=100)) as server:
        asker = asker_over(server, modelUse={"cycleTokens": 2500})
        found = [asker.ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, soon()) for _ in range(3)]
    assert isinstance(found[0], Answer)
    assert isinstance(found[2], Unanswered)
    assert found[2].kind == "spent"
    assert found[2].why.startswith("the budget of this cycle is spent: ")
    assert found[2].why.endswith("; the rules go on alone")
    assert asker.usage.of_run("run-1").tokens <= 2500


def test_forty_that_ask_at_once_spend_no_more_than_one_after_the_other(asker_over: AskerOver) -> None:
    with scripted_server(answering(RIGHT, tokens_in=400, tokens_out=100)) as server:
        asker = asker_over(server, modelUse={"cycleTokens": 5000})

        def ask(number: int) -> str:
            prompt = Prompt("Say what is wrong.", "", f"chunk {number}")
            found = asker.ask(Purpose.SUMMARY, prompt, Seen, Priority.BATCH, Deadline(60))
            return found.kind if isinstance(found, Unanswered) else "answered"

        with ThreadPoolExecutor(40) as pool:
            outcomes = Counter(pool.map(ask, range(40)))
    assert outcomes.keys() == {"answered", "spent"}
    assert outcomes["answered"] == len(server.asked)
    assert asker.usage.of_run("run-1").tokens <= 5000


def test_the_day_is_shared_by_all_cycles_and_ends(asker_over: AskerOver, clock: ManualClock) -> None:
    asker = asker_over(clock=clock, modelUse={"dayTokens": 5000})
    usage = asker.usage
    usage.add("another-run", Purpose.SUMMARY, "m", "a", Cost(1, 4000, 900, 3), "answered")
    assert "the budget of 24 hours" in str(usage.why_spent("run-1", Priority.CYCLE, 200))
    assert usage.why_spent("run-1", Priority.INTERACTIVE, 200) is None
    clock.time += timedelta(hours=25)
    assert usage.why_spent("run-1", Priority.CYCLE, 200) is None


def test_seconds_are_a_budget_as_well(asker_over: AskerOver, clock: ManualClock) -> None:
    usage = asker_over(clock=clock, modelUse={"cycleSeconds": 60}).usage
    usage.add("run-1", Purpose.SUMMARY, "m", "a", Cost(1, 10, 10, 61), "late")
    assert usage.why_spent("run-1", Priority.CYCLE, 200) == (
        "the budget of this cycle is spent: 61 of 60 seconds of the model's work"
    )


def test_a_question_without_an_answer_is_counted(asker_over: AskerOver) -> None:
    with scripted_server(Refuse(500)) as server:
        asker = asker_over(server)
        found = asker.ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, soon())
    assert found.cost.calls == asker.usage.of_run("run-1").calls == 1


# ---- who may plan


def test_a_model_that_was_not_checked_is_not_asked_to_plan(asker_over: AskerOver) -> None:
    with scripted_server(answering(RIGHT)) as server:
        found = asker_over(server).ask(Purpose.PLAN, PROMPT, Seen, Priority.CYCLE, soon())
    assert isinstance(found, Unanswered)
    assert (found.kind, server.asked) == ("unfit", [])
    assert found.why == "ollama:small:1b was not checked yet; run `macha model check`"


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_that_has_changed_is_not_asked_to_plan(asker_over: AskerOver, kind: str) -> None:
    with scripted_server(answering(RIGHT)) as server:
        asker = asker_over(server, kind=kind)
        described = asker.describe("a", soon())
        assert not isinstance(described, Unanswered)
        asker.verdicts.put(str(asker.name), described.digest, Fitness(window=8192))
        assert isinstance(asker.ask(Purpose.PLAN, PROMPT, Seen, Priority.CYCLE, soon()), Answer)
        server.digest = "sha256:another"
        found = asker_over(server, kind=kind).ask(Purpose.PLAN, PROMPT, Seen, Priority.CYCLE, soon())
    assert isinstance(found, Unanswered)
    assert "is not the model that was checked" in found.why


def test_a_model_that_was_checked_with_a_smaller_window_is_not_asked_to_plan(asker_over: AskerOver) -> None:
    with scripted_server(answering(RIGHT)) as server:
        asker = asker_over(server)
        asker.verdicts.put("ollama:small:1b", "sha256:one", Fitness(window=4096))
        found = asker.ask(Purpose.PLAN, PROMPT, Seen, Priority.CYCLE, soon())
    assert isinstance(found, Unanswered)
    assert "was checked with a window of 4096 tokens, now it is 8192" in found.why


def test_an_unfit_model_is_asked_for_summaries_only(asker_over: AskerOver) -> None:
    with scripted_server(answering(RIGHT)) as server:
        asker = asker_over(server)
        asker.verdicts.put("ollama:small:1b", "sha256:one", Fitness(why_not_planning="it judged 2 of 6 right"))
        plan = asker.ask(Purpose.PLAN, PROMPT, Seen, Priority.CYCLE, soon())
        summary = asker.ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, soon())
    assert isinstance(plan, Unanswered)
    assert plan.why == "ollama:small:1b is not fit for planning: it judged 2 of 6 right"
    assert isinstance(summary, Answer)


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_that_was_found_unfit_for_summaries_is_not_asked_for_one(asker_over: AskerOver, kind: str) -> None:
    with scripted_server(answering(RIGHT)) as server:
        asker = asker_over(server, kind=kind)
        described = asker.describe("a", soon())
        assert not isinstance(described, Unanswered)
        asker.verdicts.put(str(asker.name), described.digest, Fitness(why_not_summaries="it is not JSON"))
        found = asker.ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, soon())
        assert isinstance(found, Unanswered)
        assert (found.kind, server.asked) == ("unfit", [])
        assert "is not fit for summaries: it is not JSON; " in found.why
        assert isinstance(asker.ask(Purpose.QUESTION, PROMPT, Seen, Priority.INTERACTIVE, soon()), Answer)
        server.digest = "sha256:another"  # of which nothing is known
        other = asker_over(server, kind=kind).ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, soon())
    assert isinstance(other, Answer)


def test_what_a_cost_cannot_be_is_not_kept_and_breaks_no_sum(asker_over: AskerOver, tmp_path: Path) -> None:
    usage = asker_over().usage
    for tokens in (10**30, -(10**30)):
        usage.add("run-1", Purpose.SUMMARY, "m", "a", Cost(1, tokens, tokens, float(tokens)), "answered")
    with open_model_database(tmp_path).begin() as db:  # as an older Macha may have kept it
        for _ in range(3):
            db.exec_driver_sql(
                "INSERT INTO model_calls (at, run, purpose, model, server, tokens_in, tokens_out, seconds, outcome)"
                " VALUES ('2999', 'run-1', 'summary', 'm', 'a', 9000000000000000000, 0, 0, 'answered')"
            )
    assert usage.of_run("run-1").calls == cost_of_run(tmp_path, "run-1").calls == 5
    assert usage.why_spent("run-1", Priority.CYCLE, 1)
    assert spent(tmp_path, SystemClock(), DAY)[0].cost.tokens > 0


def test_a_reply_that_cannot_even_be_read_is_junk(asker_over: AskerOver) -> None:
    deep: dict[str, object] = {}
    for _ in range(5000):
        deep = {"a": deep}

    class Odd:
        def chat(self, *_: object) -> Reply:
            return Reply("", (ToolCall("1", "unit_state", deep),), "stop", 0, 0)

        def describe(self, *_: object) -> Described:
            return Described("", "")

    tool = Tool("unit_state", "The state of a unit.", {"type": "object"}, lambda _: "")
    asker = replace(asker_over(), connect=lambda *_: Odd())
    found = asker.ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, soon(), [tool])
    assert isinstance(found, Unanswered)
    assert (found.kind, found.why) == ("junk", "the answer cannot be read (RecursionError)")


# ---- a file that somebody keeps locked


def test_a_locked_file_does_not_stretch_the_deadline(asker_over: AskerOver, tmp_path: Path) -> None:
    with scripted_server(answering(RIGHT)) as server:
        asker_over(server).ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, soon())
        with closing(sqlite3.connect(tmp_path / "model.db", isolation_level=None)) as locker:
            locker.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            found = asker_over(server).ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, Deadline(2))
            took = time.monotonic() - began
    assert isinstance(found, Unanswered)
    assert found.kind == "unusable"
    assert took < 2 + 2


def test_a_file_that_is_locked_during_an_answer_does_not_stretch_the_deadline_either(
    asker_over: AskerOver, tmp_path: Path
) -> None:
    with (
        scripted_server(choose=lambda _: (locker.execute("BEGIN IMMEDIATE"), Hang())[1]) as server,
        closing(sqlite3.connect(tmp_path / "model.db", isolation_level=None, check_same_thread=False)) as locker,
    ):
        began = time.monotonic()
        found = asker_over(server).ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, Deadline(2))
        took = time.monotonic() - began
    assert isinstance(found, Unanswered)
    assert took < 2 + 2


def test_a_prompt_beyond_the_window_is_not_sent(asker_over: AskerOver) -> None:
    with scripted_server(answering(RIGHT)) as server:
        long = Prompt("Say.", "", "x1 " * 10_000)
        found = asker_over(server).ask(Purpose.SUMMARY, long, Seen, Priority.CYCLE, soon())
    assert isinstance(found, Unanswered)
    assert (found.kind, server.asked) == ("too_long", [])


def test_a_folder_that_cannot_be_written_is_a_reason_too(asker_over: AskerOver, tmp_path: Path) -> None:
    (tmp_path / "model.db").mkdir()
    found = asker_over().ask(Purpose.SUMMARY, PROMPT, Seen, Priority.CYCLE, soon())
    assert isinstance(found, Unanswered)
    assert found.why.startswith("the queue of the model cannot be used: ")
