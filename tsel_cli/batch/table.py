"""The table of a batch: one row a document, as JSONL, CSV or Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tsel_cli.batch.items import write_whole
from tsel_core.errors import UsageError
from tsel_core.installing import adding
from tsel_core.text.safe import guarded, terminal_json

FORMATS = ("jsonl", "csv", "parquet")
COLUMNS = (
    "file",
    "status",
    "exit_code",
    "answer",
    "found",
    "support",
    "citations",
    "claims",
    "claims_unsupported",
    "tokens",
    "seconds",
    "model",
    "sha256",
    "error",
    "hint",
    "cut",
)


def row(name: str, result: dict[str, Any]) -> dict[str, Any]:
    """The row of one result (tsel_cli.batch.items.as_result)."""
    record = result.get("record") or {}
    citations, claims = record.get("citations") or [], record.get("claims") or []
    documents = record.get("documents") or [{}]
    values = {
        "file": name,
        "status": result["status"],
        "exit_code": record.get("exit_code", result.get("exit_code")),
        "answer": record.get("answer"),
        "found": record.get("found"),
        "support": (record.get("support") or {}).get("verdict"),
        "citations": len(citations) if record else None,
        "claims": len(claims) if record else None,
        "claims_unsupported": sum(c.get("verdict") != "supported" for c in claims) if record else None,
        "tokens": (record.get("receipt") or {}).get("tokens_read"),
        "seconds": (record.get("timings_s") or {}).get("total"),
        "model": (record.get("model") or {}).get("name"),
        "sha256": documents[0].get("sha256"),
        "error": result.get("error"),
        "hint": result.get("hint"),
        "cut": (record.get("receipt") or {}).get("cut"),
    }
    return {name: values[name] for name in COLUMNS}


def check_formats(text: str) -> tuple[str, ...]:
    """Formats of "jsonl,csv". Raises UsageError for one that is unknown or needs a package that is missing."""
    formats = tuple(f.strip() for f in text.split(",") if f.strip())
    unknown = set(formats) - set(FORMATS)
    if unknown or not formats:
        raise UsageError(f"--table must name {', '.join(FORMATS)}, got {text!r}", "--table jsonl,csv")
    if "parquet" in formats:
        try:
            import pyarrow  # noqa: F401
        except ImportError as error:
            raise UsageError("--table parquet needs pyarrow", f"{adding('pyarrow')}, or use jsonl,csv") from error
    return formats


def write_table(rows: Iterable[dict[str, Any]], out: Path, formats: Iterable[str]) -> list[Path]:
    """Write results.FORMAT into `out` for each format; returns the paths."""
    ordered = sorted(rows, key=lambda r: r["file"])
    writers = {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet}
    paths = []
    for name in formats:
        path = out / f"results.{name}"
        write_whole(path, lambda part, write=writers[name]: write(ordered, part))  # type: ignore[misc]
        paths.append(path)
    return paths


def _jsonl(rows: list[dict[str, Any]], path: Path) -> None:
    path.write_text("".join(terminal_json(r) + "\n" for r in rows), encoding="utf-8")


def _csv(rows: list[dict[str, Any]], path: Path) -> None:
    """With a byte order mark, so that spreadsheets read Japanese; a cell never begins a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows({k: guarded(v) for k, v in r.items()} for r in rows)


def _parquet(rows: list[dict[str, Any]], path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    counts, flags = {"exit_code", "citations", "claims", "claims_unsupported", "tokens"}, {"found", "cut"}
    kinds = {c: pa.int64() if c in counts else pa.bool_() if c in flags else pa.string() for c in COLUMNS}
    kinds["seconds"] = pa.float64()
    pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items()))), path)
