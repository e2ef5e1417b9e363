"""The turns of one question: what is sent next, and whether what came back is an answer. No I/O but the tools' own.

At most two repairs, twelve tool calls, three of them alike: a model that goes round in circles is left there.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Generic

from tools.errors import MachaError
from tools.model import CountTokens, Prompt, Schema, Tool, Unanswered
from tools.model.answer_schema import read_object, validated
from tools.model.prompt import ANSWER, WORDS, laid_out, quoted
from tools.model.server import Message, Reply, ToolCall, offered
from tools.safe_text import safe_line, safe_text

MOST_REPAIRS = 2
MOST_TOOL_CALLS = 12
MOST_ALIKE = 3
MOST_TOOL_TEXT = 4000
MARKER_TOKENS = 16
"""What a template puts around a message or a tool; llama 3 takes 4."""
MOST_QUOTED = 2000
"""Characters of a bad answer that are shown to the model when it is asked to repair it."""


class Conversation(Generic[Schema]):
    """A question on its way; `messages`, `format` and `tools` are what to send next."""

    def __init__(
        self, prompt: Prompt, schema: type[Schema], tools: Sequence[Tool], context_tokens: int, count: CountTokens
    ) -> None:
        self._sent = laid_out(prompt)
        self._schema = schema
        self._tools = {tool.name: tool for tool in tools}
        self._context_tokens = context_tokens
        self._count = count
        self._repairs = 0
        self._calls: Counter[str] = Counter()
        self.messages: list[Message] = [
            {"role": "system", "content": self._sent.system},
            {"role": "user", "content": self._sent.user},
        ]

    @property
    def tools(self) -> Sequence[Tool]:
        return () if self._repairs else tuple(self._tools.values())

    @property
    def format(self) -> Mapping[str, Any] | None:
        """The JSON schema that binds the answer; none while there are tools, for it would bind their calls as well."""
        return None if self.tools else envelope(self._schema)

    def tokens(self) -> int:
        """What all that is sent takes at most."""
        sent = [*(dict(message) for message in self.messages), *offered(self.tools)]
        return self._count(json.dumps(sent, ensure_ascii=False)) + MARKER_TOKENS * len(sent)

    def why_too_long(self, room: int) -> str | None:
        """Why what is sent next does not fit into so many tokens, or None when it does."""
        needed = self.tokens()
        return f"the prompt takes up to {needed} tokens and there is room for {room}" if needed > room else None

    def take(self, reply: Reply) -> Schema | Unanswered | None:
        """The answer, or why there will be none; None when there is more to send."""
        if cut := self._why_cut(reply):
            return Unanswered("cut", cut)
        if reply.calls:
            return self._run(reply)
        found = self._read(reply.text)
        if not isinstance(found, str):
            return found
        if self._repairs == MOST_REPAIRS:
            kept_failing = f"no answer after {MOST_REPAIRS} repairs: {found}"
            return Unanswered("cut" if found.startswith(f"{WORDS}:") else "junk", kept_failing)
        self._repairs += 1
        self.messages += [
            {"role": "assistant", "content": safe_text(reply.text, limit=MOST_QUOTED)},
            {"role": "user", "content": f"That is no answer ({found}). Answer once more, with the JSON object only."},
        ]
        return None

    def _why_cut(self, reply: Reply) -> str | None:
        if reply.done != "stop":
            why = {"length": "at the number of tokens it may have", "": "before it was whole"}
            return f"the answer ended {why.get(reply.done, f'by {safe_line(reply.done, 40)}')}"
        least = self._count(self._sent.text) // 3  # an upper estimate, for prose twice too high
        if 0 < reply.tokens_in < least:
            return f"the server read {reply.tokens_in} tokens of a prompt of {least} at least: its window is smaller"
        if reply.tokens_in + reply.tokens_out > self._context_tokens:
            return f"prompt and answer took more than the {self._context_tokens} tokens of the window"
        return None

    def _read(self, text: str) -> Schema | str:
        found = read_object(text)
        if isinstance(found, str):
            return found
        if found.keys() != {WORDS, ANSWER}:
            return f"the object must have exactly the keys {WORDS} and {ANSWER}"
        value = validated(found[ANSWER], self._schema)
        if isinstance(value, str):
            return f"{ANSWER}: {value}"
        if found[WORDS] != list(self._sent.words):  # last: who has not read the whole prompt may not know the shape
            return f"{WORDS}: they are not the first and the last word of the prompt"
        return value

    def _run(self, reply: Reply) -> Unanswered | None:
        if not self.tools:
            return Unanswered("junk", "it asked for a tool, and there is none")
        self.messages.append({"role": "assistant", "content": "", "tool_calls": [_call(call) for call in reply.calls]})
        for call in reply.calls:
            alike = json.dumps([call.name, dict(call.arguments)], sort_keys=True)
            self._calls[alike] += 1
            if self._calls.total() > MOST_TOOL_CALLS or self._calls[alike] > MOST_ALIKE:
                return Unanswered(
                    "junk", f"it went on asking for tools, {self._calls.total()} times, and did not answer"
                )
            self.messages.append({"role": "tool", "tool_call_id": call.id, "content": self._look_up(call)})
        return None

    def _look_up(self, call: ToolCall) -> str:
        if call.name not in self._tools:
            return f"there is no such tool; there are {', '.join(self._tools)}"
        try:
            return quoted(safe_text(self._tools[call.name].run(call.arguments), limit=MOST_TOOL_TEXT))
        except MachaError as error:
            return safe_line(str(error), MOST_TOOL_TEXT)


def envelope(schema: type[Schema]) -> dict[str, Any]:
    """The JSON schema of an answer with the two words before it."""
    inner = schema.model_json_schema()
    definitions = inner.pop("$defs", {})
    return {
        "type": "object",
        "properties": {
            WORDS: {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
            ANSWER: inner,
        },
        "required": [WORDS, ANSWER],
        "additionalProperties": False,
        **({"$defs": definitions} if definitions else {}),
    }


def _call(call: ToolCall) -> dict[str, Any]:
    arguments = json.dumps(dict(call.arguments))
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}}
