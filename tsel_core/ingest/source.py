"""A file's bytes and the draft that every reader returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tsel_core.document import Document, Unit, UnitKind
from tsel_core.ingest.article_titles import ArticleTitles
from tsel_core.ingest.encoding.clean import clean_text
from tsel_core.ingest.encoding.invisible import OVERRIDES, Unseen, without_invisible
from tsel_core.ingest.encoding.lookalikes import mixed_words
from tsel_core.ingest.page_readers import PageReader

_MARKS = ("  ", "..", "--", "==")
HIDDEN_WORDS = 48  # characters of a hidden text that its warning shows
MAX_HIDDEN_NAMED = 5
MAX_MIXED = 1000  # words of two alphabets that are kept to be named
_UNASKED = {
    "comment": ("comment was left out; --comments reads it", "comments were left out; --comments reads them"),
    "annotation": (
        "annotation was left out; --annotations reads it",
        "annotations were left out; --annotations reads them",
    ),
}
_IN_ARTICLES = ("paragraph", "line")  # units that may be parts of an article
MAX_UNITS = 500_000  # about 500 MB with their labels; far beyond what any model reads at once
MAX_CHARS = 40_000_000


class OverLimit(Exception):
    """A document says more than any model could read: `what` in words."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True)
class Source:
    """What a reader gets: the name for messages, the bytes, and the format that was recognized."""

    name: str
    data: bytes
    kind: str
    others: tuple[PageReader, ...] = ()  # processes that read parts of a long PDF's pages
    sink: Callable[[Unit], None] | None = None  # takes a long document's units one by one, so that none is kept
    read_inner: Callable[[str, bytes], Draft] | None = None  # reads a file that stands in this one


