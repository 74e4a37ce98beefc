"""tsel list FILE... "WHAT" """

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tsel_cli import prefetch
from tsel_cli.console import Stderr
from tsel_cli.job import open_session, read_files
from tsel_cli.job_log import log_command
from tsel_cli.job_options import JobOptions, check_spoken
from tsel_cli.places import check_new_file, write_file
from tsel_cli.shared import with_job_options
from tsel_core.errors import UsageError

if TYPE_CHECKING:
    from tsel_core.listing.run import Listing
    from tsel_core.listing.wish import Wish

SCHEMA_VERSION = 1
_EXAMPLE = 'tsel list contract.docx "every obligation of the supplier" --out list.xlsx'


@with_job_options(max_new_tokens=64)
def list_items(
    files_and_wish: Annotated[
        list[str],
        typer.Argument(metavar='FILE... "WHAT"', help="Files, folders or globs, then what is to be listed."),
    ],
    options: JobOptions,
    out: Annotated[
        str | None, typer.Option("--out", "-o", metavar="FILE", help="Write .xlsx, .csv, .md or .json.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Let --out replace a file that is there.")] = False,
    model_too: Annotated[
        bool, typer.Option("--with-model/--no-model", help="Ask the model about every unit; without it words alone.")
    ] = True,
) -> int:
    """List everything of a kind: each unit ends as cited, unsure, or read with nothing found; the counts add up."""
    check_spoken("list")
    *files, words = files_and_wish
    if not files:
        raise UsageError("list needs a file and what is to be listed", _EXAMPLE)
    if os.path.isfile(words):
        raise UsageError(f"{words} is a file, and what is to be listed comes last", _EXAMPLE)
    from tsel_cli.render.item_table import FORMS
    from tsel_core.listing.wish import Wish

    wish = Wish.of(words)
    if out is not None:
        if Path(out).suffix.lower() not in (*FORMS, ".json"):
            raise UsageError(f"--out {out}: list writes .xlsx, .csv, .md or .json", "name a file that ends so")
        check_new_file(out, overwrite)
    console = options.console()
    options = replace(options, files=tuple(files))
    if model_too:
        prefetch.begin(options.device, files, options.as_stored if _reads(wish) else None)
    documents, seconds = read_files(options, console)
    from tsel_core.extract.lists import list_documents

    session = open_session(options, console, seconds) if model_too else None
    listing = list_documents(session, documents, wish)
    model: dict[str, Any] | None = None if session is None else {**session.describe_model()}
    content = _content(listing, model)
    if not options.no_trace:  # before anybody sees it
        log_command(content, {**asdict(options), "out": out}, console)
    for warning in content["warnings"]:
        console.warn(warning)
    _show(listing, content, options, console)
    if out is not None:
        write_file(Path(out), _bytes(Path(out).suffix.lower(), listing, content), overwrite)
        console.note(f"written   {out}")
    if session is not None:
        session.close()
    return 130 if listing.interrupted else 0


def _reads(wish: Wish) -> bool:
    """Whether the model surely reads: who was there is found without it."""
    from tsel_core.listing.kinds import PERSON

    return wish.kind is None or wish.kind.name != PERSON


def _content(listing: Listing, model: dict[str, Any] | None) -> dict[str, Any]:
    from tsel_core import __version__
    from tsel_core.answer import document_json
    from tsel_core.sweep.other_tongues import not_looked_for

    return {
        "schema_version": SCHEMA_VERSION,
        "command": "list",
        "version": __version__,
        "model": model,
        "documents": [document_json(d) for d in listing.documents],
        **listing.as_json(),
        "warnings": not_looked_for(listing.documents),
        "exit_code": 130 if listing.interrupted else 0,
    }


def _show(listing: Listing, content: dict[str, Any], options: JobOptions, console: Stderr) -> None:
    from tsel_cli.render.item_table import sheets_bytes
    from tsel_cli.render.listing import listing_lines, listing_sheets, receipt_lines
    from tsel_core.text.safe import terminal_json

    if options.output == "json":
        typer.echo(terminal_json(content, indent=2))
    elif options.output == "markdown":
        typer.echo(sheets_bytes(".md", listing_sheets(listing)).decode("utf-8"))
    else:
        for line in listing_lines(listing, console):
            typer.echo(line)
    for line in receipt_lines(listing, console):
        console.note(line)


def _bytes(ending: str, listing: Listing, content: dict[str, Any]) -> bytes:
    if ending == ".json":
        return json.dumps(content, ensure_ascii=False, indent=2).encode("utf-8")
    from tsel_cli.render.item_table import sheets_bytes
    from tsel_cli.render.listing import listing_sheets

    return sheets_bytes(ending, listing_sheets(listing))
