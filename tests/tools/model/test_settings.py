"""What the configuration may say of models and their servers."""

from pathlib import Path

import pytest

from tests.tools.model.conftest import settings_over
from tools.configuration import Settings, validated
from tools.errors import MachaError
from tools.model.settings import ModelName


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("llama3.1:70b", "ollama", "llama3.1:70b"),
        ("ollama:llama3.1:70b", "ollama", "llama3.1:70b"),
        ("hf.co/some-one/model:Q4", "ollama", "hf.co/some-one/model:Q4"),
        ("openai-compatible:qwen3-8b", "openai-compatible", "qwen3-8b"),
    ],
)
def test_a_name_says_whose_model_it_is(text: str, kind: str, name: str) -> None:
    assert ModelName.parse(text) == ModelName(kind=kind, name=name)


@pytest.mark.parametrize("text", ["ollama:", "openai-compatible:", "-x", "a b", "a\x1b", "a\n", "x" * 300])
def test_an_odd_name_is_an_error(text: str) -> None:
    with pytest.raises(MachaError, match="model: must be the name of a model"):
        validated({"model": text}, "test")


@pytest.mark.parametrize("url", ["http://127.0.0.1:11434", "https://models.example/", "http://[::1]:8080/v1"])
def test_a_url_is_a_url(tmp_path: Path, url: str) -> None:
    assert settings_over(tmp_path, url).model_servers["a"].url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "notaurl",
        "",
        "127.0.0.1:11434",
        "ftp://models.example",
        "http://",
        "http://u:p@models.example",
        "http://models.example/?a=1",
        "http://models.example/#a",
        "http://models.example:99999",
        "http://models.example:0",
        "http://a b",
        "http://a\n",
        "http://[::1",
    ],
)
def test_what_a_client_would_replace_by_its_default_is_an_error(tmp_path: Path, url: str) -> None:
    with pytest.raises(MachaError, match=r"modelServers\.a\.url: "):
        settings_over(tmp_path, url)


def test_the_model_stays_loaded_for_longer_than_a_period() -> None:
    assert Settings(check_interval=600).keep_alive() > 600
    with pytest.raises(MachaError, match="keepAliveSeconds: must be above checkInterval"):
        validated({"checkInterval": 600, "modelUse": {"keepAliveSeconds": 300}}, "test")


def test_a_server_that_is_not_ollama_has_to_be_named() -> None:
    with pytest.raises(MachaError, match=r"where does it run\? add \[modelServers\.NAME\]"):
        validated({"model": "openai-compatible:x"}, "test")


def test_an_answer_leaves_room_for_the_question() -> None:
    with pytest.raises(MachaError, match="answerTokens must not be above half of contextTokens"):
        validated({"modelUse": {"contextTokens": 2048, "answerTokens": 2000}}, "test")


def test_a_window_that_holds_no_part_of_a_log_is_an_error() -> None:
    with pytest.raises(MachaError, match="contextTokens must be 2974 at least: 1024 for the answer"):
        validated({"modelUse": {"contextTokens": 2973}}, "test")
    assert validated({"modelUse": {"contextTokens": 2974}}, "test").model_use.least_window == 2974
    assert validated({"modelUse": {"contextTokens": 2048, "answerTokens": 98}}, "test").model_use.answer_tokens == 98


def test_a_wrong_key_names_the_right_one() -> None:
    with pytest.raises(MachaError, match="did you mean slots"):
        validated({"modelServers": {"a": {"url": "http://127.0.0.1:1", "slot": 2}}}, "test")