@dataclass
class Draft:
    """A document being read: units are added in reading order."""

    kind: str
    unit_kind: UnitKind
    units: list[Unit] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # those that say that text of the file may be missing
    metadata: dict[str, Any] = field(default_factory=dict)
    sink: Callable[[Unit], None] | None = None  # gets the units instead of `units`
    count: int = 0  # of the units added
    has_text: bool = False  # the model sees some text
    chars: int = 0  # of all units
    hidden: list[str] = field(default_factory=list)  # place and first words of what no reader can see
    unseen: Unseen = field(default_factory=Unseen)  # single signs that no reader can see
    titles: ArticleTitles = field(default_factory=ArticleTitles)

    def add(self, kind: UnitKind, label: str, text: str, **more: Any) -> None:
        """Append a unit; its text is cleaned of control characters and invisible signs here, for every reader."""
        if more.get("speaker"):
            more["speaker"] = one_line(more["speaker"])
        if more.get("heading_path"):
            more["heading_path"] = tuple(map(one_line, more["heading_path"]))
        given, text = text, self.clean(text)
        if more.get("cues") and text != given:  # its characters are others now
            more["cues"] = ()
        if more.get("in_flow", True) and kind in _IN_ARTICLES:
            more["heading_path"] = self.titles.path(text, more.get("heading_path", ()))
        unit = Unit(self.count, kind, one_line(label), text, **more)
        self._look(unit.text)
        self.count += 1
        self.chars += len(unit.text)
        if self.count > MAX_UNITS or self.chars > MAX_CHARS:
            many = self.count > MAX_UNITS
            raise OverLimit(f"{MAX_UNITS:,} {unit.kind}s" if many else f"{MAX_CHARS:,} characters of text")
        self.has_text = self.has_text or (unit.in_flow and bool(unit.text.strip()))
        if self.sink is not None:
            self.sink(unit)
        else:
            self.units.append(unit)

    def clean(self, text: str, *, turn: bool = True) -> str:
        """`clean_text` without signs that no reader sees, which are counted. `turn`: see `without_invisible`."""
        text, unseen = without_invisible(text, turn=turn)
        if unseen is not None:
            self.unseen.add(unseen)
        return clean_text(text)

    def _look(self, text: str) -> None:
        """Keep words that are not what they seem, to be named."""
        if len(self.unseen.mixed) < MAX_MIXED:
            self.unseen.mixed += mixed_words(text)

    def has_text_in(self, kinds: tuple[UnitKind, ...]) -> bool:
        """Some unit of these kinds says something, head lines of a mail ("line") apart."""
        return any(unit.kind in kinds and unit.text.strip() for unit in self.units[1:])

    def add_hidden(self, label: str, text: str, *, shown: bool, **more: Any) -> None:
        """Append text that no reader can see: apart from the flow, or marked in it when it is `shown` (--hidden)."""
        words = " ".join(text.split())
        if not words:
            return
        self.hidden.append(f'{one_line(label)} "{_short(words)}"')
        self.add("hidden", f"{label} hidden", f"[hidden: {text}]" if shown else text, in_flow=shown, **more)

    def warn_hidden(self, *, shown: bool) -> None:
        """Name what `add_hidden` was given; called once, when all is read."""
        if not self.hidden:
            return
        named = _first(self.hidden)
        if shown:
            self.warn(f"text that no reader can see is given to the model, as --hidden asks: {named}")
        else:
            self.warn(f"text that no reader can see was left out: {named}; --hidden gives it to the model")

    def warn_invisible(self) -> None:
        """Name the single signs that were taken out; called once, when all is read."""
        unseen = self.unseen
        if unseen.counts:
            counts = "; ".join(f"{kind} ({number:,})" for kind, number in sorted(unseen.counts.items()))
            self.warn(f"signs that no reader can see were left out: {counts}")
        if unseen.spelled:
            self.warn(f"invisible signs spell words, which were left out: {_named(unseen.spelled)}")
        if unseen.turned:
            self.warn(f"direction marks turn words around, read as they are shown: {_named(unseen.turned)}")
        if unseen.mixed:
            named = _first(list(dict.fromkeys(unseen.mixed)))
            self.warn(f"letters of two alphabets, or letters among digits, stand in one word: {named}")

    def add_draft(self, inner: Draft, name: str, page: int | None = None) -> None:
        """Units and warnings of a file that stands in this one (at a page of it), labelled with its name."""
        for unit in inner.units:
            more = {"page": page or unit.page, "heading_path": unit.heading_path, "speaker": unit.speaker}
            times = {"start_s": unit.start_s, "end_s": unit.end_s, "cues": unit.cues}
            read = {"in_flow": unit.in_flow, "quality": unit.quality, "grade": unit.grade}
            self.add(unit.kind, f"{name}, {unit.label}", unit.text, **more, **times, **read)
        self.hidden.extend(f"{name}, {place}" for place in inner.hidden)
        self.unseen.add(inner.unseen)
        for warning in inner.warnings:
            (self.doubt if warning in inner.missing else self.warn)(f"{name}: {warning}")
        for kind, count in inner.metadata.get("left_out", {}).items():
            self.count_out(kind, count)

    def lose(self, text: str) -> None:
        """Warn that a part of the file could not be read: it does not count as read whole."""
        if text in self.warnings:
            return
        self.doubt(text)
        if self.unit_kind != "page":  # pages are counted by the file
            self.add("other", "part that was not read", "", quality="no-text")

    def doubt(self, text: str) -> None:
        """Warn that text of the file may be missing, nobody knows how much: no receipt says "nothing cut" then."""
        self.warn(text)
        if text not in self.missing:
            self.missing.append(text)

    def leave(self, kind: str, count: int, text: str) -> None:
        """Warn of `count` things of a kind ("comment", "picture") that are not read by choice, or hold no text."""
        self.warn(text)
        self.count_out(kind, count)

    def leave_unasked(self, kind: str, count: int) -> None:
        """Warn of comments or annotations that the option of their name reads."""
        one, many = _UNASKED[kind]
        self.leave(kind, count, f"{count:,} {one if count == 1 else many}")

    def warn_pictures(self) -> None:
        """Name the pictures that were counted; called once, when all is read."""
        count = self.metadata.get("left_out", {}).get("picture", 0)
        if count == 1:
            self.warn("1 picture or drawing without text was not read")
        elif count:
            self.warn(f"{count:,} pictures or drawings without text were not read")

    def count_out(self, kind: str, count: int = 1) -> None:
        """Count things of a kind that are not read."""
        left_out = self.metadata.setdefault("left_out", {})
        left_out[kind] = left_out.get(kind, 0) + count

    def warn(self, text: str) -> None:
        """Add a sentence for the user, once."""
        if text not in self.warnings:
            self.warnings.append(text)

    def finish(self, path: str, sha256: str) -> Document:
        """The immutable result; its units are those that went to no sink."""
        said, missing = tuple(self.warnings), tuple(self.missing)
        return Document(path, sha256, self.kind, self.unit_kind, tuple(self.units), said, self.metadata, missing)


def one_line(label: str) -> str:
    """A label on one line, free of control characters; it was put together, so nothing in it is turned around."""
    if label.isascii() and label.isprintable() and label == label.strip() and not any(map(label.__contains__, _MARKS)):
        return label  # most are, and a long file has hundreds of thousands
    return " ".join(clean_text(without_invisible(OVERRIDES.sub("", label))[0]).split())


def _short(words: str) -> str:
    """The first words of a text that a warning shows."""
    words = one_line(words)
    return words if len(words) <= HIDDEN_WORDS else words[:HIDDEN_WORDS] + "…"


def _named(texts: list[str]) -> str:
    return _first([f'"{_short(text)}"' for text in dict.fromkeys(texts)])


def _first(names: list[str]) -> str:
    more = len(names) - MAX_HIDDEN_NAMED
    return ", ".join(names[:MAX_HIDDEN_NAMED]) + (f" and {more} more" if more > 0 else "")
