"""The table of a batch: one row a document and question, as JSONL, CSV, Parquet or an Excel file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tsel_cli.batch.items import write_whole
from tsel_core.errors import UsageError
from tsel_core.installing import adding
from tsel_core.prompts.tasks import NOT_FOUND
from tsel_core.text.refusal import is_refusal
from tsel_core.text.safe import guarded, one_line, terminal_json

FORMATS = ("jsonl", "csv", "parquet", "xlsx")
COLUMNS = (
    "file",
    "question",
    "status",
    "exit_code",
    "answer",
    "mark",
    "quote",
    "place",
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


_NOT_FOUND = 3  # exit code


def told_answer(record: Mapping[str, Any]) -> str:
    """The answer of a record; where nothing in the document supports it, that it was not found."""
    text = str(record.get("answer") or "").strip()
    if record.get("found") is not False or is_refusal(text):
        return text
    return NOT_FOUND.get(str(record.get("lang")), NOT_FOUND["en"])


def mark_of(record: Mapping[str, Any]) -> str:
    """What may be relied on of an answer, in plain words: supported, unsure, contradicted, not found.

    A summary that keeps its statements to itself has "": nothing was judged of it.
    """
    claims = record.get("claims") or ()
    verdicts = {c.get("verdict") for c in claims}
    asked = record.get("command") != "summarize"
    if record.get("found") is False or record.get("exit_code") == _NOT_FOUND:
        return "not found"
    if "contradicted" in verdicts:
        return "contradicted"
    if not (claims or asked):
        return ""
    weak = (record.get("support") or {}).get("verdict") not in (None, "supported")
    untold = asked and not (claims and record.get("citations"))
    doubted = record.get("confidence") == "unsure" or record.get("exit_code")
    return "unsure" if weak or untold or doubted or verdicts - {"supported"} else "supported"


def row(name: str, result: dict[str, Any], question: str = "") -> dict[str, Any]:
    """The row of one result (tsel_cli.batch.items.as_result)."""
    record = result.get("record") or {}
    citations, claims = record.get("citations") or [], record.get("claims") or []
    documents = record.get("documents") or [{}]
    values = {
        "file": name,
        "question": question or None,
        "status": result["status"],
        "exit_code": record.get("exit_code", result.get("exit_code")),
        "answer": told_answer(record) if record else None,
        "mark": (mark_of(record) or None) if record else None,
        "quote": "\n".join(f"[{c['id']}] {one_line(c['quote'])}" for c in citations) or None,
        "place": "\n".join(f"[{c['id']}] {c['label']}" for c in citations) or None,
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
    ordered = sorted(rows, key=lambda r: r["file"])  # the questions of a document stay in their order
    writers = {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet, "xlsx": _xlsx}
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


def _xlsx(rows: list[dict[str, Any]], path: Path) -> None:
    from tsel_cli.render.batch_xlsx import answers_xlsx

    path.write_bytes(answers_xlsx(rows))
