"""The scripted server speaks what Ollama speaks: its answers are read by the `ollama` package itself."""

import ollama
import pytest

from tests.model_server.script import Call, Refuse, Say
from tests.model_server.server import scripted_server

QUESTION = [{"role": "user", "content": "hello"}]


def test_it_streams_an_answer_with_its_end_and_its_counts() -> None:
    with scripted_server(Say("hello there", tokens_in=7)) as server:
        parts = list(ollama.Client(server.url).chat("small:1b", QUESTION, stream=True))
    assert "".join(part.message.content or "" for part in parts) == "hello there"
    assert (parts[-1].done, parts[-1].done_reason, parts[-1].prompt_eval_count) == (True, "stop", 7)


def test_it_asks_for_a_tool() -> None:
    with scripted_server(Call("unit_state", {"unit": "a"})) as server:
        first = next(iter(ollama.Client(server.url).chat("small:1b", QUESTION, stream=True)))
    assert first.message.tool_calls is not None
    assert first.message.tool_calls[0].function.arguments == {"unit": "a"}


def test_it_lists_shows_and_embeds() -> None:
    with scripted_server(Say("")) as server:
        client = ollama.Client(server.url)
        listed, shown = client.list().models, client.show("small:1b")
        embedded = client.embed("small:1b", ["a", "bc"]).embeddings
    assert [(one.model, one.digest) for one in listed] == [("small:1b", "sha256:one")]
    assert shown.capabilities == ["completion", "tools"]
    assert [len(vector) for vector in embedded] == [2, 2]


def test_it_refuses_as_told() -> None:
    with (
        scripted_server(Refuse(503, '{"error": "busy"}')) as server,
        pytest.raises(ollama.ResponseError, match="busy"),
    ):
        list(ollama.Client(server.url).chat("small:1b", QUESTION, stream=True))
