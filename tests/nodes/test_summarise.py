"""A part of a log is summed up once: its records rest on lines that exist, and without an answer it is said why."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nodes.condense import condense
from nodes.condense import failed as could_not
from nodes.context import Context
from nodes.state import ChunkTask, Summarised
from nodes.state import Summary as Told
from nodes.summarise import failed, summarise
from tests.graph.test_driver import context_over
from tests.nodes.test_read import with_model
from tests.world import World
from tools.model import Answer, Cost, Prompt, Unanswered
from tools.reading.line import Line
from tools.reading.records import Part
from tools.reading.reduction import reduce
from tools.reading.summaries import Summary, part_of, records_of


class Scripted:
    """A model that answers with these values, one after the other, and keeps what it was asked."""

    def __init__(self, *answers: Any) -> None:
        self._answers = iter(answers)
        self.asked: list[Prompt] = []

    def ask(self, purpose: Any, prompt: Prompt, schema: Any, priority: Any, deadline: Any, tools: Any = ()) -> Any:
        self.asked.append(prompt)
        answer = next(self._answers)
        return answer if isinstance(answer, Unanswered) else Answer(schema.model_validate(answer), Cost())


def told(*records: tuple[str, list[str]]) -> dict[str, Any]:
    return {"records": [{"what": what, "evidence": ids} for what, ids in records], "count": len(records)}


def part(*messages: str, first: int = 1) -> Part:
    lines = (Line(first + at, 1_772_366_400 + at, f"unit-{at}.service", 3, text) for at, text in enumerate(messages))
    return part_of(sorted(reduce(lines).templates, key=lambda said: said.id))


def over(folder: Path, model: Scripted) -> Context:
    return replace(with_model(context_over(folder, World())), model_of=lambda _: model)


def summed(context: Context, *parts: Part) -> Summarised:
    tasks = [ChunkTask(host="web", part=context.readings.put(part)) for part in parts]
    return {"summaries": [one for task in tasks for one in summarise(task, context)["summaries"]]}


def test_a_record_says_since_when_and_by_whom_from_its_lines(tmp_path: Path) -> None:
    model = Scripted(told(("The disk is gone.", ["L1", "L2"])))
    context = over(tmp_path, model)
    summaries = summed(context, part("sda: I/O error", "cannot write: input/output error"))
    (digest,) = condense(summaries, context)["digests"]
    (record,) = digest["records"]
    assert (record["what"], record["since"]) == ("The disk is gone.", "2026-03-01T12:00:00.000Z")
    assert record["units"] == ["unit-0.service", "unit-1.service"]
    assert record["shown"][0] == "1 × unit-0.service: sda: I/O error"
    assert "L1 ×1" in model.asked[0].question


def test_an_id_that_does_not_exist_is_dropped_and_a_record_without_any_with_it() -> None:
    rows = part("gone", "lost")["rows"]
    answer = Summary.model_validate(told(("real", ["L1", "L99", "L1"]), ("made up", ["L7", "all of them"])))
    (record,) = records_of(answer, rows)
    assert (record["what"], record["evidence"]) == ("real", ["L1"])


def test_a_list_that_is_not_as_long_as_it_says_is_no_answer() -> None:
    with pytest.raises(ValueError, match="count is 3"):
        Summary.model_validate({"records": [], "count": 3})


def test_what_was_summed_up_before_costs_nothing(tmp_path: Path) -> None:
    model = Scripted(told(("gone", ["L1"])))
    context = over(tmp_path, model)
    assert summed(context, part("gone")) == summed(context, part("gone"))
    assert len(model.asked) == 1


def test_another_model_is_asked_anew(tmp_path: Path) -> None:
    model = Scripted(told(("gone", ["L1"])), told(("gone", ["L1"])))
    context = over(tmp_path, model)
    summed(context, part("gone"))
    summed(replace(context, settings=context.settings.model_copy(update={"model": "other:1b"})), part("gone"))
    assert len(model.asked) == 2


def test_without_an_answer_the_report_is_told_why(tmp_path: Path) -> None:
    context = over(tmp_path, Scripted(Unanswered("late", "it took too long")))
    (digest,) = condense(summed(context, part("gone")), context)["digests"]
    assert (digest["records"], digest["notes"]) == ([], ["web: the model has not summed up the log: it took too long"])


def test_a_part_that_is_gone_or_breaks_is_said(tmp_path: Path) -> None:
    context = over(tmp_path, Scripted())
    task = ChunkTask(host="web", part="0" * 32)
    assert summarise(task, context)["summaries"][0]["why"] == "what was to be read is gone"
    assert failed(task, ValueError("odd"))["summaries"][0]["why"] == "odd"


def test_records_of_several_parts_are_joined_by_one_more_question(tmp_path: Path) -> None:
    model = Scripted(
        told(("disk gone", ["L1"])), told(("cannot write", ["L11"])), told(("The disk is gone.", ["R1", "R2", "R9"]))
    )
    context = over(tmp_path, model)
    (digest,) = condense(summed(context, part("gone"), part("no write", first=11)), context)["digests"]
    assert [record["what"] for record in digest["records"]] == ["The disk is gone."]
    assert digest["records"][0]["evidence"] == ["L1", "L11"]
    assert model.asked[2].question == "R1 2026-03-01 12:00:00 disk gone\nR2 2026-03-01 12:00:00 cannot write\n"
    condense(summed(context, part("gone"), part("no write", first=11)), context)
    assert len(model.asked) == 3, "joined once, it is kept"


def is_of_records(prompt: Prompt) -> bool:
    return "×count" not in prompt.question


class Joining(Scripted):
    """Sums up parts as scripted, and joins all records that it is given into one."""

    def ask(self, purpose: Any, prompt: Prompt, *others: Any, **more: Any) -> Any:
        if not is_of_records(prompt):
            return super().ask(purpose, prompt, *others, **more)
        self.asked.append(prompt)
        ids = re.findall(r"^R[0-9]+", prompt.question, re.MULTILINE)
        return Answer(Summary.model_validate(told(("one trouble", ids))), Cost())


class Stubborn(Joining):
    """Joins nothing: tells every record again."""

    def ask(self, purpose: Any, prompt: Prompt, *others: Any, **more: Any) -> Any:
        if not is_of_records(prompt):
            return super().ask(purpose, prompt, *others, **more)
        self.asked.append(prompt)
        ids = re.findall(r"^R[0-9]+", prompt.question, re.MULTILINE)
        return Answer(Summary.model_validate(told(*(("again", [id_]) for id_ in ids))), Cost())


def forty() -> tuple[list[dict[str, Any]], list[Part]]:
    """What a model says of forty parts, too much to be joined at once; and the parts."""
    words = "a trouble that takes many words to tell " * 7
    leaves = [told((f"{words} {at}", [f"L{at * 10 + 1}"])) for at in range(40)]
    return leaves, [part("gone " * (at + 1), first=at * 10 + 1) for at in range(40)]


def test_many_records_are_joined_in_a_tree(tmp_path: Path) -> None:
    leaves, parts = forty()
    model = Joining(*leaves)
    context = over(tmp_path, model)
    (digest,) = condense(summed(context, *parts), context)["digests"]
    assert [len(record["evidence"]) for record in digest["records"]] == [40]
    assert sum(map(is_of_records, model.asked)) > 2, "more than one group, and one question that joined them all"


def test_a_model_that_joins_nothing_is_not_asked_for_ever(tmp_path: Path) -> None:
    leaves, parts = forty()
    model = Stubborn(*leaves)
    context = over(tmp_path, model)
    (digest,) = condense(summed(context, *parts), context)["digests"]
    assert len(digest["records"]) == 8
    assert digest["notes"] == ["web: the model tells of 32 more troubles in the log"]
    assert sum(map(is_of_records, model.asked)) < 10


def test_where_joining_fails_the_records_stay_with_the_reason(tmp_path: Path) -> None:
    late = Unanswered("late", "it took too long")
    context = over(tmp_path, Scripted(told(("two", ["L1"])), told(("one", ["L11"])), late))
    (digest,) = condense(summed(context, part("gone"), part("no write", first=11)), context)["digests"]
    assert {record["what"] for record in digest["records"]} == {"one", "two"}
    assert digest["notes"] == ["web: the model has not joined what it said of 2 parts of the log: it took too long"]


def test_a_record_that_the_model_leaves_out_in_joining_stays(tmp_path: Path) -> None:
    model = Scripted(told(("disk gone", ["L1"])), told(("no write", ["L11"])), told())
    context = over(tmp_path, model)
    (digest,) = condense(summed(context, part("gone"), part("no write", first=11)), context)["digests"]
    assert [record["what"] for record in digest["records"]] == ["disk gone", "no write"]


def test_what_could_not_be_put_together_is_said_of_every_host() -> None:
    summaries = [Told(host=host, part="0" * 32, records="", why="") for host in ("web", "db", "web")]
    (web, db) = could_not({"summaries": summaries}, ValueError("odd"))["digests"]
    assert web["notes"] == ["web: what the model said of the log could not be put together: odd"]
    assert db["host"] == "db"
