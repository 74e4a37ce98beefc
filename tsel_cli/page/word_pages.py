"""A Word file as LibreOffice lays it out, where that is installed: its pages, and on which of them each unit begins."""

from __future__ import annotations

from tsel_core.document import Document, file_name
from tsel_core.errors import DocumentError
from tsel_core.ingest.isolation.page_painter import PagePainter
from tsel_core.ingest.safety.convert import office, office_made

KINDS = ("docx", "odt", "rtf")
_MAGIC = (b"PK", b"{\\rtf")


def is_word(document: Document, data: bytes) -> bool:
    """Whether a document is one that can be laid out here; an encrypted one is not."""
    return document.kind in KINDS and data.startswith(_MAGIC) and office() is not None


def laid_out(document: Document, data: bytes) -> tuple[PagePainter, dict[int, int]]:
    """A painter of its pages, and the page (from 0) of each unit that was found. Raises DocumentError."""
    name = file_name(document)
    painter = PagePainter(name, office_made(name, data, (document.kind, "pdf")))
    units = [u for u in document.units if u.in_flow and u.text.strip()]
    try:
        pages = painter.pages_of([u.text for u in units])
    except DocumentError:
        painter.close()
        raise
    return painter, {u.index: page for u, page in zip(units, pages, strict=True) if page >= 0}
