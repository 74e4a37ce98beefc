"""A result beside its document, for a person: the answer with its citations as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tsel_cli.batch.items import BESIDE, Item, write_whole
from tsel_core.text.safe import one_line, safe_markdown


def write_beside(item: Item, record: Mapping[str, Any]) -> Path:
    """Write FILE.tsel.md; one that says the same already is left alone."""
    path, text = item.path.with_name(item.path.name + BESIDE), record_markdown(item.name, record)
    try:
        same = path.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        same = False
    if not same:
        write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))
    return path


def record_markdown(name: str, record: Mapping[str, Any]) -> str:
    """The answer, what its sentences were judged when they are not supported, and the citations."""
    parts = [f"# {one_line(name)}", str(record.get("answer") or "").strip()]
    doubted = [c for c in record.get("claims") or () if c.get("verdict") != "supported"]
    if doubted:
        parts.append("\n".join(f"- {c['verdict']}: {one_line(c['text'])}" for c in doubted))
    cites = record.get("citations") or ()
    if cites:
        parts.append("\n".join(f"- [{c['id']}] {c['label']}: “{one_line(c['quote'])}” ({c['check']})" for c in cites))
    model = (record.get("model") or {}).get("name", "")
    parts.append(f"tsel {record.get('version', '')}, {model}")
    return safe_markdown("\n\n".join(parts)) + "\n"
