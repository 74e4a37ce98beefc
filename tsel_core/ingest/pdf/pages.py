"""A page that was read, and its small form: pages wait packed until the running headers of the document are known."""

from __future__ import annotations

import marshal
import zlib
from array import array
from dataclasses import dataclass, field

from tsel_core.document import Quality
from tsel_core.ingest.pdf.layout.furniture import Edge, edges_of
from tsel_core.ingest.pdf.layout.layout import TextLine
from tsel_core.ingest.pdf.layout.line_numbers import NumberColumn
from tsel_core.ingest.pdf.layout.margins import needed
from tsel_core.ingest.pdf.layout.paragraphs import ends_divided

# texts, numbers of the lines, blocks, which lines are vertical, which were put together, ruby, notes
_Values = tuple[list[str], bytes, list[int], frozenset[int], frozenset[int], list[str], list[str]]


@dataclass(slots=True)
class PageDraft:
    """Lines of a page in reading order, with what stands beside them."""

    index: int
    lines: list[TextLine]
    quality: Quality = "ok"
    ruby: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_picture: bool = False
    is_damaged: bool = False  # it could not be opened
    had_line_numbers: bool = False
    hidden: list[tuple[str, bool]] = field(default_factory=list)  # (text no reader can see, whether under a cover)
    is_recognized: bool = False  # its text is a layer over a picture
    is_simple: bool = False  # its columns were too many to be found
    numbers: NumberColumn | None = None  # may be numbers of lines
    remarks: list[str] = field(default_factory=list)  # fields that draw one thing and hold another
    num_pictures: int = 0


@dataclass(slots=True)
class PackedPage:
    """A PageDraft in about 2 bytes for 3 characters of its text: a long file's pages must not fill the memory."""

    index: int
    quality: Quality
    is_picture: bool
    is_damaged: bool
    had_line_numbers: bool
    is_recognized: bool
    is_simple: bool
    numbers: NumberColumn | None
    hidden: list[tuple[str, bool]]
    num_lines: int
    num_notes: int
    is_divided: bool  # some line ends in a hyphen
    packed: bytes
    is_squeezed: bool
    packed_edges: bytes
    remarks: list[str]
    num_pictures: int

    def load(self) -> tuple[list[TextLine], list[str], list[str]]:
        """(the page's lines, made anew, ruby, notes)."""
        texts, numbers, blocks, upright, guessed, ruby, notes = self._load()
        places = array("f", numbers)
        found = []
        for at, (text, block) in enumerate(zip(texts, blocks, strict=True)):
            x0, y0, x1, y1, place, room, need = places[7 * at : 7 * at + 7]
            found.append(TextLine(text, x0, y0, x1, y1, place, block, room, at in upright, at in guessed, need))
        return found, ruby, notes

    def lines(self) -> list[TextLine]:
        """The page's lines, made anew."""
        return self.load()[0]

    def texts(self) -> list[str]:
        """The lines' texts."""
        return self._load()[0]

    def beside(self) -> tuple[list[str], list[str]]:
        """(ruby, notes) of the page."""
        _, _, _, _, _, ruby, notes = self._load()
        return ruby, notes

    def edges(self) -> list[Edge]:
        """Lines at the page's ends that may be running headers or footers."""
        return list(self.placed_edges().values())

    def placed_edges(self) -> dict[int, Edge]:
        """The same by their position among the lines."""
        return {at: Edge(*values) for at, values in marshal.loads(self.packed_edges).items()}

    def _load(self) -> _Values:
        loaded: _Values = marshal.loads(zlib.decompress(self.packed) if self.is_squeezed else self.packed)
        return loaded


def pack(page: PageDraft, *, squeeze: bool = True) -> PackedPage:
    """The small form of a page. `squeeze`: it is worth the time, as there are many."""
    lines = page.lines
    numbers = array("f")
    for line in lines:
        numbers.extend((line.x0, line.y0, line.x1, line.y1, line.place, line.room, needed(line)))
    values: _Values = (
        [line.text for line in lines],
        numbers.tobytes(),
        [line.block for line in lines],
        frozenset(at for at, line in enumerate(lines) if line.is_vertical),
        frozenset(at for at, line in enumerate(lines) if line.is_guess),
        page.ruby,
        page.notes,
    )
    return PackedPage(
        page.index,
        page.quality,
        page.is_picture,
        page.is_damaged,
        page.had_line_numbers,
        page.is_recognized,
        page.is_simple,
        page.numbers,
        page.hidden,
        len(lines),
        len(page.notes),
        any(ends_divided(line.text) for line in lines),
        zlib.compress(marshal.dumps(values), 1) if squeeze else marshal.dumps(values),
        squeeze,
        marshal.dumps({at: edge.values() for at, edge in edges_of(lines).items()}),
        page.remarks,
        page.num_pictures,
    )
