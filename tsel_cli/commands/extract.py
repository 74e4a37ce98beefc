"""tsel extract FILES... --schema FIELDS"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tsel_cli import options as o
from tsel_cli.batch.options import Engines
from tsel_cli.console import Stderr
from tsel_cli.engine_options import AtOnce, GpusPerEngine, Jobs, Ray
from tsel_cli.extracting.kept import KeptRows
from tsel_cli.extracting.run import TableRun, run_table
from tsel_cli.job import read_files
from tsel_cli.job_log import log_command
from tsel_cli.job_options import JobOptions
from tsel_cli.places import check_new_file, write_file
from tsel_cli.render.extract_parquet import check_parquet, table_parquet
from tsel_cli.shared import with_job_options
from tsel_core.errors import UsageError

if TYPE_CHECKING:
    from tsel_core.extract.extractor import Row
    from tsel_core.extract.fields import Field

SCHEMA_VERSION = 1
_EXAMPLE = 'tsel extract contracts/*.pdf --schema "Party, Start date (date)" --out table.xlsx'
FORMS = (".xlsx", ".csv", ".json", ".parquet")


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
        str | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help="Write .xlsx, .csv, .json or .parquet; running again goes on."
        ),
    ] = None,
    many: Annotated[
        str | None,
        typer.Option("--many", metavar="WHAT", help='A row a found item: "every obligation of the supplier".'),
    ] = None,
    preset: Annotated[
        str | None, typer.Option("--preset", help="personal-data: names, addresses, accounts; no model is asked.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Let --out replace a file that is there.")] = False,
    jobs: Jobs = 1,
    ray: Ray = None,
    gpus_per_engine: GpusPerEngine = 1,
    at_once: AtOnce = 0,
) -> int:
    """Fill a table: a row a document, a column a field, each value with its quote and place, or "not stated"."""
    if (schema is None) == (preset is None) or (preset is not None and many is not None):
        raise UsageError("extract needs --schema (with or without --many), or --preset", _EXAMPLE)
    engines = Engines(jobs, ray, gpus_per_engine, at_once)
    engines.check(options.device)
    kept = None if out is None else _out(out, overwrite, keeps=schema is not None and many is None, options=options)
    options = replace(options, files=tuple(files))
    if preset is not None or many is not None:
        from tsel_cli.commands.extract_items import extract_many, extract_personal

        if jobs > 1 or ray is not None:
            raise UsageError("--jobs and --ray make rows of documents", "leave them out beside --many and --preset")
        if preset is not None:
            return extract_personal(preset, options, out, overwrite)
        return extract_many(many or "", schema or "", options, out, overwrite)
    from tsel_core.extract.fields import read_fields

    fields = read_fields(schema or "")
    console = options.console()
    documents, seconds = read_files(options, console)
    made = run_table(documents, fields, options, console, engines, kept, seconds)
    rows = made.rows
    content = _content(rows, fields, made.model, made.code)
    if not options.no_trace:  # before anybody sees it
        log_command(content, {**asdict(options), "schema": schema}, console)
    _show(rows, content, options, console)
    if out is not None:
        _write(Path(out), made, rows, content, kept, overwrite)
    return made.code


def _out(out: str, overwrite: bool, *, keeps: bool, options: JobOptions) -> KeptRows | None:
    """The rows that are kept beside --out, unless no trace is wanted. Raises UsageError for what cannot be written."""
    ending = Path(out).suffix.lower()
    if ending not in (FORMS if keeps else FORMS[:3]):
        if ending == ".parquet":
            raise UsageError(f"--out {out}: a list of items is no .parquet", "write .xlsx, .csv or .json")
        raise UsageError(f"--out {out}: extract writes .xlsx, .csv, .json or .parquet", "name a file that ends so")
    if ending == ".parquet":
        check_parquet()
    kept = KeptRows(Path(out)) if keeps and not options.no_trace else None
    check_new_file(out, overwrite or (kept is not None and kept.is_ours))
    return kept


def _write(
    out: Path, made: TableRun, rows: list[Row], content: dict[str, Any], kept: KeptRows | None, overwrite: bool
) -> None:
    """Write the table; one that says this already is left alone."""
    inner = json.dumps([content["fields"], content["rows"]]).encode()
    if kept is not None and kept.holds(inner):
        made.console.note(f"unchanged {out}")
        return
    table = _bytes(out.suffix.lower(), rows, made.fields, content)
    write_file(out, table, overwrite or (kept is not None and kept.is_ours))
    if kept is not None:
        kept.close(made.keys, inner)
    made.console.note(f"written   {out}")


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
    if ending == ".parquet":
        return table_parquet(rows, fields)
    if ending == ".csv":
        from tsel_cli.render.extract import table_csv

        return table_csv(rows, fields)
    from tsel_cli.render.extract_xlsx import table_xlsx

    return table_xlsx(rows, fields)
