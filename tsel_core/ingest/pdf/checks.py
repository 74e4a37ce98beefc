"""Whether enough of a PDF's pages could be read: names those that could not, or refuses the file."""

from __future__ import annotations

from tsel_core.errors import DocumentError, UnreadableDocument
from tsel_core.ingest.options import ReadOptions, name_pages
from tsel_core.ingest.pdf.opening import REPAIR
from tsel_core.ingest.pdf.pages import PackedPage
from tsel_core.ingest.source import Draft, Source


def check_pages(source: Source, pages: list[PackedPage], draft: Draft, options: ReadOptions, with_notes: bool) -> None:
    """Name the pages that were not read well; refuse the file when they are most of it."""
    damaged = [p.index + 1 for p in pages if p.is_damaged]
    if len(damaged) == len(pages):
        raise DocumentError(f"{source.name}: the PDF is damaged: none of its pages can be opened", REPAIR)
    bad = {kind: [p.index + 1 for p in pages if p.quality == kind] for kind in ("no-text", "garbled", "low")}
    if with_notes:
        filled = {p.index + 1 for p in pages if p.num_notes}
        bad["no-text"] = [number for number in bad["no-text"] if number not in filled]
    blank = blank_pages(pages, with_notes)
    draft.metadata["blank_pages"] = blank
    readable = len(pages) - len(blank) - len(bad["no-text"]) - len(bad["garbled"])
    scans = [p for p in pages if p.quality == "low" and p.is_picture]
    if options.hidden and any(p.hidden for p in pages):
        return
    if readable - len(scans) == 0 or (len(bad["no-text"]) + len(bad["garbled"]) + len(scans)) > readable - len(scans):
        raise _unreadable(source.name, bad, pages, options)
    names = {
        "no-text": "no text (pictures or scans), so nothing was read,",
        "garbled": "garbled text",
        "low": "little or poor text",
    }
    bad["garbled"] = [number for number in bad["garbled"] if number not in damaged]
    for kind, numbers in bad.items():
        if numbers:
            lost = kind != "low" or any(p.is_picture for p in pages if p.index + 1 in numbers)
            (draft.doubt if lost else draft.warn)(f"{names[kind]} on {say_pages(numbers)}")
    if damaged:
        draft.doubt(f"damaged, so nothing was read, on {say_pages(damaged)}")
    if bad["garbled"] and not options.ocr:
        draft.warn("--ocr recognizes the text of pages whose fonts do not say which characters they show")
    if bad["no-text"] and not options.ocr:
        draft.warn("--ocr recognizes the text of scanned pages (needs the ocr extra)")


def blank_pages(pages: list[PackedPage], with_notes: bool) -> list[int]:
    """Pages (from 1) on which there is nothing to read."""
    return [p.index + 1 for p in pages if not p.num_lines and not (with_notes and p.num_notes) and p.quality == "ok"]


def say_pages(numbers: list[int]) -> str:
    return f"{'page' if len(numbers) == 1 else 'pages'} {name_pages(numbers)}"


def _unreadable(
    name: str, bad: dict[str, list[int]], pages: list[PackedPage], options: ReadOptions
) -> UnreadableDocument:
    num_pages = len(pages)
    if bad["garbled"]:
        return UnreadableDocument(
            f"{name}: the text of {say_pages(bad['garbled'])} of {num_pages} is garbled: its fonts do not say "
            "which characters they show",
            "print it to a new PDF from the program it came from, or use --ocr",
        )
    notes = sum(p.num_notes for p in pages)
    if notes and not options.annotations:
        return UnreadableDocument(
            f"{name}: no text but that of {notes} annotations", "read it with --annotations"
        )
    scans = sorted({*bad["no-text"], *bad["low"]})
    if scans:
        return UnreadableDocument(
            f"{name}: no text on {say_pages(scans)} of {num_pages} (pictures or scans)",
            "no text was recognized there either" if options.ocr else "use --ocr, or --pages for the pages with text",
        )
    if any(p.hidden for p in pages):
        return UnreadableDocument(
            f"{name}: no text that a reader can see: all of it is hidden", "tsel inspect --hidden shows it"
        )
    what = "the only page is" if num_pages == 1 else f"all {num_pages} pages are"
    return UnreadableDocument(f"{name}: no text: {what} blank", "check that it is the file you meant, or use --ocr")
