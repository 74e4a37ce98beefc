"""A company's own Word file as the layout: its placeholders are filled in, everything else stays as it is."""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from tsel_cli.filing.docx_file import remark
from tsel_cli.filing.paper import Entry, Paper
from tsel_cli.filing.placeholders import LISTS, PLACEHOLDER, VALUES, WHOLE, field, known, names, value
from tsel_cli.filing.words import word
from tsel_core.errors import UsageError


def check_template(path: str | Path) -> None:
    """Raises UsageError for a template that cannot be read or whose placeholders are not known."""
    document = _open(path)
    found = [n for p in _paragraphs(document) for n in PLACEHOLDER.findall(_text(p))]
    if not found:
        raise UsageError(f"{path}: a template without placeholders", "put {{decisions}} where they belong")
    for name in found:
        if not known(name):
            near = get_close_matches(name.lower(), names(), n=1, cutoff=0.6)
            hint = f"did you mean {near[0]}?" if near else f"placeholders: {', '.join((*VALUES, *LISTS, WHOLE))}"
            raise UsageError(f"{path}: the placeholder {name} is not known", hint)


def wants_items(path: str | Path) -> bool:
    """Whether a template has a place for entries of a kind: decisions, actions, a field of one."""
    document = _open(path)
    found = {known(n) for p in _paragraphs(document) for n in PLACEHOLDER.findall(_text(p))}
    return any(name in LISTS or "." in str(name) for name in found)


def fill_template(path: str | Path, paper: Paper) -> bytes:
    """The template's bytes with a paper filled in."""
    document = _open(path)
    for row in list(_rows(document)):
        _repeat_row(document, row, paper)
    for element in list(_paragraphs(document)):
        found = [known(n) for n in PLACEHOLDER.findall(_text(element))]
        several = next((n for n in found if n in LISTS or n == WHOLE), "")
        if several:
            _repeat_paragraph(document, element, several, paper)
        elif found:
            _fill(element, lambda name: value(name, paper))
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def _open(path: str | Path) -> WordDocument:
    try:
        return docx.Document(str(path))
    except (PackageNotFoundError, OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        missing = "there is no such file" if not Path(path).exists() else "not a Word file"
        raise UsageError(f"the template {path} cannot be used: {missing}", "save it in Word as .docx") from error


def _parts(document: WordDocument) -> Iterator[Any]:
    """The body, and every header and footer of its own."""
    yield document.element.body
    for section in document.sections:
        for part in (
            section.header,
            section.footer,
            section.first_page_header,
            section.first_page_footer,
            section.even_page_header,
            section.even_page_footer,
        ):
            if not part.is_linked_to_previous:
                yield part._element


def _paragraphs(document: WordDocument) -> Iterator[Any]:
    """Every w:p, those of tables, text boxes and content controls too."""
    for part in _parts(document):
        yield from part.iter(qn("w:p"))


def _rows(document: WordDocument) -> Iterator[Any]:
    """Every w:tr that is to be repeated."""
    for part in _parts(document):
        for row in part.iter(qn("w:tr")):
            if any("." in known(n) for p in row.iter(qn("w:p")) for n in PLACEHOLDER.findall(_text(p))):
                yield row


def _text(paragraph: Any) -> str:
    """The words of a w:p, runs of text boxes within it left out."""
    return "".join(t.text or "" for t in _texts(paragraph))


def _texts(paragraph: Any) -> list[Any]:
    return [t for t in paragraph.iter(qn("w:t")) if next(t.iterancestors(qn("w:p"))) is paragraph]


def _repeat_row(document: WordDocument, row: Any, paper: Paper) -> None:
    """A row for each entry of the kind its placeholders name; "none stated" in its first cell where there is none."""
    fields = [known(n) for p in row.iter(qn("w:p")) for n in PLACEHOLDER.findall(_text(p))]
    kind = next(n for n in fields if "." in n).partition(".")[0]
    entries: list[Entry | None] = [*paper.entries(kind)] or [None]
    for number, entry in enumerate(entries, 1):
        made = copy.deepcopy(row)
        row.addprevious(made)
        first = True
        for paragraph in list(made.iter(qn("w:p"))):
            if not PLACEHOLDER.search(_text(paragraph)):
                continue
            if entry is None:
                _fill(paragraph, lambda name, told=first: word("none", paper.lang) if told else "")
            else:
                runs = _fill(paragraph, lambda name, e=entry, n=number: _row_value(name, e, n, paper))
                if first and runs:
                    remark(document, runs[0], entry)
            first = False
    row.getparent().remove(row)


def _row_value(name: str, entry: Entry, number: int, paper: Paper) -> str:
    _, dot, rest = name.partition(".")
    if dot:
        return field(entry, rest, number, paper.lang)
    return value(name, paper) if name in VALUES else ""


def _repeat_paragraph(document: WordDocument, element: Any, name: str, paper: Paper) -> None:
    """A paragraph like this one for each entry; for the whole summary those of every section under its heading."""
    if name != WHOLE:
        entries = paper.entries(LISTS[name])
        rows: list[tuple[str, Entry | None]] = [(_words(e, paper.lang), e) for e in entries]
        rows = rows or [(word("none", paper.lang), None)]
    else:
        rows = []
        for section in paper.sections:
            rows += [(section.heading, None)] if section.heading else []
            rows += [(_words(e, paper.lang), e) for e in section.entries] + [(n, None) for n in section.notes]
    for text, entry in rows:
        made = copy.deepcopy(element)
        element.addprevious(made)
        runs = _fill(made, lambda told, t=text: t if told == name else value(told, paper) if told in VALUES else "")
        if entry is None and name == WHOLE and runs:
            runs[0].bold = True
        if entry is not None and runs:
            remark(document, runs[0], entry)
    element.getparent().remove(element)


def _words(entry: Entry, lang: str) -> str:
    """An entry on a line of its own, with its place."""
    text = f"{entry.title}{'：' if lang == 'ja' else ': '}{entry.text}" if entry.title else entry.text
    return f"{text} ({entry.place})" if entry.place else text


def _fill(paragraph: Any, said: Any) -> list[Run]:
    """Put words in the place of a paragraph's placeholders; the runs that hold them.

    Word divides a placeholder among runs as it likes: the first of them takes the words, with its looks.
    """
    texts = _texts(paragraph)
    whole = "".join(t.text or "" for t in texts)
    holders = []
    for match in reversed(list(PLACEHOLDER.finditer(whole))):
        at = 0
        words: str | None = said(known(match[1]))
        for text in texts:
            old = text.text or ""
            begin, end = max(match.start() - at, 0), min(match.end() - at, len(old))
            at += len(old)
            if begin >= end:
                continue
            text.text = old[:begin] + (words or "") + old[end:]
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            if words is not None and words:
                holders.append(text)
            words = None
        whole = "".join(t.text or "" for t in texts)
    parent = Paragraph(paragraph, None)  # type: ignore[arg-type]
    return [Run(t.getparent(), parent) for t in reversed(holders) if t.getparent().tag == qn("w:r")]
