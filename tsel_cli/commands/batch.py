"""tsel batch DIR"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from tsel_cli.commands.summarize import Style
from tsel_cli.job import document_lang
from tsel_cli.job_options import JobOptions, given_lang
from tsel_cli.shared import with_job_options
from tsel_core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tsel_core.document import Document
    from tsel_core.prompts.tasks import Task

_ADDRESS = re.compile(r"local|auto|(ray://)?[\w.\-\[\]:]+:\d+")


def with_ray_address(args: list[str]) -> list[str]:
    """Arguments in which --ray has its address: "local" (a cluster on this machine) where none follows."""
    given = []
    for at, arg in enumerate(args):
        given.append(arg)
        if arg == "--ray" and not _ADDRESS.fullmatch(args[at + 1] if at + 1 < len(args) else ""):
            given.append("local")
    return given


class BatchCommand(TyperCommand):
    """The command as the parser sees it: --ray may stand alone."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """See the base class."""
        return super().parse_args(ctx, with_ray_address(args))


class BatchTask(StrEnum):
    """--task"""

    summarize = "summarize"
    ask = "ask"


@with_job_options(max_new_tokens=512)
def batch(
    options: JobOptions,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of documents, all levels.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results; running again goes on.")],
    task: Annotated[BatchTask, typer.Option("--task", help="What to do with each document.")] = BatchTask.summarize,
    question: Annotated[str, typer.Option("--question", help="The question of --task ask.")] = "",
    style: Annotated[Style, typer.Option("--style", help="Style of --task summarize.")] = Style.brief,
    at_once: Annotated[
        int,
        typer.Option(
            "--at-once", min=0, max=32, help="Documents an engine writes about at once; 0: 16 on a GPU, 2 on a CPU."
        ),
    ] = 0,
    keep_readings: Annotated[
        bool, typer.Option("--keep-readings", help="Keep what was read for later questions, as ask does.")
    ] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", "--replicas", min=1, help="Engines at once, each with its own weights (and GPU).")
    ] = 1,
    ray: Annotated[
        str | None,
        typer.Option(
            "--ray",
            metavar="[ADDRESS]",
            help="Use Ray: a cluster on this machine, or auto or the address of one that runs (ray extra).",
        ),
    ] = None,
    gpus_per_engine: Annotated[
        int, typer.Option("--gpus-per-engine", min=1, help="With --ray: GPUs that share one model.")
    ] = 1,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on with documents that come or change, until Ctrl-C.")
    ] = False,
    beside: Annotated[
        bool, typer.Option("--beside", help="Write each answer beside its document, too, as FILE.tsel.md.")
    ] = False,
    table: Annotated[str, typer.Option("--table", help="Forms of the table: jsonl, csv, parquet.")] = "jsonl,csv",
) -> int:
    """Summarize or ask every document of a folder; goes on where it stopped, one bad file stops nothing."""
    from tsel_cli.batch.options import BatchOptions
    from tsel_cli.batch.run import run_batch
    from tsel_cli.batch.table import check_formats

    _check(options, folder, asks=bool(question.strip()), task=task, engines=(jobs, ray, gpus_per_engine))

    def make_task(documents: Sequence[Document]) -> Task:
        from tsel_core.prompts.tasks import ask_task, summary_task

        if task is BatchTask.ask:
            return ask_task(question, given_lang(options))
        return summary_task(style.value, document_lang(options, documents))

    about = {"task": task.value, "question": question, "style": style.value}
    formats = check_formats(table)
    engines = (jobs, ray, gpus_per_engine)
    settings = BatchOptions(
        folder, out, task.value, make_task, about, *engines, formats, at_once, keep_readings, beside
    )
    if watch:
        from tsel_cli.batch.watch import watch_batch

        return watch_batch(options, settings)
    return run_batch(options, settings)


def _check(
    options: JobOptions, folder: Path, *, asks: bool, task: BatchTask, engines: tuple[int, str | None, int]
) -> None:
    """Raise UsageError for options that do not belong together."""
    jobs, ray, gpus_per_engine = engines
    if (task is BatchTask.ask) != asks:
        raise UsageError("--task ask and --question belong together", 'tsel batch DIR --task ask --question "..."')
    if gpus_per_engine > 1 and ray is None:
        raise UsageError("--gpus-per-engine belongs to --ray", "without it name the GPUs: --device cuda:0,cuda:1")
    if "," in options.device and jobs > 1 and ray is None:
        raise UsageError(
            f"--jobs {jobs} engines cannot all have --device {options.device}",
            f"--jobs 1, or --ray --gpus-per-engine {len(options.device.split(','))}",
        )
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder", "for single files use tsel ask or tsel summarize")
