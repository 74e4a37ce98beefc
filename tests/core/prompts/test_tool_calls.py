"""Calls of tools as model families write them, read back; stop words that come in pieces."""

from __future__ import annotations

import pytest

from tsel_core.prompts.stop_words import StopWords
from tsel_core.prompts.tool_calls import CallWatch, call_form, read_calls

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}}
TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": SCHEMA}}]
BODY = '{"name": "weather", "arguments": {"city": "Oslo", "days": 2}}'


@pytest.mark.parametrize(
    ("text", "before"),
    [
        (f"<tool_call>\n{BODY}\n</tool_call>", ""),
        (f"Let me look.\n<tool_call>{BODY}", "Let me look."),
        (f"[TOOL_CALLS] [{BODY}]", ""),
        (BODY, ""),
        ("{" + BODY + "}", ""),
        (f"```json\n{BODY}\n```", ""),
        ('<|python_tag|>{"name": "weather", "parameters": {"city": "Oslo", "days": 2}}', ""),
        (
            "<tool_call>\n<function=weather>\n<parameter=city>\nOslo\n</parameter>\n<parameter=days>\n2\n</parameter>\n</function>\n</tool_call>",
            "",
        ),
        ('{"name": "weather", "arguments": "{\\"city\\": \\"Oslo\\", \\"days\\": 2}"}', ""),
    ],
)
def test_calls_of_families_are_read(text: str, before: str) -> None:
    words, calls = read_calls(text, TOOLS)
    assert words == before
    assert [(c.name, dict(c.arguments)) for c in calls] == [("weather", {"city": "Oslo", "days": 2})]


def test_two_calls_are_two() -> None:
    assert len(read_calls(f"<tool_call>{BODY}</tool_call>\n<tool_call>{BODY}</tool_call>", TOOLS)[1]) == 2
    assert len(read_calls(f"{BODY}; {BODY}", TOOLS)[1]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "The fee is 620 euros.",
        BODY.replace("weather", "launch"),
        f"The form is {BODY} as you see",
        "<tool_call>{broken</tool_call>",
        '{"name": "weather", "arguments": [1]}',
        "```python\nprint(1)\n```",
    ],
)
def test_what_is_no_call_of_these_tools_stays_text(text: str) -> None:
    assert read_calls(text, TOOLS) == (text, ())


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_watch_holds_from_the_first_mark_on(size: int) -> None:
    for text, shown in ((f"Look: <tool_call>{BODY}", "Look: "), (BODY, ""), ("a < b, <tool> {x}", "a < b, <tool> {x}")):
        watch = CallWatch()
        said = "".join(watch.push(text[i : i + size]) for i in range(0, len(text), size))
        assert said + watch.held == text
        assert said == shown


@pytest.mark.parametrize("size", [1, 2, 1000])
@pytest.mark.parametrize(
    ("text", "words", "kept"),
    [
        ("one END two", ["END"], "one "),
        ("one EN", ["END"], "one EN"),
        ("aab", ["ab", "b"], "a"),
        ("xyz", [], "xyz"),
        ("STOP", ["STO", "S"], ""),
    ],
)
def test_a_reply_ends_before_the_first_stop_word(text: str, words: list[str], kept: str, size: int) -> None:
    ends = StopWords(words)
    said = "".join(ends.push(text[i : i + size]) for i in range(0, len(text), size))
    assert said + ends.finish() == kept


def test_the_template_tells_the_form() -> None:
    form = call_form("...<tool_call></tool_call>...")
    assert form is not None
    assert form.begin == "<tool_call>\n"
    assert call_form("<tool_call>\n<function=example>") is None
    listed = call_form("[TOOL_CALLS]")
    assert listed is not None
    assert listed.is_list
