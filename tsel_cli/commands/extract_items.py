"""tsel extract --many WHAT, and --preset personal-data: tables with a row for each found item."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from tsel_cli.console import Stderr
from tsel_cli.job import read_files
from tsel_cli.job_log import log_command
from tsel_cli.job_options import JobOptions
from tsel_cli.places import write_file
from tsel_core.errors import UsageError

if TYPE_CHECKING:
    from tsel_cli.batch.options import Engines
    from tsel_cli.extracting.kept import KeptRows
    from tsel_cli.render.item_table import Sheet
    from tsel_core.document import Document
    from tsel_core.extract.fields import Field

SCHEMA_VERSION = 1
PRESETS = ("personal-data",)


def extract_many(
    words: str,
    fields: tuple[Field, ...],
    options: JobOptions,
    engines: Engines,
    out: str | None,
    kept: KeptRows | None,
    overwrite: bool,
) -> int:
    """A row a found item, a column a field; every unit is accounted for as by `tsel list`."""
    from tsel_cli.extracting.items import ItemsRun
    from tsel_cli.extracting.run import begin_early
    from tsel_cli.extracting.writing import write_table
    from tsel_cli.render.found_items import item_lines, item_sheets
    from tsel_cli.render.listing import receipt_lines
    from tsel_core.listing.wish import Wish
    from tsel_core.sweep.other_tongues import not_looked_for

    wish = Wish.of(words)
    console = options.console()
    begin_early(options, engines, kept)
    documents, seconds = read_files(options, console)
    run = ItemsRun(documents, fields, console, kept, wish=wish)
    run.go(options, engines, seconds)
    table = run.table
    warnings = not_looked_for(documents)
    for warning in warnings:
        console.warn(warning)
    told = {"fields": [asdict(f) for f in fields], **table.as_json(), "warnings": warnings}
    content = {**_head("extract --many", documents, run.model), **told, "exit_code": run.code}
    _show(content, item_lines(table.listing, table.rows, console), {**asdict(options), "out": out}, options, console)
    if out is not None:
        sheets = item_sheets(table.listing, table.rows, fields)
        write_table(Path(out), run, told, lambda: _bytes(Path(out), content, sheets), overwrite)
    for line in receipt_lines(table.listing, console):
        console.note(line)
    return run.code


def extract_personal(preset: str, options: JobOptions, out: str | None, overwrite: bool) -> int:
    """Personal data by its forms, with places; no model is asked and nothing is blackened."""
    if preset not in PRESETS:
        raise UsageError(f"--preset must be one of {', '.join(PRESETS)}, got {preset}", "see tsel extract --help")
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
    _show(content, lines, {**asdict(options), "out": out}, options, console)
    if out is not None:
        write_file(Path(out), _bytes(Path(out), content, personal_sheets(found, documents)), overwrite)
        console.note(f"written   {out}")
    counts = personal_counts(found, console)
    console.note(f"found     at least {counts}" if counts else f"found     {console.say('nothing found')}")
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


def _show(
    content: dict[str, Any], lines: Iterable[str], settings: dict[str, Any], options: JobOptions, console: Stderr
) -> None:
    """Log, then show."""
    from tsel_core.text.safe import terminal_json

    if not options.no_trace:
        log_command(content, settings, console)
    if options.output == "json":
        typer.echo(terminal_json(content, indent=2))
        return
    for line in lines:
        typer.echo(line)


def _bytes(out: Path, content: dict[str, Any], sheets: Sequence[Sheet]) -> bytes:
    from tsel_cli.render.item_table import sheets_bytes

    ending = out.suffix.lower()
    if ending == ".json":
        return json.dumps(content, ensure_ascii=False, indent=2).encode()
    return sheets_bytes(ending, sheets)
