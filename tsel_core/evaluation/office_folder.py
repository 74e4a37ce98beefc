"""A folder of one's own papers with a file of questions, for `tsel eval FOLDER --office`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tsel_core.errors import UsageError
from tsel_core.evaluation.items import Item, item_of, json_lines
from tsel_core.evaluation.office import AskedPaper
from tsel_core.evaluation.runner import ReadDocument
from tsel_core.evaluation.wanted import HINT, Wanted, wanted_of
from tsel_core.text.language import document_lang

QUESTIONS = "questions.jsonl"
_KINDS = {"yesno": "yesno", "choice": "yesno", "abstain": "absent"}  # by match, where a line names no kind


def folder_papers(path: str | Path, read_document: ReadDocument) -> list[AskedPaper]:
    """Papers of a folder (or of its file of questions), read; a line asks, or says which items a summary must hold.

    Raises UsageError for a line at fault, and what reading a document raises.
    """
    file = Path(path) / QUESTIONS if Path(path).is_dir() else Path(path)
    asked: dict[str, tuple[list[Item], list[Wanted]]] = {}
    for where, found in json_lines(file):
        if "items" not in found:
            item = _with_kind(item_of(found, where, file.parent))
            asked.setdefault(item.doc, ([], []))[0].append(item)
            continue
        if not found.get("doc") or not isinstance(found["items"], list):
            raise UsageError(f"{where}: doc is missing", HINT)
        place = str(file.parent / str(found["doc"]))
        asked.setdefault(place, ([], []))[1].extend(wanted_of(found["items"], where))
    return [_paper(doc, items, wanted, read_document) for doc, (items, wanted) in asked.items()]


def _with_kind(item: Item) -> Item:
    return item if item.kind else replace(item, kind=_KINDS.get(item.match, "exact"))


def _paper(doc: str, items: Sequence[Item], wanted: Sequence[Wanted], read_document: ReadDocument) -> AskedPaper:
    documents = tuple(read_document(doc))
    lang = document_lang((u.text for u in d.units) for d in documents)
    return AskedPaper(Path(doc).name, lang, documents, tuple(items), tuple(wanted))
