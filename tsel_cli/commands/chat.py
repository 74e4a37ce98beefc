"""tsel chat FILE..."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from tsel_cli.job_options import JobOptions
from tsel_cli.shared import with_job_options
from tsel_core.errors import UsageError


@with_job_options(max_new_tokens=256)
def chat(
    options: JobOptions,
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE...", help="Files, folders or globs.", show_default=False)
    ] = None,
    resume: Annotated[
        bool, typer.Option("--continue", "-c", help="Go on with the last conversation, or with the last files.")
    ] = False,
) -> int:
    """Ask one question after another; the documents are read once. Piped: a question a line; exit or 終了 ends it."""
    from tsel_cli.chat.talk import run_chat
    from tsel_cli.last import last_conversation, last_files

    if files and resume:
        raise UsageError("--continue takes its files from the last conversation", "leave out the files, or -c")
    if "-" in (files or ()):
        raise UsageError("chat reads its questions from stdin, so no document can come from there", "name a file")
    if files:
        return run_chat(replace(options, files=tuple(files)), None)
    if not resume:
        raise UsageError("chat needs a file", "tsel chat contract.docx")
    try:
        saved = last_conversation()
    except UsageError:
        return run_chat(replace(options, files=last_files()), None)
    return run_chat(replace(options, files=tuple(saved["files"]), model=options.model or saved.get("model")), saved)
