"""Rich Text Format: text as Word shows it, with tables, notes, headers, what is hidden and what was deleted.

Written here after trying striprtf: it gives hidden and deleted text as text, drops headers, notes and text boxes,
and stops at a byte that its font's code page does not have.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tsel_core.ingest.encoding.clean import is_japanese
from tsel_core.ingest.formats.flow import Flow
from tsel_core.ingest.formats.page_numbers import without_page_number
from tsel_core.ingest.formats.rich_text.rtf_head import TOKEN, RtfHead, paired, read_head, sample
from tsel_core.ingest.formats.rich_text.rtf_words import SIGNS, SKIPPED, STARRED, STORIES
from tsel_core.ingest.formats.text_colours import is_same_colour
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.source import Draft, Source

MAX_DEPTH = 2000


@dataclass
class _State:
    """What a group inherits."""

    story: str = "body"
    skip: bool = False
    hidden: bool = False
    deleted: bool = False
    counts_pages: bool = False  # in a field that gives a page's number
    inserted: bool = False
    size: int = 24
    colour: int = 0
    behind: bool = False  # a fill stands behind the text
    codec: str = ""
    bytes_after_unicode: int = 1


@dataclass
class _Text:
    """A running text: of the body, or of a header, note or box."""

    parts: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    hidden_by: _State | None = None  # the group in which the last of them stands
    cells: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    level: int | None = None
    in_table: bool = False
    filled: bool = False  # of the paragraph or cell


def read_rtf(source: Source, options: ReadOptions) -> Draft:
    """Paragraphs and rows of an RTF file."""
    draft = Draft("rtf", "paragraph")
    reader = _Reader(draft, options)
    reader.read(source.data.decode("latin-1"))
    draft.warn_hidden(shown=options.hidden)
    return draft


class _Reader:
    def __init__(self, draft: Draft, options: ReadOptions) -> None:
        self._options = options
        self._draft = draft
        self._flow: Flow | None = None
        self._held: list[tuple[str, str, int | None]] = []  # until the language is known
        self._state = _State()
        self._stack: list[_State] = []
        self._texts: dict[str, _Text] = {"body": _Text()}
        self._pending = bytearray()
        self._skip_bytes = 0
        self._head = RtfHead()
        self._notes = 0
        self._running: set[tuple[str, str]] = set()
        self._footers: list[str] = []

    def read(self, text: str) -> None:
        self._head = read_head(text)
        japanese = is_japanese(sample(text, self._head.codec))
        self._flow = Flow(self._draft, japanese=japanese, hidden=self._options.hidden)
        starred = False
        at = 0
        while (match := TOKEN.match(text, at)) is not None:
            at = match.end()
            word, number, code, sign, brace, words = match.groups()
            if brace is not None:
                self._group(brace)
                starred = False
            elif code is not None:
                self._bytes(bytes((int(code, 16),)))
            elif words is not None:
                self._bytes(words.encode("latin-1"))
            elif sign == "*":
                starred = True
            elif sign is not None:
                self._emit(SIGNS.get(sign, "\n" if sign in "\r\n" else ""))
            elif word == "bin":
                at += max(0, int(number or 0))
            elif word is not None:
                self._word(word, int(number) if number is not None else None, starred)
                starred = False
        self._decode()
        self._end_paragraph()
        self._end_table()
        for footer in self._footers:
            self._draft.add("footer", "footer", footer)

    def _group(self, brace: str) -> None:
        self._decode()
        if brace == "{":
            if len(self._stack) < MAX_DEPTH:
                self._stack.append(replace(self._state))
            return
        ended = self._state
        if self._stack:
            self._state = self._stack.pop()
        if ended.story != self._state.story and ended.story != "body":
            self._end_story(ended.story)

    def _word(self, word: str, number: int | None, starred: bool) -> None:
        state = self._state
        if word == "u" and number is not None:
            self._decode()
            self._emit(chr(number % 0x10000), unicode=True)
            self._skip_bytes = state.bytes_after_unicode
            return
        self._decode()
        if word in ("pict", "shppict") and not state.skip:
            self._draft.count_out("picture")
        if word in SKIPPED or (starred and word not in STARRED):
            state.skip = True
        elif word in STORIES:
            state.story, state.hidden = STORIES[word], False
            self._texts[state.story] = _Text()
        elif word in SIGNS:
            self._emit(SIGNS[word])
        elif word in ("par", "sect", "page", "column"):
            if not state.skip:
                self._end_paragraph()
        elif word in ("cell", "nestcell", "row", "nestrow"):
            if not state.skip:
                self._cell(word)
        else:
            self._format(word, number)

    def _format(self, word: str, number: int | None) -> None:
        state, on = self._state, number != 0
        text = self._text()
        if word == "v":
            state.hidden = on
        elif word == "deleted":
            state.deleted = on
        elif word == "revised":
            state.inserted = on
        elif word == "plain":
            state.hidden = state.deleted = state.inserted = state.behind = False
            state.size, state.colour, state.codec = 24, 0, ""
        elif word == "fs":
            state.size = number or 24
        elif word == "cf":
            state.colour = number or 0
        elif word in ("highlight", "cb", "chcbpat", "chshdng"):
            state.behind = bool(number)
        elif word in ("cbpat", "clcbpat", "shading", "clshdng"):
            text.filled = bool(number)
        elif word in ("f", "af") and number is not None:
            state.codec = self._head.fonts.get(number, "") if word == "f" else state.codec
        elif word == "uc":
            state.bytes_after_unicode = max(0, min(number or 0, 10))
        elif word == "pard":
            text.level, text.in_table, text.filled = None, False, False
        elif word == "intbl":
            text.in_table = True
        elif word == "outlinelevel" and number is not None and number < 9:
            text.level = number + 1
        elif word == "s" and number in self._head.headings:
            text.level = self._head.headings[number]
        elif word == "chftn":
            self._emit(str(self._notes + 1) if state.story == "body" else "")

    def _bytes(self, data: bytes) -> None:
        if self._skip_bytes:
            cut = min(self._skip_bytes, len(data))
            self._skip_bytes -= cut
            data = data[cut:]
        if not self._state.skip:
            self._pending += data

    def _decode(self) -> None:
        self._skip_bytes = 0
        if self._pending:
            data, self._pending = bytes(self._pending), bytearray()
            self._emit(data.decode(self._state.codec or self._head.codec, "replace"), unicode=True)

    def _emit(self, words: str, *, unicode: bool = False) -> None:
        if not unicode:
            self._decode()
        state = self._state
        if state.skip or not words or (state.counts_pages and state.story in ("header", "footer")):
            return
        if (state.deleted and self._options.changes == "accept") or (
            state.inserted and self._options.changes == "reject"
        ):
            return
        text = self._text()
        if self._is_unseen(text):
            if text.hidden and text.hidden_by is not state:
                text.hidden.append(" ")  # another piece; signs of one may come one by one
            text.hidden.append(words)
            text.hidden_by = state
            return
        text.parts.append(words)

    def _is_unseen(self, text: _Text) -> bool:
        state = self._state
        if state.hidden or state.size <= 3:
            return True
        ink = self._head.colours[state.colour] if 0 < state.colour < len(self._head.colours) else None
        return ink is not None and not state.behind and not text.filled and is_same_colour(ink, (255, 255, 255))

    def _text(self) -> _Text:
        return self._texts.setdefault(self._state.story, _Text())

    def _take(self) -> str:
        text = self._text()
        words, text.parts = "".join(text.parts), []
        return paired(words)

    def _end_paragraph(self) -> None:
        text = self._text()
        if text.in_table or text.cells:
            if not text.in_table and not "".join(text.parts).strip():
                self._end_table()
                return
            text.parts.append(" " if text.in_table else "")
            if text.in_table:
                return
        words = self._take()
        if self._state.story != "body":
            text.parts = [words, "\n"]
            return
        self._end_table()
        assert self._flow is not None
        self._flow.paragraph(words, text.level)
        self._hide(text)

    def _hide(self, text: _Text) -> None:
        if text.hidden:
            words, text.hidden, text.hidden_by = "".join(text.hidden).strip(), [], None
            assert self._flow is not None
            self._flow.hide(words)

    def _cell(self, word: str) -> None:
        text = self._text()
        if word.endswith("cell"):
            text.cells.append(self._take())
            return
        if text.cells:
            text.rows.append(text.cells)
            text.cells = []

    def _end_table(self) -> None:
        text = self._texts["body"]
        if text.cells:
            text.rows.append(text.cells)
            text.cells = []
        rows, text.rows = text.rows, []
        if rows:
            assert self._flow is not None
            self._flow.table(rows)
            self._hide(text)

    def _end_story(self, story: str) -> None:
        """A header, a note or a box ended: it is written out."""
        text = self._texts.pop(story, None)
        if text is None:
            return
        assert self._flow is not None
        if story == "instruction":
            code = "".join(text.parts).split()
            self._state.counts_pages = bool(code) and code[0].upper() in ("PAGE", "NUMPAGES", "SECTIONPAGES")
            return
        lines = [*("\t".join(row) for row in text.rows), "".join(text.parts)]
        words = "\n".join(line for line in "\n".join(lines).split("\n") if line.strip())
        if story == "footnote":
            self._notes += 1
            self._flow.note("footnote", str(self._notes), words)
        elif story == "comment":
            self._flow.comment("", words, shown=self._options.comments)
        elif story == "box":
            for line in words.split("\n"):
                self._flow.paragraph(line)
        else:
            self._put_running(story, without_page_number(words))
        self._hide(text)

    def _put_running(self, story: str, words: str) -> None:
        if not words or (story, words) in self._running:
            return
        self._running.add((story, words))
        if story == "header":
            self._draft.add("header", "header", words)
        else:
            self._footers.append(words)
