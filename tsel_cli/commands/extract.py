"""tsel extract FILES... --schema FIELDS"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tsel_cli import options as o
from tsel_cli.batch.options import Engines
from tsel_cli.console import Stderr
from tsel_cli.engine_options import AtOnce, GpusPerEngine, Jobs, Ray
from tsel_cli.extracting.rows import TableRun
from tsel_cli.extracting.run import begin_early
from tsel_cli.extracting.writing import rows_beside, write_table
from tsel_cli.job import read_files, summary_lang
from tsel_cli.job_log import log_command
from tsel_cli.job_options import JobOptions
from tsel_cli.render.extract_parquet import table_parquet
from tsel_cli.shared import with_job_options
from tsel_core.errors import UsageError

if TYPE_CHECKING:
    from tsel_core.extract.extractor import Row
    from tsel_core.extract.fields import Field

SCHEMA_VERSION = 1
_EXAMPLE = 'tsel extract contracts/*.pdf --schema "Party, Start date (date)" --out table.xlsx'


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
    options = replace(options, files=tuple(files))
    if preset is not None:
        from tsel_cli.commands.extract_items import extract_personal

        if jobs > 1 or ray is not None:
            raise UsageError("--jobs and --ray make rows of documents", "leave them out beside --preset")
        rows_beside(out, overwrite, options, keeps=False)
        return extract_personal(preset, options, out, overwrite)
    kept = rows_beside(out, overwrite, options, one_each=many is None)
    from tsel_core.extract.fields import read_fields

    fields = read_fields(schema or "")
    if many is not None:
        from tsel_cli.commands.extract_items import extract_many

        return extract_many(many, fields, options, engines, out, kept, overwrite)
    console = options.console()
    begin_early(options, engines, kept)
    documents, seconds = read_files(options, console)
    made = TableRun(documents, fields, console, kept, langs=[summary_lang(options, [d]) for d in documents])
    made.go(options, engines, seconds)
    rows = made.rows
    content = _content(rows, fields, made.model, made.code)
    if not options.no_trace:  # before anybody sees it
        log_command(content, {**asdict(options), "schema": schema}, console)
    _show(rows, content, options, console)
    if out is not None:
        told = [content["fields"], content["rows"]]
        write_table(Path(out), made, told, lambda: _bytes(Path(out).suffix.lower(), rows, fields, content), overwrite)
    return made.code


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
    from tsel_core.text.safe import terminal_json

    if options.output == "json":
        typer.echo(terminal_json(content, indent=2))
        return
    for row in rows:
        for line in row_lines(row, console):
            typer.echo(line)
    cells = [cell for row in rows for cell in row.cells]
    counts = [(word, sum(c.status == word for c in cells)) for word in ("stated", "unsure", "not stated")]
    console.note("cells     " + ", ".join(console.say(f"{count:,} {word}") for word, count in counts))


def _bytes(ending: str, rows: list[Row], fields: tuple[Field, ...], content: dict[str, Any]) -> bytes:
    if ending == ".json":
        from tsel_core.text.safe import terminal_json

        return terminal_json(content, indent=2).encode("utf-8")
    if ending == ".parquet":
        return table_parquet(rows, fields)
    if ending == ".csv":
        from tsel_cli.render.extract_csv import table_csv

        return table_csv(rows, fields)
    from tsel_cli.render.extract_xlsx import table_xlsx

    return table_xlsx(rows, fields)
