"""A document as the reader saw it: units (page, paragraph, turn) with labels that a person can look up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

UnitKind = Literal[
    "page", "paragraph", "turn", "line", "row", "header", "footer", "footnote", "comment", "hidden", "other"
]
Quality = Literal["ok", "low", "garbled", "no-text"]
Grade = Literal["certain", "joined", "low"]


@dataclass(frozen=True, slots=True)
class SourceSpan:
    """Characters [start, end) of `Unit.text` of one unit of one document (indices count from 0)."""

    doc_index: int
    unit_index: int
    start: int
    end: int

    def touches(self, other: SourceSpan) -> bool:
        """Whether both have a character in common."""
        same = (self.doc_index, self.unit_index) == (other.doc_index, other.unit_index)
        return same and self.start < other.end and self.end > other.start


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a document that a citation can name.

    `text` is exactly what the model sees of it (a turn's text begins with "Name: "). `label` is what a person
    looks up: "p. iv", "Art. 12(2), para 148", "Kim 00:12:03". Units with `in_flow=False` (running headers,
    footers, comments not asked for, text that no reader can see) are kept and counted but not given to the model.

    `grade` says how far its words are what a person sees: "certain" when the file says so, "joined" when lines or
    letters were put together by a guess, "low" when a recognizer or a poor text layer is the only witness.
    """

    index: int
    kind: UnitKind
    label: str
    text: str
    in_flow: bool = True
    page: int | None = None  # physical page, counted from 1
    page_label: str = ""  # how a page of several units is named: "p. iv"
    heading_path: tuple[str, ...] = ()
    speaker: str | None = None
    start_s: float | None = None  # seconds from the start of the recording
    end_s: float | None = None
    quality: Quality = "ok"
    grade: Grade = "certain"
    cues: tuple[tuple[int, float], ...] = ()  # of a turn: where in `text` its later cues begin, and their seconds

    def time_at(self, start: int) -> float | None:
        """When the words at a character of a turn were said: the beginning of their cue."""
        return next((time for at, time in reversed(self.cues) if at <= start), self.start_s)

    def label_at(self, start: int) -> str:
        """The label of the words at a character: of a long turn with the time of their own cue."""
        time = self.time_at(start)
        if time is None or self.start_s is None or time == self.start_s:
            return self.label
        first = clock(self.start_s)
        return self.label.removesuffix(first) + clock(time) if self.label.endswith(first) else self.label

    @property
    def is_furniture(self) -> bool:
        """Whether it stands beside the text: a running header or footer, or what is not given to the model."""
        return not self.in_flow or self.kind in ("header", "footer")


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Document:
    """One file that was read. `sha256` is of the file's bytes; `warnings` are sentences for the user.

    `missing`: those of them that say that text of the file may not be among its units. metadata["left_out"]: how many
    of what was not read by choice or for its kind ("comment", "picture", "attachment", ...).
    """

    path: str
    sha256: str
    kind: str  # "pdf", "docx", "vtt", "srt", "txt", "md", "html", ...
    unit_kind: UnitKind
    units: tuple[Unit, ...]
    warnings: tuple[str, ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    @property
    def num_units(self) -> int:
        """Pages or other units, as `unit_kind` counts them, that are given to the model."""
        return self.count_read(u.index for u in self.units if u.in_flow)

    @property
    def units_in_file(self) -> int:
        """As `num_units`, of the whole file: pages that were not read or have no text are counted too."""
        if self.unit_kind == "page" and "num_pages" in self.metadata:
            return int(self.metadata["num_pages"])
        return sum(1 for u in self.units if u.in_flow and (u.text or u.quality == "no-text"))

    def count_read(self, indices: Iterable[int]) -> int:
        """How many pages (of a document of pages) or units the units at `indices` are; a blank page is read."""
        if self.unit_kind != "page":
            return sum(1 for _ in indices)
        pages = {(page if (page := self.units[index].page) else -1 - index) for index in indices}
        return len(pages | set(self.metadata.get("blank_pages", ())))


def left_out_of(documents: Iterable[Document]) -> dict[str, int]:
    """What of the files was not read by choice or for its kind, and how many: {"comment": 3}."""
    found: Counter[str] = Counter()
    for document in documents:
        found.update(document.metadata.get("left_out", {}))
    return dict(found)


def rest_words(num_unread: int, *, missing: bool, left_out: Mapping[str, int]) -> str:
    """What of the files the model does not get, in few words; "nothing cut" stands alone only where that is all."""
    if num_unread > 0:
        return f"{num_unread:,} NOT READ"
    if missing:
        return "TEXT MAY BE MISSING (see the warnings)"
    named = "; ".join(f"{count:,} {kind}{'s' if count != 1 else ''}" for kind, count in left_out.items() if count)
    return f"nothing cut but {named}" if named else "nothing cut"


def all_of(documents: Sequence[Document]) -> str:
    """What of the files is not looked at where every unit in flow is: "nothing left out", or as `rest_words`."""
    read = sum(d.count_read(u.index for u in d.units if u.in_flow and u.text) for d in documents)
    left = sum(d.units_in_file for d in documents) - read
    rest = rest_words(left, missing=any(d.missing for d in documents), left_out=left_out_of(documents))
    return "nothing left out" if rest == "nothing cut" else rest


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a unit landed in the rendered text: characters [start, end)."""

    start: int
    end: int
    doc_index: int
    unit_index: int


@dataclass(frozen=True, slots=True)
class RenderedText:
    """What the model will see of one or several documents, and where each unit stands in it."""

    text: str
    placed: tuple[Placed, ...]

    def spans(self, start: int, end: int) -> list[SourceSpan]:
        """Source of the characters [start, end) of `text`; separators between units belong to no source."""
        from bisect import bisect_right

        first = max(0, bisect_right([p.start for p in self.placed], start) - 1)
        found: list[SourceSpan] = []
        for p in self.placed[first:]:
            if p.start >= end:
                break
            lo, hi = max(start, p.start), min(end, p.end)
            if lo < hi:
                found.append(SourceSpan(p.doc_index, p.unit_index, lo - p.start, hi - p.start))
        return found


def render_documents(documents: Sequence[Document]) -> RenderedText:
    """Concatenate the units in flow, page labels and (for several files) file names between them.

    Paragraphs are separated by an empty line, turns and lines by a line feed. A page begins with its label in
    brackets so that the model can name it, a turn with its time where a stretch of time has passed since the
    last one (metadata "time_stamps_s"). Each unit's own text is unchanged.
    """
    parts: list[str] = []
    placed: list[Placed] = []
    at = 0

    def put(text: str) -> None:
        nonlocal at
        parts.append(text)
        at += len(text)

    for doc_index, doc in enumerate(documents):
        if len(documents) > 1:
            put(("\n\n" if doc_index else "") + f"=== {file_name(doc)} ===\n")
        first, page = True, ""
        every = doc.metadata.get("time_stamps_s") or 0.0
        stretch = -1.0
        for unit in doc.units:
            if not unit.in_flow or not unit.text:
                continue
            if not first:
                put("\n" if unit.kind in ("turn", "line", "row") else "\n\n")
            name = unit.page_label or (unit.label if unit.kind == "page" else "")
            if name and name != page:
                put(f"[{name}]\n")
            if every and unit.start_s is not None and unit.start_s // every != stretch:
                stretch = unit.start_s // every
                put(f"[{clock(unit.start_s)}] ")
            first, page = False, name or page
            placed.append(Placed(at, at + len(unit.text), doc_index, unit.index))
            put(unit.text)
    return RenderedText("".join(parts), tuple(placed))


def clock(seconds: float) -> str:
    """Seconds as 00:12:03."""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def file_name(document: Document) -> str:
    """Last component of the document's path, on any system."""
    return document.path.replace("\\", "/").rsplit("/", 1)[-1]
