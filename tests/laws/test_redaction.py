"""Laws of redaction: for every rule, and for any text that a host may print."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.redaction.held_out import held_out_samples
from tests.tools.redaction.known import known_samples
from tests.tools.redaction.wild import wild_samples
from tools.probes.journal_export import journal_lines
from tools.redaction import redact, redact_bytes
from tools.redaction.catalogue import RULES
from tools.redaction.clean import _KEYWORDS
from tools.redaction.rule import Rule, placeholder

SAMPLES = [*known_samples(), *held_out_samples(), *wild_samples()]
EACH = pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.name} {rule.keywords[0].decode()}")
PIECES = st.sampled_from(
    [
        *(word.decode() for word in _KEYWORDS),
        *(
            "=",
            ":",
            ": ",
            " ",
            '"',
            "'",
            "\\",
            "\\n",
            "\n",
            "/",
            "@",
            "://",
            "[redacted:",
            "]",
            "[redacted:url]",
            "--",
            "-p",
        ),
        *("Fake4Kq1", "hunter", "$X", "é", "\x00", "\ud800", "0123456789abcdef" * 3, "-----BEGIN PRIVATE KEY-----"),
        "-----END PRIVATE KEY-----",
    ]
)
NEARLY = st.lists(PIECES | st.text(max_size=6), max_size=14).map("".join)
FIELDS = st.sampled_from([b"MESSAGE", b"__CURSOR", b"_PID", b"A", b"", b"mixed Case"])


@EACH
def test_a_keyword_is_of_small_letters_and_not_part_of_another(rule: Rule) -> None:
    assert rule.keywords
    assert all(word == word.lower() and len(word) >= 2 for word in rule.keywords)


@EACH
def test_the_name_of_a_rule_wakes_no_other_rule(rule: Rule) -> None:
    """Else a placeholder would be searched for secrets by a rule that did not look at the line before."""
    woken = [other for other in RULES if any(word in rule.name.encode() for word in other.keywords)]
    assert all(other is rule or set(rule.keywords) <= set(other.keywords) for other in woken)


@EACH
def test_a_rule_finds_something_in_the_samples(rule: Rule) -> None:
    lines = [line.encode() for sample in SAMPLES for line in sample.text.split("\n")]
    assert any(rule.clean(line) != line for line in lines if any(word in line.lower() for word in rule.keywords)), (
        f"no sample for {rule.name}: add one to tests/tools/redaction/known.py"
    )


@pytest.mark.parametrize("name", sorted({rule.name for rule in RULES} | {"armour", "line", "rest"}))
@pytest.mark.parametrize(
    "tail", ["", ": Fake4Kq1x", "=Fake4Kq1x", " Fake4Kq1x", ":a@tcp(b)", ":Fake4Kq1x@host/", '":"x"']
)
def test_a_placeholder_stays_whole(name: str, tail: str) -> None:
    assert placeholder(name).decode() in redact(placeholder(name).decode() + tail)


@settings(max_examples=400, deadline=None)
@given(NEARLY)
def test_it_never_raises_and_twice_is_once(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@settings(max_examples=400, deadline=None)
@given(st.text())
def test_text_without_keywords_is_left_alone(text: str) -> None:
    lowered = text.encode("utf-8", "surrogatepass").lower()
    if not any(word in lowered for word in _KEYWORDS):
        assert redact(text) == text


@settings(max_examples=400, deadline=None)
@given(st.binary())
def test_any_bytes_go_through(data: bytes) -> None:
    once = redact_bytes(data)
    assert redact_bytes(once) == once


@st.composite
def exports(draw: st.DrawFn) -> bytes:
    """Entries as journald writes them, with nearly valid ones among them, and the end cut off anywhere."""
    pieces: list[bytes] = []
    for at in range(draw(st.integers(1, 4))):
        pieces.append(b"__CURSOR=s=%d\n" % at)
        for name in draw(st.lists(FIELDS, max_size=4)):
            value = draw(NEARLY).encode("utf-8", "replace")
            if b"\n" in value or draw(st.booleans()):
                pieces.append(name + b"\n" + len(value).to_bytes(8, "little") + value + b"\n")
            else:
                pieces.append(name + b"=" + value + b"\n")
        pieces.append(b"\n")
    data = b"".join(pieces)
    return data[: len(data) - draw(st.integers(0, len(data) // 2))]


@settings(max_examples=400, deadline=None)
@given(exports())
def test_an_export_has_the_same_entries_and_cursors_after_it(data: bytes) -> None:
    cleaned = redact_bytes(data)
    assert [line.cursor for line in journal_lines(cleaned)] == [line.cursor for line in journal_lines(data)]
