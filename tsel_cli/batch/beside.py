"""A result beside its document, for a person: the answer with its citations as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tsel_cli.batch.items import BESIDE, Item, write_whole
from tsel_cli.render.forms import check_words
from tsel_cli.render.labels import label_in
from tsel_cli.render.trust_words import claim_words
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
    """The answer, what was judged of sentences that are not supported, the citations; in the answer's language."""
    lang = str(record.get("lang") or "en")
    parts = [f"# {one_line(name)}", str(record.get("answer") or "").strip()]
    doubted = [c for c in record.get("claims") or () if c.get("verdict") != "supported"]
    if doubted:
        parts.append("\n".join(f"- {claim_words(c, lang)[0]}: {one_line(c['text'])}" for c in doubted))
    cites = record.get("citations") or ()
    if cites:
        parts.append("\n".join(f"- {_cited(c, lang)}" for c in cites))
    model = (record.get("model") or {}).get("name", "")
    parts.append(f"tsel {record.get('version', '')}, {model}")
    return safe_markdown("\n\n".join(parts)) + "\n"


def _cited(cite: Mapping[str, Any], lang: str) -> str:
    place, check = label_in(str(cite["label"]), lang), check_words(str(cite["check"]), lang)
    return f"[{cite['id']}] {place}: “{one_line(cite['quote'])}” ({check})"
