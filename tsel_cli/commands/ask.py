"""tsel ask FILE... "QUESTION" """

from __future__ import annotations

from typing import Annotated

import typer

from tsel_cli import options as o
from tsel_cli.job import JobOptions, run_job
from tsel_core.errors import UsageError


def ask(
    files_and_question: Annotated[
        list[str],
        typer.Argument(metavar='FILE... "QUESTION"', help="Files, folders or globs, then the question."),
    ],
    model: o.Model = None,
    device: o.Device = "auto",
    attention: o.AttentionOption = o.Attention.auto,
    budget: o.Budget = 2048,
    coverage: o.CoverageFloor = 0.0,
    max_new_tokens: o.MaxNewTokens = 256,
    temperature: o.Temperature = 0.0,
    seed: o.Seed = 0,
    offline: o.Offline = False,
    encoding: o.Encoding = None,
    pages: o.Pages = None,
    password: o.Password = None,
    changes: o.ChangesOption = o.Changes.accept,
    comments: o.Comments = False,
    annotations: o.Annotations = False,
    ocr: o.Ocr = False,
    lang: o.LangOption = o.Lang.auto,
    json: o.Json = False,
    format: o.FormatOption = o.Format.text,
    timings: o.TimingsOption = False,
    explain: o.Explain = None,
    quiet: o.Quiet = False,
    verbose: o.Verbose = 0,
    no_color: o.NoColor = False,
) -> int:
    """Answer a question from the whole document, with checked citations."""
    if len(files_and_question) < 2:
        raise UsageError("ask needs a file and a question", 'tsel ask contract.docx "What is the penalty?"')
    *files, question = files_and_question
    if not question.strip():
        raise UsageError("the question is empty", 'tsel ask contract.docx "What is the penalty?"')
    chosen = JobOptions(
        files=tuple(files),
        model=model,
        device=device,
        attention=attention.value,
        budget=budget,
        coverage=coverage,
        max_new_tokens=max_new_tokens,
        temperature=temperature,
        seed=seed,
        offline=offline,
        encoding=encoding,
        pages=pages,
        password=password,
        changes=changes.value,
        comments=comments,
        annotations=annotations,
        ocr=ocr,
        lang=lang.value,
        json=json,
        format=format.value,
        timings=timings,
        explain=explain,
        quiet=quiet,
        verbose=verbose,
        no_color=no_color,
    )

    def task(_documents: object) -> object:
        from tsel_core.tasks import ask_task

        return ask_task(question, None if chosen.lang == "auto" else chosen.lang)  # type: ignore[arg-type]

    return run_job(chosen, "ask", task)  # type: ignore[arg-type]
