"""Rich Text Format: text as Word shows it, with tables, notes, headers, what is hidden and what was deleted.

Written here after trying striprtf: it gives hidden and deleted text as text, drops headers, notes and text boxes,
and stops at a byte that its font's code page does not have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from tsel_core.ingest.encoding.clean import is_japanese
from tsel_core.ingest.formats.flow import Flow
from tsel_core.ingest.formats.page_numbers import without_page_number
from tsel_core.ingest.formats.text_colours import is_same_colour
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.source import Draft, Source

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+"
)
_CHARSETS = {0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5",
             161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
             222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850"}  # fmt: skip
_SIGNS = {"tab": "\t", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ", "qmspace": " ", "bullet": "•",
          "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "line": "\n", "softline": "\n",
          "_": "-", "~": " ", "{": "{", "}": "}", "\\": "\\"}  # fmt: skip
_SKIPPED_WORDS = (
    "fonttbl colortbl stylesheet info pict objdata objclass objname themedata colorschememapping datastore"
    " latentstyles listtable listoverridetable rsidtbl generator filetbl revtbl xmlnstbl datafield"
    " bkmkstart bkmkend pn nonshppict shppict shprslt sp tc xe txe rxe atnid atnauthor atntime atndate atnref"
    " atnparent ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn pgdsctbl mmath mmathPict panose falt"
    " wgrffmtfilter docvar userprops formfield"
)
_SKIPPED = frozenset(_SKIPPED_WORDS.split())
_STORIES = {"header": "header", "headerf": "header", "headerl": "header", "headerr": "header", "footer": "footer",
            "footerf": "footer", "footerl": "footer", "footerr": "footer", "footnote": "footnote",
            "annotation": "comment", "shptxt": "box", "fldinst": "instruction"}  # fmt: skip
_STARRED = frozenset(
    ("shpinst", "fldinst", "annotation", "listtext", "pntext", "shptxt", "do", "dptxbxtext", "mmathPr")
)
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
        self._fonts: dict[int, str] = {}
        self._colours: list[tuple[int, int, int] | None] = []
        self._headings: dict[int, int] = {}
        self._page_codec = "cp1252"
        self._notes = 0
        self._running: set[tuple[str, str]] = set()
        self._footers: list[str] = []

    def read(self, text: str) -> None:
        self._tables(text)
        japanese = is_japanese(_sample(text, self._page_codec))
        self._flow = Flow(self._draft, japanese=japanese, hidden=self._options.hidden)
        starred = False
        at = 0
        while (match := _TOKEN.match(text, at)) is not None:
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
                self._emit(_SIGNS.get(sign, "\n" if sign in "\r\n" else ""))
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

    def _tables(self, text: str) -> None:
        """Fonts' code pages, colours, heading styles: from the file's head."""
        page = re.search(r"\\ansicpg(\d+)", text[:2000])
        if page is not None:
            self._page_codec = _codec(f"cp{page[1]}")
        for font in re.finditer(r"\\f(\d+)(?:(?!\\f\d|;).){0,200}?\\fcharset(\d+)", text[:400_000], re.S):
            self._fonts.setdefault(int(font[1]), _CHARSETS.get(int(font[2]), ""))
        table = re.search(r"\{\\colortbl(.*?)\}", text[:400_000], re.S)
        for entry in table[1].split(";") if table else ():
            parts = dict(re.findall(r"\\(red|green|blue)(\d+)", entry))
            self._colours.append(
                (int(parts["red"]), int(parts["green"]), int(parts["blue"])) if len(parts) == 3 else None
            )
        for style in re.finditer(
            r"\{\\s(\d+)[^{}]{0,400}? (?:heading|見出し) ?(\d)[^{}]{0,40};\}", text[:400_000], re.I
        ):
            self._headings[int(style[1])] = int(style[2])

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
        if word in _SKIPPED or (starred and word not in _STARRED):
            state.skip = True
        elif word in _STORIES:
            state.story, state.hidden = _STORIES[word], False
            self._texts[state.story] = _Text()
        elif word in _SIGNS:
            self._emit(_SIGNS[word])
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
            state.codec = self._fonts.get(number, "") if word == "f" else state.codec
        elif word == "uc":
            state.bytes_after_unicode = max(0, min(number or 0, 10))
        elif word == "pard":
            text.level, text.in_table, text.filled = None, False, False
        elif word == "intbl":
            text.in_table = True
        elif word == "outlinelevel" and number is not None and number < 9:
            text.level = number + 1
        elif word == "s" and number in self._headings:
            text.level = self._headings[number]
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
            self._emit(data.decode(self._state.codec or self._page_codec, "replace"), unicode=True)

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
        (text.hidden if self._is_unseen(text) else text.parts).append(words)

    def _is_unseen(self, text: _Text) -> bool:
        state = self._state
        if state.hidden or state.size <= 3:
            return True
        ink = self._colours[state.colour] if 0 < state.colour < len(self._colours) else None
        return ink is not None and not state.behind and not text.filled and is_same_colour(ink, (255, 255, 255))

    def _text(self) -> _Text:
        return self._texts.setdefault(self._state.story, _Text())

    def _take(self) -> str:
        text = self._text()
        words, text.parts = "".join(text.parts), []
        return _paired(words)

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
            words, text.hidden = " ".join(text.hidden), []
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


def _paired(text: str) -> str:
    """Signs beyond U+FFFF are written as two numbers."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _codec(name: str) -> str:
    import codecs

    try:
        return codecs.lookup({"cp65001": "utf-8", "cp10000": "mac_roman"}.get(name, name)).name
    except LookupError:
        return "cp1252"


def _sample(text: str, codec: str) -> str:
    """Words of the file's first part, roughly: enough to tell its language."""
    found: list[str] = []
    data = bytearray()
    for word, number, code, _, _, words in _TOKEN.findall(text[:200_000]):
        if code:
            data.append(int(code, 16))
        elif words and data:  # the second byte of a sign may stand as a letter
            data += words.encode("latin-1")
        elif word == "u" and number:
            found.append(chr(int(number) % 0x10000))
        else:
            found.append(words)
        if data and not code:
            found.append(data.decode(codec, "replace"))
            data.clear()
    return "".join(found)
