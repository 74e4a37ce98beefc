"""A PDF to a Draft: clauses and paragraphs in reading order, page by page so that memory stays flat."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pypdfium2.raw as pdfium

from tsel_core.errors import UnreadableDocument
from tsel_core.ingest.encoding.clean import is_japanese
from tsel_core.ingest.formats.email.attachments import add_attachment
from tsel_core.ingest.options import ReadOptions, selected_pages
from tsel_core.ingest.pdf.actual_text import take_off
from tsel_core.ingest.pdf.appearances import Appearances
from tsel_core.ingest.pdf.button_groups import differing_groups
from tsel_core.ingest.pdf.checks import check_pages, say_pages
from tsel_core.ingest.pdf.fonts import use_installed_fonts, use_own_fonts
from tsel_core.ingest.pdf.forms import field_segments, page_fields
from tsel_core.ingest.pdf.layers import annotations_off
from tsel_core.ingest.pdf.layout.furniture import Furniture
from tsel_core.ingest.pdf.layout.layout import lay_out
from tsel_core.ingest.pdf.layout.line_numbers import numbered_pages
from tsel_core.ingest.pdf.layout.margins import Margins
from tsel_core.ingest.pdf.layout.parts import in_parts
from tsel_core.ingest.pdf.layout.segments import PageText, TextReader
from tsel_core.ingest.pdf.layout.upright import Upright
from tsel_core.ingest.pdf.opening import open_pdf
from tsel_core.ingest.pdf.pages import PackedPage, PageDraft, pack
from tsel_core.ingest.pdf.quality import grade
from tsel_core.ingest.pdf.structure import (
    attachments,
    heading_paths,
    outline,
    page_label,
    page_notes,
)
from tsel_core.ingest.pdf.writing import UnitWriter
from tsel_core.ingest.pdf.xfa import is_dynamic, xfa_lines
from tsel_core.ingest.source import Draft, Source

MAX_PAGES = 50_000
MAX_SAID = 5  # fields that are named
FEW_PAGES = 600  # of a document, that may wait unpacked
MANY_PATHS = 40  # of a page without text: it shows something that was not read
MEASURED = 60  # pages whose margins and line pitches are measured
_SIGNS = ".,;:()\"'“”‘’"


def read_pdf(source: Source, options: ReadOptions) -> Draft:
    """Pages of a PDF.

    Raises UnreadableDocument when it is encrypted or its text cannot be read on most pages, DocumentError when it
    is damaged, UsageError when --pages names pages it does not have.
    """
    use_own_fonts()
    document, warning, has_layers = open_pdf(source.name, source.data, options.password)
    draft = Draft("pdf", "page")
    if warning:
        draft.doubt(warning)
    if is_dynamic(document):
        return _read_xfa(source.name, document, draft)
    num_pages = min(len(document), MAX_PAGES)
    chosen = selected_pages(options.pages, num_pages)
    draft.metadata["num_pages"] = num_pages
    reader = TextReader(has_layers=has_layers)
    drawn = _appearances(source, options, has_layers)

    def read(index: int) -> PackedPage:
        return pack(_read_page(document, index, reader, drawn), squeeze=len(chosen) > FEW_PAGES)

    pages = in_parts(read, chosen, source.others)
    numbered = numbered_pages({at: p.numbers for at, p in enumerate(pages) if p.numbers is not None})
    for at in numbered:
        pages[at] = pack(_read_page(document, pages[at].index, reader, drawn, is_numbered=True))
    if options.ocr:
        from tsel_core.ingest.pdf.ocr import recognize

        use_installed_fonts()
        pictured, _, _ = open_pdf(source.name, source.data, options.password)
        recognize(source.name, pictured, pages, draft)
    with_notes = _notes_wanted(pages, draft, options)
    check_pages(source, pages, draft, options, with_notes)
    furniture = Furniture(lambda: ((p.index, p.edges()) for p in pages))
    paths = heading_paths(outline(document), num_pages)
    words = _vocabulary(pages)
    margins = Margins(p.lines() for p in _some(pages))
    draft.sink = source.sink
    shown = {"notes": with_notes, "hidden": options.hidden}
    writer = UnitWriter(draft, furniture, margins, words, **shown, japanese=_is_japanese(pages))
    for page in pages:
        writer.put(page, page_label(document, page.index), paths[page.index])
    writer.finish()
    _warn_unseen(draft, pages, differing_groups(source.data, options.password, pages), shown=options.hidden)
    left_out = [p.index + 1 for p in pages if p.had_line_numbers]
    if left_out:
        draft.warn(f"numbers of lines in the margin were left out on {say_pages(left_out)}")
    simple = [p.index + 1 for p in pages if p.is_simple]
    if simple:
        draft.warn(f"too many pieces of text to find columns on {say_pages(simple)}: read row by row")
    _report(draft, document, chosen, num_pages)
    for name, data in attachments(document):
        add_attachment(draft, source, name, data, page=num_pages)
    return draft


def read_pages(source: Source, options: ReadOptions, pages: Sequence[int], num_chosen: int) -> list[PackedPage]:
    """Some pages of a PDF that another process reads the others of."""
    use_own_fonts()
    document, _, has_layers = open_pdf(source.name, source.data, options.password)
    reader, drawn = TextReader(has_layers=has_layers), _appearances(source, options, has_layers)
    return [pack(_read_page(document, index, reader, drawn), squeeze=num_chosen > FEW_PAGES) for index in pages]


def _read_xfa(name: str, document: Any, draft: Draft) -> Draft:
    """A form that only Adobe Reader can draw: its words and values, in the order of its description."""
    lines, is_whole = xfa_lines(document)
    if not lines:
        raise UnreadableDocument(
            f"{name}: an XFA form without data: only Adobe Reader can draw its pages",
            "open it in Adobe Reader and print it to a new PDF",
        )
    for line in lines:
        draft.add("paragraph", "p. 1", line, page=1, page_label="p. 1", grade="joined")
    draft.metadata["num_pages"] = 1
    if not is_whole:
        draft.doubt(f"the form has more than {len(lines):,} lines; only those were read")
    draft.warn("an XFA form: its words and values were read, not its pages, which only Adobe Reader can draw")
    return draft


def _appearances(source: Source, options: ReadOptions, has_layers: bool) -> Appearances:
    def reopen() -> Any:
        return open_pdf(source.name, source.data, options.password, forms=False)[0]

    return Appearances(reopen, has_layers, partial(annotations_off, source.data, options.password))


def _read_page(
    document: Any, index: int, reader: TextReader, drawn: Appearances, *, is_numbered: bool = False
) -> PageDraft:
    try:
        page = document[index]
    except Exception:
        return PageDraft(index, [], "garbled", is_damaged=True)
    try:
        text = reader.read(page)
        if text.is_given:
            text = _as_drawn(document, index, reader, text)
        off = drawn.off(index) if pdfium.FPDFPage_GetAnnotCount(page) > 0 else frozenset()
        fields = page_fields(page, document.formenv, partial(drawn.of_page, index), off)
        if fields:
            text.segments += field_segments(fields, text.place or Upright(page))
        text.hidden += [(field.text, False) for field in fields if not field.is_shown and field.text not in "☐☒"]
        layout = lay_out(text, is_numbered=is_numbered)
        found = "".join(line.text for line in layout.lines)
        picture = text.picture_share if len(found) < 200 else 0.0
        if not found and text.num_paths >= MANY_PATHS:  # a drawing, or text turned into outlines
            picture = max(picture, 0.1)
        return PageDraft(
            index,
            layout.lines,
            grade(found, picture, text.unmapped),
            layout.ruby,
            page_notes(page, off),
            picture > 0.3,
            had_line_numbers=layout.had_line_numbers,
            hidden=text.hidden,
            is_simple=layout.is_simple,
            numbers=layout.numbers,
            remarks=[field.remark for field in fields if field.remark],
            is_recognized=2 * text.num_recognized > text.num_signs,
            num_pictures=text.num_pictures,
        )
    finally:
        page.close()


def _as_drawn(document: Any, index: int, reader: TextReader, text: PageText) -> PageText:
    """The page once more without the words that it gives for others; the text as it is where it gives none."""
    page = document[index]
    try:
        false = take_off(page)
        if not false:
            return text
        drawn = reader.read(page)
        drawn.hidden += [(given, False) for given in false]
        return drawn
    finally:
        page.close()


def _warn_unseen(draft: Draft, pages: list[PackedPage], groups: list[str], *, shown: bool) -> None:
    """Name text that no reader can see, text under drawn shapes, and text layers over pictures."""
    draft.warn_hidden(shown=shown)
    said = [*(f"p. {p.index + 1} {remark}" for p in pages for remark in p.remarks), *groups]
    if said:
        named = [*said[:MAX_SAID], *([f"and {len(said) - MAX_SAID} more"] if len(said) > MAX_SAID else [])]
        draft.warn(f"form fields that draw one thing and hold another: {'; '.join(named)}")
    covered = [p.index + 1 for p in pages if any(is_covered for _, is_covered in p.hidden)]
    if covered:
        draft.warn(
            f"NOT REDACTED: words under a drawn shape on {say_pages(covered)} are still in the file and can be copied "
            "out of it"
        )
    pictures = sum(p.num_pictures for p in pages if p.num_lines and not p.is_recognized)
    if pictures:  # of pages that are read: others are named as pages without text
        draft.count_out("picture", pictures)
    recognized = [p.index + 1 for p in pages if p.is_recognized]
    if recognized:
        draft.warn(f"the text of {say_pages(recognized)} is a layer over a picture, made by a recognizer: check it")


def _some(pages: list[PackedPage]) -> list[PackedPage]:
    """Pages that are measured: up to MEASURED, spread over the document."""
    return pages if len(pages) <= MEASURED else [pages[at * len(pages) // MEASURED] for at in range(MEASURED)]


def _is_japanese(pages: list[PackedPage]) -> bool:
    return is_japanese("\n".join(text for page in pages[:20] for text in page.texts()))


def _vocabulary(pages: list[PackedPage]) -> set[str]:
    """Words of the document in lower case, to tell a divided word from a compound; up to 2,000 pages are looked at."""
    words: set[str] = set()
    if not any(page.is_divided for page in pages):
        return words
    for page in pages[:2000]:
        for text in page.texts():
            words.update(w for p in text.lower().split() if (w := p.strip(_SIGNS))[:1].isalpha())
    return words


def _notes_wanted(pages: list[PackedPage], draft: Draft, options: ReadOptions) -> bool:
    """Annotations are read when asked for; otherwise their number is told."""
    left = sum(p.num_notes for p in pages)
    if left and not options.annotations:
        draft.leave_unasked("annotation", left)
    return options.annotations


def _report(draft: Draft, document: Any, chosen: list[int], num_pages: int) -> None:
    if len(chosen) < num_pages:
        draft.metadata["pages_chosen"] = len(chosen)
        draft.warn(f"{len(chosen)} of {num_pages} pages were read, as --pages asks")
    if len(document) > MAX_PAGES:
        draft.metadata["num_pages"] = len(document)
        draft.doubt(f"the file has {len(document):,} pages; the first {MAX_PAGES:,} were read")
