"""tsel summarize FILE..."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tsel_cli import options as o
from tsel_cli.job import document_lang, run_job
from tsel_cli.job_options import JobOptions
from tsel_cli.shared import with_job_options

if TYPE_CHECKING:
    from tsel_core.document import Document
    from tsel_core.prompts.tasks import Task


class Style(StrEnum):
    """--style"""

    brief = "brief"
    minutes = "minutes"
    report = "report"


@with_job_options(max_new_tokens=768)
def summarize(
    files: o.Files,
    options: JobOptions,
    style: Annotated[
        Style, typer.Option("--style", envvar="TSEL_STYLE", help="brief, minutes (decisions, actions) or report.")
    ] = Style.brief,
    length: Annotated[
        int | None, typer.Option("--length", min=20, help="About how many words (Japanese: characters).")
    ] = None,
    focus: Annotated[str, typer.Option("--focus", help="What the summary should look at.")] = "",
) -> int:
    """Summarize whole documents: brief, minutes with decisions and action items, or a report."""

    def task(documents: Sequence[Document]) -> Task:
        from tsel_core.prompts.tasks import summary_task

        return summary_task(style.value, document_lang(options, documents), focus=focus, length=length)

    settings = {"style": style.value, "length": length}
    return run_job(replace(options, files=tuple(files)), "summarize", task, settings)
