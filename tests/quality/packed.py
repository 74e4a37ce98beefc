"""Questions and the documents they are about in one JSONL file, for a machine that cannot read PDF or Word files.

A line is a question (see items.load_items), or {"document": {...}} with the units as they were read elsewhere, so that
pages, labels and speakers are those the user would see.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from tsel_core.document import Document, Unit
from tsel_core.errors import UsageError
from tsel_core.evaluation.items import Item, as_jsonl, item_of
from tsel_core.evaluation.runner import ReadDocument, text_document

_HINT = "make the file with tests/quality/choose_questions.py --pack"
_UNIT_KEYS = frozenset(f.name for f in fields(Unit))


@dataclass(frozen=True)
class Packed:
    """Items and the documents they name, by `Item.doc`."""

    items: tuple[Item, ...]
    documents: Mapping[str, Document]

    def read(self, name: str) -> Sequence[Document]:
        """The document of an item (a runner.ReadDocument). Raises UsageError for one that was not packed."""
        if name not in self.documents:
            raise UsageError(f"{name}: not in the packed file", _HINT)
        return [self.documents[name]]

    def documents_of(self, item: Item) -> Sequence[Document]:
        """The same; an item with its own text is a document by itself."""
        return [text_document(item.doc, item.text)] if item.text is not None else self.read(item.doc)


def text_of(item: Item, read_document: ReadDocument) -> str:
    """The text of an item's document, inline or read."""
    if item.text is not None:
        return item.text
    return "\n".join(unit.text for document in read_document(item.doc) for unit in document.units)


def pack(items: Sequence[Item], read_document: ReadDocument) -> str:
    """The lines of a packed file. Each item's document must be one file."""
    lines = []
    for name in dict.fromkeys(i.doc for i in items if i.text is None):
        document = read_document(name)[0]
        units = [{k: v for k, v in asdict(u).items() if v not in (None, ())} for u in document.units]
        content = {**asdict(document), "path": name, "units": units}
        lines.append(json.dumps({"document": content}, ensure_ascii=False))
    return "\n".join([*lines, as_jsonl(items)])


def load_packed(path: str | Path) -> Packed:
    """Read a packed file, or a plain one whose items carry their text. Raises UsageError naming the line at fault."""
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").split("\n")  # a text may hold other line ends (U+2028)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as UTF-8 text: {error}", _HINT) from error
    items: list[Item] = []
    documents: dict[str, Document] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{path} line {number}"
        try:
            found = json.loads(line)
        except json.JSONDecodeError as error:
            raise UsageError(f"{where}: not valid JSON: {error}", _HINT) from error
        if "document" in found:
            document = document_of(found["document"])
            documents[document.path] = document
        else:
            items.append(item_of(found, where, Path()))
    missing = {i.doc for i in items if i.text is None} - documents.keys()
    if missing:
        raise UsageError(f"{path}: no text of {sorted(missing)[0]}", _HINT)
    return Packed(tuple(items), documents)


def document_of(found: Mapping[str, Any]) -> Document:
    """A document as it was packed."""
    return Document(
        path=found["path"],
        sha256=found["sha256"],
        kind=found["kind"],
        unit_kind=found["unit_kind"],
        units=tuple(_units(found["units"])),
        warnings=tuple(found.get("warnings", ())),
        metadata=dict(found.get("metadata", {})),
    )


def _units(found: Iterable[Mapping[str, Any]]) -> Iterable[Unit]:
    for unit in found:
        known = {k: v for k, v in unit.items() if k in _UNIT_KEYS}
        yield Unit(**{**known, "heading_path": tuple(known.get("heading_path", ()))})
