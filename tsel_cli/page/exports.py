"""Answers as files: the questions and answers as Markdown, one answer's report as HTML (that of --explain)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tsel_cli.page.views import Answered
from tsel_core.answer import Answer
from tsel_core.text.safe import safe_markdown


def history_markdown(answers: Sequence[Answered]) -> str:
    """All questions and answers with their citations, as `tsel ask --format markdown` writes one."""
    from tsel_cli.render import answer_markdown

    parts = []
    for answered in answers:
        answer: Any = answered.answer
        text = answer_markdown(answer) if isinstance(answer, Answer) else safe_markdown(answer.text)
        parts.append(f"## {safe_markdown(' '.join(answered.question.split()))}\n\n{text}\n")
    return "\n".join(parts)


def report_html(answered: Answered) -> str:
    """The report of --explain."""
    from tsel_cli.render.explain.page import render_explain_report

    return render_explain_report(answered.data)
