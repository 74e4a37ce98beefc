"""The documents of the page: as they were read, and, where they have pages, a painter of those."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tsel_cli.page.word_pages import KINDS, is_word, laid_out
from tsel_core.document import Document, Unit, file_name
from tsel_core.errors import DocumentError, UsageError
from tsel_core.ingest.isolation.page_painter import PagePainter, Place
from tsel_core.ingest.options import ReadOptions


@dataclass(frozen=True)
class Opened:
    """One document. `painter` is None where it has no pages to be shown: its text is, then.

    `on_page`: of a Word file that was laid out, the page (from 0) of each unit. `note`: why it was not.
    """

    document_id: str
    document: Document
    painter: PagePainter | None
    owner: str
    on_page: Mapping[int, int] = field(default_factory=dict)
    note: str = ""

    @property
    def name(self) -> str:
        """The file's name."""
        return file_name(self.document)

    def page_of(self, unit: Unit) -> int | None:
        """The page (from 0) on which a unit is shown."""
        return self.on_page.get(unit.index) if unit.page is None else unit.page - 1

    def places(self, spans: Sequence[tuple[int, int, int]]) -> list[list[Place]]:
        """Boxes of each span (unit, start, end; -1 is the unit's end), those of a unit at once; none without pages."""
        found: list[list[Place]] = [[] for _ in spans]
        units = {unit.index: unit for unit in self.document.units}
        of_unit: dict[int, list[int]] = {}
        for at, (index, _, _) in enumerate(spans):
            of_unit.setdefault(index, []).append(at)
        for index, ats in of_unit.items():
            unit = units.get(index)
            page = None if unit is None else self.page_of(unit)
            if self.painter is None or unit is None or page is None:
                continue
            length = len(unit.text)
            ends = [length if spans[at][2] < 0 else min(length, spans[at][2]) for at in ats]
            wanted = [(max(0, spans[at][1]), end) for at, end in zip(ats, ends, strict=True)]
            for at, boxes in zip(ats, self.painter.places(page, unit.text, wanted), strict=True):
                found[at] = boxes
        return found


class Shelf:
    """Documents of each owner in the order in which they were opened, `most` at most. For several threads."""

    def __init__(self, most: int = 64) -> None:
        self.most = most
        self._opened: dict[str, Opened] = {}
        self._lock = threading.Lock()

    def add(self, document: Document, data: bytes | None, owner: str, password: str | None = None) -> Opened:
        """Open a document; `data` are the file's bytes where they are at hand. Raises UsageError when it is full."""
        painter, note = None, ""
        on_page: dict[int, int] = {}
        if document.kind == "pdf" and data is not None:
            painter = PagePainter(file_name(document), data, ReadOptions(password=password))
        elif data is not None and is_word(document, data):
            try:
                painter, on_page = laid_out(document, data)
            except DocumentError as error:
                note = error.message
        opened = Opened(secrets.token_hex(8), document, painter, owner, on_page, note)
        with self._lock:
            if len(self._opened) >= self.most:
                raise UsageError(f"{self.most} documents are open, the most there may be", "close some of them")
            self._opened[opened.document_id] = opened
        return opened

    def of(self, owner: str) -> list[Opened]:
        """All of an owner."""
        with self._lock:
            return [o for o in self._opened.values() if o.owner == owner]

    def get(self, document_id: str, owner: str) -> Opened:
        """Raises DocumentError for one that is not there, or not the owner's."""
        with self._lock:
            found = self._opened.get(document_id)
        if found is None or found.owner != owner:
            raise DocumentError("the document is not open", "open it again")
        return found

    def some(self, ids: Sequence[str], owner: str) -> list[Opened]:
        """Those of the ids, in the shelf's order. Raises UsageError when there is none, DocumentError."""
        wanted = {self.get(i, owner).document_id for i in ids}
        if not wanted:
            raise UsageError("no document is chosen", "choose the documents that are to be asked")
        return [o for o in self.of(owner) if o.document_id in wanted]

    def remove(self, document_id: str, owner: str) -> None:
        """Close a document and its painter."""
        opened = self.get(document_id, owner)
        with self._lock:
            self._opened.pop(document_id, None)
        if opened.painter is not None:
            opened.painter.close()

    def close(self) -> None:
        """End all painters."""
        with self._lock:
            every = list(self._opened.values())
            self._opened.clear()
        for opened in every:
            if opened.painter is not None:
                opened.painter.close()


def bytes_of(document: Document) -> bytes | None:
    """The bytes of a document that was read from a file; None where it is no file, or another one by now."""
    if document.kind not in ("pdf", *KINDS):
        return None
    try:
        data = Path(document.path).read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == document.sha256 else None
