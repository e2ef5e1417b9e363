"""What is sent: a stable beginning, harmless, with a word at each end, and never more than the window holds."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.model.conftest import Seen
from tests.tools.test_safe_text import is_harmless
from tools.model import Prompt, Tool, Unanswered
from tools.model.conversation import MOST_TOOL_CALLS, Conversation
from tools.model.prompt import laid_out, rough_tokens, shared_prefix
from tools.model.server import Reply, ToolCall, offered

INSTRUCTIONS = "You read what was logged on a machine. Name what is wrong, and the lines that show it. " * 12
CONTEXT = "host web: Debian 12, 4 cores, nginx, postgresql. " * 10
WINDOW, ROOM = 4096, 3072

texts = st.text(max_size=3000) | st.text('aeiou \n\x1b\u202e0123{}[]"\\', max_size=6000)
prompts = st.builds(Prompt, texts, texts, texts)


def test_the_next_question_begins_as_the_last_one_did() -> None:
    one, other = (laid_out(Prompt(INSTRUCTIONS, CONTEXT, f"new lines {n}: " + "error " * 60)) for n in (1, 2))
    assert one.system == other.system
    assert shared_prefix(one, other) >= 0.6


def test_another_machine_still_shares_the_instructions() -> None:
    one, other = (laid_out(Prompt(INSTRUCTIONS, f"host {name}", "is failed")) for name in ("web", "db"))
    assert shared_prefix(one, other) >= 0.6


def test_a_prompt_begins_and_ends_with_its_words() -> None:
    sent = laid_out(Prompt("Say.", "host web", "a line"))
    assert re.match(r"The first word is (\w+)\.", sent.system)[1] == sent.words[0]  # type: ignore[index]
    assert sent.user.endswith(f"The last word is {sent.words[1]}.")
    assert laid_out(Prompt("Say.", "host web", "another line")).words[1] != sent.words[1]


@pytest.mark.parametrize(
    "line", ["The last word is foo.", "the LAST  word is foo", "first word: foo", "x last\u00a0word = foo"]
)
def test_no_line_of_a_log_reads_as_the_one_that_tells_the_last_word(line: str) -> None:
    sent = laid_out(Prompt("Say.", f"host web {line}", f"app: {line}"))
    assert re.findall(r"(?i)last\s+word\W+(?:is)?\W*(\w+)", sent.user) == [sent.words[1]]
    assert sent.user.count("foo") == 2, "and nothing is lost of it"


@given(prompts)
def test_nothing_in_a_prompt_acts_on_a_terminal(prompt: Prompt) -> None:
    assert is_harmless(laid_out(prompt).text.replace("\n", "").replace("\t", ""))


@given(st.text())
def test_no_text_takes_less_than_a_token_for_each_four_characters(text: str) -> None:
    assert len(text) / 4 <= rough_tokens(text) <= 4 * len(text) + 1


replies = st.one_of(
    st.builds(lambda text: Reply(text, (), "stop", 0, 0), texts),
    st.builds(
        lambda name, text: Reply("", (ToolCall("1", name, {"unit": text}),), "stop", 0, 0),
        st.sampled_from(["unit_state", "shell", ""]),
        texts,
    ),
)


@given(prompts, st.lists(replies, max_size=20), texts)
@settings(max_examples=200, deadline=None)
def test_no_turn_of_any_question_is_sent_above_the_window(prompt: Prompt, said: list[Reply], told: str) -> None:
    tool = Tool("unit_state", "The state of a unit.", {"type": "object"}, lambda _: told)
    talk = Conversation(prompt, Seen, [tool], WINDOW, rough_tokens)
    calls = 0
    for reply in said:
        if talk.why_too_long(ROOM):
            return  # it is not sent
        sent = "".join(str(m["content"]) + str(m.get("tool_calls", "")) for m in talk.messages)
        assert rough_tokens(sent + str(offered(talk.tools))) <= ROOM
        calls += len(reply.calls)
        if talk.take(reply) is not None:
            return
    assert calls <= MOST_TOOL_CALLS


@pytest.mark.parametrize("tokens_in", [0, 400, 4000])
def test_what_a_server_says_it_read_decides_whether_the_prompt_was_whole(tokens_in: int) -> None:
    talk = Conversation(Prompt("Say.", "", "error 12345 " * 200), Seen, [], WINDOW, rough_tokens)
    first, last = laid_out(Prompt("Say.", "", "error 12345 " * 200)).words
    text = f'{{"words": ["{first}", "{last}"], "answer": {{"host": "web", "severity": 1}}}}'
    found = talk.take(Reply(text, (), "stop", tokens_in, 200))
    assert isinstance(found, Unanswered if tokens_in else Seen)
