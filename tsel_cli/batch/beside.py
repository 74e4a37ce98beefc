"""A result beside its document, for a person: the answer with its citations as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tsel_cli.batch.items import BESIDE, Item, write_whole
from tsel_cli.batch.table import told_answer
from tsel_cli.render.forms import check_words
from tsel_cli.render.labels import label_in
from tsel_cli.render.trust_words import claim_words
from tsel_core.text.safe import one_line, safe_markdown


def write_beside(item: Item, answered: Sequence[tuple[str, Mapping[str, Any]]]) -> Path:
    """Write FILE.tsel.md: each question with its record; one that says the same already is left alone."""
    path, text = item.path.with_name(item.path.name + BESIDE), records_markdown(item.name, answered)
    try:
        same = path.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        same = False
    if not same:
        write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))
    return path


def records_markdown(name: str, answered: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """Each answer below its question, where there are several."""
    several = len(answered) > 1
    parts = [f"# {one_line(name)}"]
    for question, record in answered:
        parts += [f"## {one_line(question)}"] if several and question else []
        parts += _told(record)
    record = answered[-1][1]
    model = (record.get("model") or {}).get("name", "")
    parts.append(f"tsel {record.get('version', '')}, {model}")
    return safe_markdown("\n\n".join(parts)) + "\n"


def record_markdown(name: str, record: Mapping[str, Any]) -> str:
    """One answer."""
    return records_markdown(name, [("", record)])


def _told(record: Mapping[str, Any]) -> list[str]:
    """The answer, what was judged of sentences that are not supported, the citations; in the answer's language."""
    lang = str(record.get("lang") or "en")
    parts = [told_answer(record)]
    doubted = [c for c in record.get("claims") or () if c.get("verdict") != "supported"]
    if doubted:
        parts.append("\n".join(f"- {claim_words(c, lang)[0]}: {one_line(c['text'])}" for c in doubted))
    cites = record.get("citations") or ()
    if cites:
        parts.append("\n".join(f"- {_cited(c, lang)}" for c in cites))
    return parts


def _cited(cite: Mapping[str, Any], lang: str) -> str:
    place, check = label_in(str(cite["label"]), lang), check_words(str(cite["check"]), lang)
    return f"[{cite['id']}] {place}: “{one_line(cite['quote'])}” ({check})"
