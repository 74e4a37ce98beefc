"""EPUB books: the pages of the spine in their order, each through the reader of HTML.

ebooklib does the same, under the AGPL, which a program of another licence cannot ship; the format is a zip of pages.
"""

from __future__ import annotations

import posixpath
from typing import Any
from urllib.parse import unquote

from tsel_core.errors import DocumentError, UnreadableDocument
from tsel_core.ingest.formats.html.html_source import decode_html
from tsel_core.ingest.formats.html.html_text import read_html
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.safety.safe_zip import SafeZip, parse_xml
from tsel_core.ingest.source import Draft, Source

MAX_PAGES = 5000
_PAGES = (".xhtml", ".html", ".htm", ".xml")


def read_epub(source: Source, options: ReadOptions) -> Draft:
    """Paragraphs of a book. Raises UnreadableDocument when it is locked, DocumentError when it is damaged."""
    archive = SafeZip(source.name, source.data, options.max_unpacked_bytes)
    draft = Draft("epub", "paragraph")
    missing = number = 0
    locked = archive.read("META-INF/encryption.xml") or b""
    spine = _spine(source.name, archive)
    if len(spine) > MAX_PAGES:
        draft.lose(f"the book has {len(spine):,} pages; the first {MAX_PAGES:,} were read")
    for place in spine[:MAX_PAGES]:
        data = archive.read(place)
        if data is None:
            missing += 1
        elif place.encode() in locked:
            raise UnreadableDocument(
                f"{source.name}: the book is locked (DRM)", "read it in the program it was bought for"
            )
        else:
            page = decode_html(data, options.encoding, place)
            number = read_html(draft, page, hidden=options.hidden, number=number)
    if missing:
        draft.lose(f"{missing} pages of the book are missing in the file")
    if archive.copies:
        draft.doubt(archive.copies_warning())
    draft.warn_hidden(shown=options.hidden)
    return draft


def _spine(name: str, archive: SafeZip) -> list[str]:
    """Places of the pages in reading order; every page in the file's order where the book's list is damaged."""
    try:
        container = parse_xml(name, "container.xml", archive.read("META-INF/container.xml") or b"<none/>")
        package = next((e.get("full-path") or "" for e in container.iter() if _local(e) == "rootfile"), "")
        book = parse_xml(name, package, archive.read(package) or b"<none/>")
    except DocumentError:
        return [n for n in archive.names() if n.endswith(_PAGES)]
    folder = posixpath.dirname(package)
    items = {e.get("id"): e.get("href") or "" for e in book.iter() if _local(e) == "item"}
    pages = [items.get(e.get("idref"), "") for e in book.iter() if _local(e) == "itemref"]
    found = [posixpath.normpath(posixpath.join(folder, unquote(page))) for page in pages if page]
    return found or [n for n in archive.names() if n.endswith(_PAGES)]


def _local(element: Any) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""
