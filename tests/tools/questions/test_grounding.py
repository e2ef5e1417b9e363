"""An answer held against what there is: only references that exist count, and a prompt is no longer than its room."""

from hypothesis import given
from hypothesis import strategies as st

from tools.questions import Reference
from tools.questions.grounding import Said, Statement, Statements, found, grounded, prompt_of
from tools.reading.tokens import estimated_tokens

KNOWN = [Reference("f1", "finding abc on web", "mail is down"), Reference("a7", "action 7 on web", "restart mail")]


def answer(*said: tuple[str, list[str]]) -> Statements:
    return Statements(statements=[Statement(text=text, references=ids) for text, ids in said])


def test_of_no_statement_nothing_is_said() -> None:
    assert grounded(answer(), KNOWN).said == ()
    assert grounded(answer((" ", ["f1"])), KNOWN).said == ()


def test_an_id_counts_once_and_also_in_brackets() -> None:
    held = grounded(answer(("down", ["[f1]", "f1"])), KNOWN)
    assert held.said == (Said("down", ("f1",)),)
    assert held.invented == 0


@given(st.lists(st.tuples(st.text(max_size=20), st.lists(st.sampled_from(["f1", "a7", "f2", "", "F1"])))))
def test_whatever_is_answered_only_what_exists_is_named(said: list[tuple[str, list[str]]]) -> None:
    assert {id_ for one in grounded(answer(*said), KNOWN).backed for id_ in one.references} <= {"f1", "a7"}


@given(st.integers(0, 200))
def test_a_prompt_lists_no_more_than_it_has_room_for(room: int) -> None:
    prompt = prompt_of("why?", KNOWN * 5, room)
    assert estimated_tokens(prompt.context) <= room + 20
    assert prompt.question == "The question: why?"


def test_secrets_are_in_no_prompt() -> None:
    prompt = prompt_of("is password=hunter2secret right", [Reference("l1", "web", "password=hunter2secret")], 1000)
    assert "hunter2secret" not in prompt.context + prompt.question


def test_a_search_finds_words_and_of_none_nothing() -> None:
    assert [one.id for one in found("restart", KNOWN, 5)] == ["a7"]
    assert found("the?", KNOWN, 5) == found("zebra", KNOWN, 5) == found("mail", [], 5) == []
