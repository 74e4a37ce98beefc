"""Questions with known answers: the lines of a JSONL file, or made by a generator."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tsel_core.errors import UsageError
from tsel_core.evaluation.scoring import MATCHES
from tsel_core.text.faults import place_of
from tsel_core.text.language import Lang, detect_lang

RAW = frozenset(("instruct", "complete"))
"""Tasks of benchmarks, whose prompts are their own: `before`, text and question, as a turn of a user or as they are."""
NO_QUESTION = "-"

_HINT = 'a line looks like {"id": "1", "doc": "a.pdf", "question": "...", "answers": ["..."], "match": "any"}'


@dataclass(frozen=True, slots=True)
class Item:
    """One question on one document. `doc` is a path, or a name when `text` holds the document itself.

    `before` stands before the text in a benchmark's prompt.
    `limit` is how many tokens an answer may take where the benchmark says so (0: as the run says).
    `evidence` says where the answer stands: objects with "span" (words of the document) or "page" (from 1), "page_end".
    """

    id: str
    doc: str
    question: str
    answers: tuple[str, ...]
    match: str = "any"
    task: str = "qa"
    lang: Lang = "en"
    kind: str = ""
    text: str | None = None
    evidence: tuple[Mapping[str, Any], ...] = ()
    limit: int = 0
    before: str = ""


def load_items(path: str | Path) -> list[Item]:
    """Items of a JSONL file; `doc` is taken from the file's folder. Raises UsageError naming the line at fault."""
    file = Path(path)
    items = [item_of(found, where, file.parent) for where, found in json_lines(file)]
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise UsageError(f"{path}: id {item.id!r} stands twice", "give every question its own id")
        seen.add(item.id)
    return items


def json_lines(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(where, object) of the lines of a JSONL file. Raises UsageError, for a file without a line too."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}", "pass a JSONL file of questions") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: cannot be read: {place_of(error)}", "pass a JSONL file of questions") from error
    if not any(map(str.strip, lines)):
        raise UsageError(f"{file}: no question in it", _HINT)
    for number, line in enumerate(lines, 1):
        if line.strip():
            where = f"{file} line {number}"
            yield where, _object(line, where)


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except json.JSONDecodeError as error:
        raise UsageError(f"{where}: not valid JSON: {place_of(error)}", _HINT) from error
    if not isinstance(found, dict):
        raise UsageError(f"{where}: must be a JSON object, got {type(found).__name__}", _HINT)
    return found


def item_of(found: Mapping[str, Any], where: str, folder: Path) -> Item:
    """An item from a JSON object. Raises UsageError."""
    for key in ("id", "doc", "question", "answers"):
        if not found.get(key):
            raise UsageError(f"{where}: {key} is missing", _HINT)
    answers = found["answers"]
    answers = (answers,) if isinstance(answers, str) else tuple(str(a) for a in answers)
    task = str(found.get("task", "qa"))
    match = str(found.get("match") or ("keypoints" if task == "summary" else "any"))
    if match not in MATCHES:
        raise UsageError(f"{where}: match must be one of {', '.join(MATCHES)}, got {match!r}", _HINT)
    question, text = str(found["question"]), found.get("text")
    given = found.get("lang")
    lang: Lang = given if given in ("en", "ja") else detect_lang(question)
    return Item(
        id=str(found["id"]),
        doc=str(found["doc"]) if text is not None else str(folder / str(found["doc"])),
        question=question,
        answers=answers,
        match=match,
        task=task,
        lang=lang,
        kind=str(found.get("kind") or ""),
        text=text,
        evidence=tuple(e for e in found.get("evidence") or () if isinstance(e, Mapping)),
        limit=_limit(found.get("limit", 0), where),
        before=str(found.get("before") or ""),
    )


def _limit(found: Any, where: str) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or found < 0:
        raise UsageError(f"{where}: limit must be a number of tokens, got {str(found)[:40]}", _HINT)
    return found


def group_by_document(items: Iterable[Item]) -> list[list[Item]]:
    """Items that can share a reading: same document, same language and task (they share the prompt's beginning)."""
    groups: dict[tuple[str, str, str], list[Item]] = {}
    for item in items:
        groups.setdefault((item.doc, item.lang, prompt_kind(item)), []).append(item)
    return list(groups.values())


def prompt_kind(item: Item) -> str:
    """Which prompt an item takes: one of our two, or (`RAW`) a benchmark's, with or without a chat template."""
    if item.task in RAW:
        return item.task
    return "summarize" if item.task == "summary" else "ask"


def as_jsonl(items: Sequence[Item]) -> str:
    """Items as the lines of a JSONL file, with the documents' text where they carry it."""
    lines = []
    for item in items:
        fields = {k: getattr(item, k) for k in ("id", "doc", "lang", "task", "question", "answers", "match", "kind")}
        if item.text is not None:
            fields["text"] = item.text
        if item.evidence:
            fields["evidence"] = [dict(e) for e in item.evidence]
        fields |= {k: getattr(item, k) for k in ("limit", "before") if getattr(item, k)}
        lines.append(json.dumps(fields, ensure_ascii=False))
    return "\n".join(lines) + "\n"
