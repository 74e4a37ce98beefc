"""tsel extract --many WHAT, and --preset personal-data: tables with a row for each found item."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from tsel_cli.console import Stderr
from tsel_cli.job import open_session, read_files
from tsel_cli.job_log import log_command
from tsel_cli.job_options import JobOptions, given_lang
from tsel_cli.places import write_file
from tsel_core.errors import UsageError

if TYPE_CHECKING:
    from tsel_cli.render.item_table import Sheet
    from tsel_core.document import Document

SCHEMA_VERSION = 1
PRESETS = ("personal-data",)


def extract_many(wish: str, schema: str, options: JobOptions, out: str | None, overwrite: bool) -> int:
    """A row a found item, a column a field; every unit is accounted for as by `tsel list`."""
    from tsel_cli.render.found_items import item_lines, item_sheets
    from tsel_cli.render.listing import receipt_lines
    from tsel_core.extract.fields import read_fields
    from tsel_core.extract.many import item_rows
    from tsel_core.listing.wish import Wish

    wanted, fields = Wish.of(wish, given_lang(options)), read_fields(schema)
    console = options.console()
    documents, seconds = read_files(options, console)
    session = open_session(options, console, seconds)
    listing, rows = item_rows(session, documents, wanted, fields)
    content = {
        **_head("extract --many", documents, {**session.describe_model()}),
        "fields": [asdict(f) for f in fields],
        **listing.as_json(),
        "items": [row.as_json(listing) for row in rows],
        "exit_code": 130 if listing.interrupted else 0,
    }
    lines = item_lines(listing, rows, console)
    _finish(content, lines, item_sheets(listing, rows, fields), options, console, out, overwrite)
    for line in receipt_lines(listing, console):
        console.note(line)
    session.close()
    return 130 if listing.interrupted else 0


def extract_personal(preset: str, options: JobOptions, out: str | None, overwrite: bool) -> int:
    """Personal data by its forms, with places; no model is asked and nothing is blackened."""
    if preset not in PRESETS:
        raise UsageError(f"{preset} is no preset", f"one of {', '.join(PRESETS)}")
    from tsel_cli.render.found_items import personal_counts, personal_lines, personal_sheets
    from tsel_core.personal.find import find_personal

    console = options.console()
    documents, _ = read_files(options, console)
    found = find_personal(documents)
    content = {
        **_head("extract --preset", documents, None),
        "preset": preset,
        "items": [p.as_json(documents) for p in found],
        "exit_code": 0,
    }
    lines = personal_lines(found, documents, console)
    _finish(content, lines, personal_sheets(found, documents), options, console, out, overwrite)
    console.note(f"found     {personal_counts(found, console) or console.say('nothing found')}")
    console.note("found by its form alone: read the document before you rely on the list; nothing was blackened")
    return 0


def _head(command: str, documents: Sequence[Document], model: dict[str, Any] | None) -> dict[str, Any]:
    from tsel_core import __version__
    from tsel_core.answer import document_json

    return {
        "schema_version": SCHEMA_VERSION,
        "command": command,
        "version": __version__,
        "model": model,
        "documents": [document_json(d) for d in documents],
    }


def _finish(
    content: dict[str, Any],
    lines: Iterable[str],
    sheets: Sequence[Sheet],
    options: JobOptions,
    console: Stderr,
    out: str | None,
    overwrite: bool,
) -> None:
    """Log, show, write."""
    from tsel_cli.render.item_table import sheets_bytes
    from tsel_core.text.safe import terminal_json

    if not options.no_trace:  # before anybody sees it
        log_command(content, {**asdict(options), "out": out}, console)
    if options.output == "json":
        typer.echo(terminal_json(content, indent=2))
    else:
        for line in lines:
            typer.echo(line)
    if out is None:
        return
    ending = Path(out).suffix.lower()
    made = (
        json.dumps(content, ensure_ascii=False, indent=2).encode()
        if ending == ".json"
        else sheets_bytes(ending, sheets)
    )
    write_file(Path(out), made, overwrite)
    console.note(f"written   {out}")
