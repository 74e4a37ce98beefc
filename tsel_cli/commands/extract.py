"""tsel extract FILES... --schema FIELDS"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tsel_cli import options as o
from tsel_cli.console import Stderr, print_error
from tsel_cli.job import document_lang, open_session, read_files
from tsel_cli.job_log import log_command
from tsel_cli.job_options import JobOptions
from tsel_cli.places import check_new_file, write_file
from tsel_cli.shared import with_job_options
from tsel_core.errors import DoesNotFit, UsageError

if TYPE_CHECKING:
    from tsel_core.document import Document
    from tsel_core.extract.extractor import Row
    from tsel_core.extract.fields import Field

SCHEMA_VERSION = 1
_EXAMPLE = 'tsel extract contracts/*.pdf --schema "Party, Start date (date)" --out table.xlsx'
FORMS = (".xlsx", ".csv", ".json")


@with_job_options(max_new_tokens=128)
def extract(
    files: o.Files,
    options: JobOptions,
    schema: Annotated[
        str | None,
        typer.Option(
            "--schema",
            "-s",
            metavar="FIELDS",
            help='Fields: "Party, Start date (date), Cap (money)", or a .toml or .json file.',
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        str | None, typer.Option("--out", "-o", metavar="FILE", help="Write .xlsx, .csv or .json.")
    ] = None,
    many: Annotated[
        str | None,
        typer.Option("--many", metavar="WHAT", help='A row a found item: "every obligation of the supplier".'),
    ] = None,
    preset: Annotated[
        str | None, typer.Option("--preset", help="personal-data: names, addresses, accounts; no model is asked.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Let --out replace a file that is there.")] = False,
) -> int:
    """Fill a table: a row a document, a column a field, each value with its quote and place, or "not stated"."""
    if (schema is None) == (preset is None) or (preset is not None and many is not None):
        raise UsageError("extract needs --schema (with or without --many), or --preset", _EXAMPLE)
    if out is not None:
        if Path(out).suffix.lower() not in FORMS:
            raise UsageError(f"--out {out}: extract writes .xlsx, .csv or .json", "name a file that ends so")
        check_new_file(out, overwrite)
    options = replace(options, files=tuple(files))
    if preset is not None or many is not None:
        from tsel_cli.commands.extract_items import extract_many, extract_personal

        if preset is not None:
            return extract_personal(preset, options, out, overwrite)
        return extract_many(many or "", schema or "", options, out, overwrite)
    from tsel_core.extract.fields import read_fields

    fields = read_fields(schema or "")
    console = options.console()
    documents, seconds = read_files(options, console)
    rows, model, code = _rows(documents, fields, options, console, seconds)
    content = _content(rows, fields, model, code)
    if not options.no_trace:  # before anybody sees it
        log_command(content, {**asdict(options), "schema": schema}, console)
    _show(rows, content, options, console)
    if out is not None:
        write_file(Path(out), _bytes(Path(out).suffix.lower(), rows, fields, content), overwrite)
        console.note(f"written   {out}")
    return code


def _rows(
    documents: list[Document], fields: tuple[Field, ...], options: JobOptions, console: Stderr, seconds: float
) -> tuple[list[Row], dict[str, Any], int]:
    """A row for each document that fits; one that does not is said, and the exit code is 5."""
    from tsel_core.extract.rows import extract_rows

    session = open_session(options, console, seconds)
    pairs = [(document, document_lang(options, [document])) for document in documents]
    found = extract_rows(session, fields, pairs, lambda name, field: console.begin(f"{name}: {field.name}"))
    rows: list[Row] = []
    code = 0
    for document, row in zip(documents, found, strict=True):
        if isinstance(row, DoesNotFit):
            console.pause()
            print_error(f"{document.path}: {row.message}", row.hint)
            code = row.exit_code
        else:
            rows.append(row)
    console.end()
    model: dict[str, Any] = {**session.describe_model()} if rows else {"name": session.info.name}
    session.close()
    return rows, model, code


def _content(rows: list[Row], fields: tuple[Field, ...], model: dict[str, Any], code: int) -> dict[str, Any]:
    from tsel_core import __version__

    return {
        "schema_version": SCHEMA_VERSION,
        "command": "extract",
        "version": __version__,
        "model": model,
        "fields": [asdict(f) for f in fields],
        "documents": [{"path": r.document.path, "sha256": r.document.sha256} for r in rows],
        "rows": [r.as_json() for r in rows],
        "exit_code": code,
    }


def _show(rows: list[Row], content: dict[str, Any], options: JobOptions, console: Stderr) -> None:
    from tsel_cli.render.extract import row_lines

    if options.output == "json":
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return
    for row in rows:
        for line in row_lines(row, console):
            typer.echo(line)
    cells = [cell for row in rows for cell in row.cells]
    counts = [(word, sum(c.status == word for c in cells)) for word in ("stated", "unsure", "not stated")]
    console.note("cells     " + ", ".join(console.say(f"{count:,} {word}") for word, count in counts))


def _bytes(ending: str, rows: list[Row], fields: tuple[Field, ...], content: dict[str, Any]) -> bytes:
    if ending == ".json":
        return json.dumps(content, ensure_ascii=False, indent=2).encode("utf-8")
    if ending == ".csv":
        from tsel_cli.render.extract import table_csv

        return table_csv(rows, fields)
    from tsel_cli.render.extract_xlsx import table_xlsx

    return table_xlsx(rows, fields)
