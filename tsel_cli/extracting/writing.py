"""The file of a table: written when it is whole, left alone where it says the same already."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tsel_cli.extracting.kept import KeptRows
from tsel_cli.extracting.run import Run
from tsel_cli.i18n import message_language
from tsel_cli.job_options import JobOptions
from tsel_cli.places import check_new_file, write_file
from tsel_cli.render.extract_parquet import check_parquet
from tsel_core.errors import UsageError

FORMS = (".xlsx", ".csv", ".json", ".parquet")


def rows_beside(
    out: str | None, overwrite: bool, options: JobOptions, *, keeps: bool = True, one_each: bool = False
) -> KeptRows | None:
    """The rows that are kept beside --out, unless no trace is wanted. Raises UsageError for what cannot be written.

    `one_each`: a row a document; only such a table has one kind of value in a column.
    """
    if out is None:
        return None
    ending = Path(out).suffix.lower()
    if ending not in (FORMS if one_each else FORMS[:3]):
        if ending == ".parquet":
            raise UsageError(f"--out {out}: a list of items is no .parquet", "write .xlsx, .csv or .json")
        raise UsageError(f"--out {out}: extract writes .xlsx, .csv, .json or .parquet", "name a file that ends so")
    if ending == ".parquet":
        check_parquet()
    kept = KeptRows(Path(out)) if keeps and not options.no_trace else None
    check_new_file(out, overwrite or (kept is not None and kept.is_ours))
    return kept


def write_table(out: Path, run: Run, told: Any, make: Callable[[], bytes], overwrite: bool) -> None:
    """Write what `make` gives, unless the file is ours and says `told` already."""
    words = message_language() if out.suffix.lower() in (".xlsx", ".csv") else ""  # in others it is another table
    kept, inner = run.kept, json.dumps([told, words]).encode()
    if kept is not None and kept.holds(inner):
        run.console.note(f"unchanged {out}")
        return
    write_file(out, make(), overwrite or (kept is not None and kept.is_ours))
    if kept is not None:
        kept.close(run.keys, inner)
    run.console.note(f"written   {out}")
