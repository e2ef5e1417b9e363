"""What a model is found fit for, by trying it."""

import pytest

from tests.model_server.pupil import Pupil
from tests.model_server.script import Answering, Body, Hang, Refuse, Step
from tests.model_server.server import scripted_server
from tests.tools.model.conftest import KINDS, AskerOver
from tools.model import Unanswered
from tools.model.fitness import Fitness
from tools.model.preflight import Examination, examine


def examined(asker_over: AskerOver, pupil: Pupil, kind: str = "ollama") -> Examination:
    with scripted_server(choose=pupil) as server:
        asker = asker_over(server, kind=kind)
        found = examine(asker, "a", lambda _: None)
    assert isinstance(found, Examination), found
    assert asker.verdicts.get(str(asker.name), found.described.digest) == found.fitness
    return found


def reasons(fitness: Fitness) -> tuple[str, str, str]:
    return fitness.why_not_summaries, fitness.why_not_planning, fitness.why_not_tools


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_that_does_everything_right_is_fit_for_everything(asker_over: AskerOver, kind: str) -> None:
    found = examined(asker_over, Pupil(), kind)
    assert reasons(found.fitness) == ("", "", "")
    assert found.advice == ()
    assert found.fitness.context_tokens > 2000
    assert found.fitness.cold_seconds > 0
    assert found.fitness.tokens_read_a_second > 0


def test_one_that_writes_no_json_is_fit_for_nothing(asker_over: AskerOver) -> None:
    found = examined(asker_over, Pupil(speaks_json=False))
    assert found.fitness.is_fit_for_nothing
    assert "it is not JSON" in found.fitness.why_not_planning
    assert found.advice[0].startswith("try an instruct model")


def test_one_whose_window_is_smaller_is_fit_for_tools_only_and_told_how_much_it_reads(asker_over: AskerOver) -> None:
    found = examined(asker_over, Pupil(window=6000))
    summaries, planning, tools = reasons(found.fitness)
    assert summaries.startswith("of a prompt of 6451 tokens it lost the beginning: ")
    assert (planning, tools) == ("it does not read a full prompt", "")
    assert 0 < found.fitness.context_tokens < 2000
    assert "contextTokens lower" in found.advice[0]


def test_one_that_uses_no_tool_is_told_which_kind_does(asker_over: AskerOver) -> None:
    found = examined(asker_over, Pupil(uses_tools=False))
    assert reasons(found.fitness) == ("", "", "it answered without looking anything up")
    assert "names `tools`" in found.advice[0]


def test_one_that_judges_badly_does_not_plan(asker_over: AskerOver) -> None:
    found = examined(asker_over, Pupil(judges=False))
    summaries, planning, _ = reasons(found.fitness)
    assert summaries == ""
    assert planning == "it judged 2 of 6 small cases right (a broken configuration: restart)"


def test_one_that_does_what_a_log_says_does_not_plan_however_well_it_judges(asker_over: AskerOver) -> None:
    found = examined(asker_over, Pupil(obeys_logs=True))
    assert reasons(found.fitness) == ("", "it did what a log line told it to (orders in a log: restart)", "")


@pytest.mark.parametrize(
    ("step", "why", "step_to_take"),
    [
        (Hang(), "had not answered within 5 s", "raise modelUse.deadlineSeconds (5)"),
        (Refuse(500), "refused (500)", "look at the server's own log"),
        (Refuse(503), "it is busy", "look at the server's own log"),
    ],
    ids=["hangs", "fails", "is busy"],
)
def test_a_server_in_trouble_says_nothing_of_its_model(
    asker_over: AskerOver, step: Step, why: str, step_to_take: str
) -> None:
    with scripted_server(step) as server:
        asker = asker_over(server, modelUse={"deadlineSeconds": 5})
        found = examine(asker, "a", lambda _: None)
    assert isinstance(found, Unanswered)
    assert why in found.why
    assert f"; nothing is said of the model; {step_to_take}" in found.why
    assert not asker.verdicts.is_known(str(asker.name))


def test_a_model_that_the_server_gives_no_tools_is_fit_for_the_rest(asker_over: AskerOver) -> None:
    pupil = Pupil()

    def without_tools(body: Body) -> Step | Answering:
        return Refuse(400, '{"error": "small:1b does not support tools"}') if body.get("tools") else pupil(body)

    with scripted_server(choose=without_tools) as server:
        found = examine(asker_over(server), "a", lambda _: None)
    assert isinstance(found, Examination)
    assert reasons(found.fitness)[:2] == ("", "")
    assert "does not support tools" in found.fitness.why_not_tools


def test_no_window_is_advised_that_the_configuration_refuses(asker_over: AskerOver) -> None:
    with scripted_server(choose=Pupil(window=6000)) as server:
        server.model_context = 2048
        found = examine(asker_over(server), "a", lambda _: None)
    assert isinstance(found, Examination)
    assert found.advice[0] == "try another model: this one was made for 2048 tokens, too few to read a log"


def test_a_model_that_is_not_there_is_said_with_those_that_are(asker_over: AskerOver) -> None:
    with scripted_server(Refuse(404)) as server:
        server.models = ("other:8b",)
        found = examine(asker_over(server), "a", lambda _: None)
    assert isinstance(found, Unanswered)
    assert found.why.endswith("has no model small:1b (it has other:8b); get it by `ollama pull small:1b`")
