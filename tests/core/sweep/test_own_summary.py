"""Styles of a user's own: what a file may hold, and the summary made in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from filing_support import EN, swept, transcript

from tsel_core.answer import Answer, Citation
from tsel_core.errors import UsageError
from tsel_core.prompts.styles import OwnStyle, read_style
from tsel_core.prompts.tasks import Task, summary_task
from tsel_core.sweep.own_summary import own_summary

VISIT = """
[[section]]
heading = "Agreed"
items = ["decision"]
[[section]]
heading = "Fee"
question = "What is the parking fee?"
[[section]]
heading = "Weather"
question = "How was the weather?"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "visit.toml"
    path.write_text(text, "utf-8")
    return path


def answered(task: Task) -> Answer:
    """Items for a summary; for a question one sentence of the talk, or nothing."""
    made = swept(transcript(*EN))
    if task.kind == "summarize":
        return made
    citation = Citation(1, "board.vtt", "Ann Lee 00:00:03", "We agreed that the parking fee is 4 euros.", "exact", 0, 9, 51, 0, 3, 0)
    if "weather" in task.question:
        return replace(made, text="Not in the document.", found=False, citations=[], exit_code=3)
    return replace(made, text="4 euros [1].", found=True, citations=[citation], extra={"confidence": "confident"})


def test_sections_in_their_order_with_marks_of_their_own(tmp_path: Path) -> None:
    answer = own_summary(summary_task("minutes", "en"), read_style(written(tmp_path, VISIT)), answered)
    assert answer.text.split("\n") == [
        "Agreed:",
        "- The parking fee is 4 euros [1]",
        "",
        "Fee:",
        "4 euros. [2]",
        "",
        "Weather:",
        "- none stated",
    ]
    assert [c.id for c in answer.citations] == [1, 2]
    assert answer.exit_code == 0
    record = answer.as_json("0")
    assert [s["heading"] for s in record["sections"]] == ["Agreed", "Fee", "Weather"]
    assert record["items"][1]["kind"] == "answer"
    assert (record["output_coverage"]["items"], record["output_coverage"]["units_with_items"]) == (2, 1)
    assert record["items"][1]["speaker"] == "Ann Lee"


def test_an_answer_that_is_doubted_is_marked(tmp_path: Path) -> None:
    def doubted(task: Task) -> Answer:
        made = answered(task)
        return replace(made, extra={**made.extra, "claims": [{"verdict": "unsure"}]})

    answer = own_summary(summary_task("minutes", "en"), read_style(written(tmp_path, VISIT)), doubted)
    assert "4 euros. (unsure) [2]" in answer.text
    assert answer.extra["items"][1]["verdict"] == "unsure"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "[[section]] alone"),
        ("[[section", "not valid TOML"),
        ("section = 3", "[[section]] alone"),
        ("[[section]]\nitems = ['decision']", "section 1 has no heading"),
        ("[[section]]\nheading = 'A'", "either items or a question"),
        ("[[section]]\nheading = 'A'\nitems = ['decision']\nquestion = 'Why?'", "either items or a question"),
        ("[[section]]\nheading = 'A'\nitems = ['poem']", "wants poem"),
        ("[[section]]\nheading = 'A'\nitems = ['open']\ncolour = 'red'", "holds colour"),
        ("[[section]]\nheading = 'A'\nquestion = 4", "is not text"),
        ("[[section]]\nheading = 'A'\nitems = [4]", "is not a list of words"),
    ],
)
def test_what_is_no_style_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_style(written(tmp_path, text))
    assert said in caught.value.message
    assert caught.value.hint


def test_kinds_of_a_style(tmp_path: Path) -> None:
    style = read_style(written(tmp_path, VISIT))
    assert isinstance(style, OwnStyle)
    assert (style.name, style.kinds) == ("visit", {"decision"})
