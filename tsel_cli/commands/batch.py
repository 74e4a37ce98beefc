"""tsel batch DIR"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tsel_cli.commands.summarize import Style
from tsel_cli.engine_options import AtOnce, GpusPerEngine, Jobs, Ray
from tsel_cli.i18n import follow
from tsel_cli.job import summary_lang
from tsel_cli.job_options import JobOptions, answer_lang
from tsel_cli.shared import with_job_options
from tsel_core.errors import UsageError
from tsel_core.text.tongue import tongue_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tsel_core.document import Document
    from tsel_core.prompts.tasks import Task


class BatchTask(StrEnum):
    """--task"""

    summarize = "summarize"
    ask = "ask"


@with_job_options(max_new_tokens=512)
def batch(
    options: JobOptions,
    folder: Annotated[Path, typer.Argument(metavar="DIR", readable=False, help="Folder of documents, all levels.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results; running again goes on.")],
    task: Annotated[BatchTask, typer.Option("--task", help="What to do with each document.")] = BatchTask.summarize,
    question: Annotated[
        list[str] | None,
        typer.Option("--question", help="A question of --task ask; several may be given, later ones are added."),
    ] = None,
    style: Annotated[Style, typer.Option("--style", help="Style of --task summarize.")] = Style.brief,
    at_once: AtOnce = 0,
    keep_readings: Annotated[
        bool, typer.Option("--keep-readings", help="Keep what was read for later questions, as ask does.")
    ] = False,
    jobs: Jobs = 1,
    ray: Ray = None,
    gpus_per_engine: GpusPerEngine = 1,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on with documents that come or change, until Ctrl-C.")
    ] = False,
    beside: Annotated[
        bool, typer.Option("--beside", help="Write each answer beside its document, too, as FILE.tsel.md.")
    ] = False,
    table: Annotated[str, typer.Option("--table", help="Forms of the table: jsonl, csv, parquet, xlsx.")] = "jsonl,csv",
) -> int:
    """Summarize or ask every document of a folder; goes on where it stopped, one bad file stops nothing."""
    from tsel_cli.batch.options import BatchOptions, Engines
    from tsel_cli.batch.run import run_batch
    from tsel_cli.batch.table import check_formats
    from tsel_cli.batch.works import Asked

    engines = Engines(jobs, ray, gpus_per_engine, at_once)
    engines.check(options.device)
    questions = list(dict.fromkeys(q.strip() for q in question or () if q.strip()))
    _check(folder, asks=bool(questions), task=task)
    follow(answer_lang(options) or tongue_of(questions[0] if questions else ""))

    def make_task(documents: Sequence[Document], question: str) -> Task:
        from tsel_core.prompts.tasks import ask_task, summary_task

        if task is BatchTask.ask:
            return ask_task(question, answer_lang(options))
        return summary_task(style.value, summary_lang(options, documents))

    asked = tuple(Asked(task.value, q, style.value) for q in questions or [""])
    formats = check_formats(table)
    settings = BatchOptions(folder, out, task.value, make_task, asked, engines, formats, keep_readings, beside)
    if watch:
        from tsel_cli.batch.watch import watch_batch

        return watch_batch(options, settings)
    return run_batch(options, settings)


def _check(folder: Path, *, asks: bool, task: BatchTask) -> None:
    """Raise UsageError for options that do not belong together."""
    if (task is BatchTask.ask) != asks:
        raise UsageError("--task ask and --question belong together", 'tsel batch DIR --task ask --question "..."')
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder", "for single files use tsel ask or tsel summarize")
