"""tsel summarize FILE..."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from tsel_cli import options as o
from tsel_cli.job import run_job, summary_lang
from tsel_cli.job_options import JobOptions
from tsel_cli.shared import with_job_options
from tsel_core.errors import UsageError
from tsel_core.text.faults import why_not

if TYPE_CHECKING:
    from tsel_cli.console import Stderr
    from tsel_cli.filing.write import Target
    from tsel_core.answer import Answer
    from tsel_core.document import Document
    from tsel_core.prompts.styles import OwnStyle
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
        str,
        typer.Option(
            "--style",
            metavar="STYLE",
            envvar="TSEL_STYLE",
            help="brief, minutes (decisions, actions), report, or a style of your own: its name or file.",
        ),
    ] = "brief",
    length: Annotated[
        int | None, typer.Option("--length", min=20, help="About how many words (Japanese: characters).")
    ] = None,
    focus: Annotated[str, typer.Option("--focus", help="What the summary should look at.")] = "",
    out: Annotated[
        str | None, typer.Option("--out", "-o", metavar="FILE", help="Write it to a .docx, .md, .html or .pdf file.")
    ] = None,
    template: Annotated[
        str | None,
        typer.Option("--template", metavar="FILE.docx", help="Word file with placeholders that --out fills in."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Let --out replace a file that is there.")] = False,
) -> int:
    """Summarize whole documents: brief, minutes with decisions and action items, or a report."""
    target, own = checked_target(out, template, overwrite, options.effort), own_style(style)

    def task(documents: Sequence[Document]) -> Task:
        from tsel_core.prompts.tasks import own_task, summary_task

        lang = summary_lang(options, documents)
        if own is not None:
            return own_task(own, lang)
        return summary_task(Style(style).value, lang, focus=focus, length=length)

    settings = {"style": style, "length": length}
    file = None if target is None else partial(file_answer, style=style, target=target)
    return run_job(replace(options, files=tuple(files)), "summarize", task, settings, file)


def own_style(style: str) -> OwnStyle | None:
    """The style of that name (the user's, or a plugin's) or file; None for one of ours. Raises UsageError."""
    if style in {s.value for s in Style}:
        return None
    from tsel_cli.settings import config_path
    from tsel_core import plugins
    from tsel_core.prompts.styles import read_style, style_of

    if style.endswith(".toml"):
        return read_style(style)
    folder = config_path().parent / "styles"
    plain = re.fullmatch(r"[\w.-]+", style) is not None
    if plain and (folder / f"{style}.toml").is_file():
        return read_style(folder / f"{style}.toml")
    added = plugins.task(style, "section") if plain else None
    if added is not None:
        return style_of(added, style)
    there = sorted(p.stem for p in folder.glob("*.toml"))
    known = ", ".join([*(s.value for s in Style), *there])
    raise UsageError(f"style {style} is not known", f"styles: {known}; your own are .toml files in {folder}")


def checked_target(out: str | None, template: str | None, overwrite: bool, effort: str) -> Target | None:
    """Where the summary is filed, None for stdout alone; what cannot be written is said before anything is read.

    A summary in one go has no decisions and actions of its own: a template would say that there are none.
    """
    if out is None:
        if template is not None:
            raise UsageError("--template without --out", "name the file to be written: --out minutes.docx")
        return None
    from tsel_cli.filing.write import check_target

    target = check_target(out, template, overwrite)
    if target.template is not None and effort == "quick":
        from tsel_cli.filing.template import wants_items

        if wants_items(target.template):
            raise UsageError("--effort quick finds no items for the template", "leave --effort quick out")
    return target


def file_answer(answer: Answer, console: Stderr, *, style: str, target: Target) -> Answer:
    """Write the file. One that cannot be written never loses the answer, but it is no success."""
    from tsel_cli.filing.paper import paper_of
    from tsel_cli.filing.write import write_paper

    try:
        write_paper(paper_of(answer, style), target)
    except OSError as error:
        warning = f"the summary was not written: {why_not(error)}"
        console.warn(warning)
        return replace(answer, warnings=[*answer.warnings, warning], exit_code=answer.exit_code or 1)
    console.note(f"saved     {target.path}")
    return answer
