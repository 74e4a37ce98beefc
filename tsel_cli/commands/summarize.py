"""tsel summarize FILE..."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from tsel_cli import options as o
from tsel_cli.job import JobOptions, document_lang, run_job


class Style(str, Enum):
    """--style"""

    brief = "brief"
    minutes = "minutes"
    report = "report"


def summarize(
    files: o.Files,
    style: Annotated[
        Style, typer.Option("--style", envvar="TSEL_STYLE", help="brief, minutes (decisions, actions) or report.")
    ] = Style.brief,
    length: Annotated[
        int | None, typer.Option("--length", min=20, help="About how many words (Japanese: characters).")
    ] = None,
    focus: Annotated[str, typer.Option("--focus", help="What the summary should look at.")] = "",
    model: o.Model = None,
    device: o.Device = "auto",
    attention: o.AttentionOption = o.Attention.auto,
    budget: o.Budget = 2048,
    coverage: o.CoverageFloor = 0.0,
    max_new_tokens: o.MaxNewTokens = 768,
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
    """Summarize whole documents: brief, minutes with decisions and action items, or a report."""
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

    def task(documents: object) -> object:
        from tsel_core.tasks import summary_task

        return summary_task(style.value, document_lang(chosen, documents), focus=focus, length=length)  # type: ignore[arg-type]

    return run_job(chosen, "summarize", task)  # type: ignore[arg-type]
