"""What a model wrote becomes a value only when it is exactly one object of the shape that was asked for."""

import json
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.test_safe_text import is_harmless
from tools.model.answer_schema import AnswerSchema, read_object, validated


class Choice(AnswerSchema):
    action: Literal["restart", "nothing"]
    lines: list[int]


def test_the_object_that_was_asked_for_is_a_value() -> None:
    assert validated({"action": "restart", "lines": [1, 2]}, Choice) == Choice(action="restart", lines=[1, 2])


@pytest.mark.parametrize(
    "value",
    [
        {"action": "restart"},
        {"action": "restart", "lines": None},
        {"action": "restart", "lines": ["1"]},
        {"action": "restart", "lines": [1.5]},
        {"action": "restart", "lines": [True]},
        {"action": "reboot", "lines": []},
        {"action": "Restart", "lines": []},
        {"action": "restart", "lines": [], "argv": []},
        [],
        None,
    ],
)
def test_anything_else_is_a_reason(value: object) -> None:
    assert isinstance(validated(value, Choice), str)


def test_a_field_with_a_default_cannot_even_be_defined() -> None:
    with pytest.raises(TypeError, match=r"Bad\.severity has a default"):

        class Bad(AnswerSchema):
            host: str
            severity: str = "low"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is not JSON"),
        ('{"host": "a", "sev', "it is not JSON"),
        ('```json\n{"a": 1}\n```', "it is not JSON"),
        ('<think>well</think>{"a": 1}', "it is not JSON"),
        ('{"a": 1} {"a": 2}', "it is not JSON"),
        ('{"a": NaN}', "it is not JSON: NaN is no number"),
        ('{"a": 1, "a": 2}', "it is not JSON: a key is there twice"),
        ('{"a": {"b": 1, "b": 2}}', "it is not JSON: a key is there twice"),
        ("[" * 100_000, "it is not JSON"),
        ("[1]", "it is not a JSON object"),
        ('"a"', "it is not a JSON object"),
        ('{"a":' * 40 + "1" + "}" * 40, "it is nested too deeply"),
    ],
)
def test_text_that_is_no_single_object_is_a_reason(text: str, why: str) -> None:
    found = read_object(text)
    assert isinstance(found, str)
    assert found.startswith(why)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), json_values, max_size=4))
def test_no_text_of_a_model_acts_on_a_terminal(value: dict[str, object]) -> None:
    found = read_object(json.dumps(value))
    assert isinstance(found, str) or is_harmless(
        json.dumps(found, ensure_ascii=False).replace("\\n", "").replace("\\t", "")
    )


@given(st.text() | st.binary().map(lambda data: data.decode("utf-8", "replace")))
def test_no_text_raises(text: str) -> None:
    found = read_object(text)
    assert isinstance(found, str | dict)
    assert isinstance(validated(found, Choice), str | Choice)
