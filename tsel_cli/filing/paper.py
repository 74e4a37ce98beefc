"""What a filed summary says, whatever the form of the file: head, topics, sections of entries, the place of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tsel_cli.filing.words import Word, units, word
from tsel_cli.i18n import in_language
from tsel_cli.render.labels import label_in, places_in
from tsel_core.answer import Answer
from tsel_core.document import file_name
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.safe import clean_for_terminal
from tsel_core.version import __version__

_NOT_XML = lazy_pattern("[\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Entry:
    """One item: its words, where it stands, and what is to be checked about it ("" for a supported one)."""

    text: str
    kind: str = "text"  # decision, action, open, fact, point, topic; text: a paragraph of a summary in one go
    place: str = ""
    remark: str = ""
    title: str = ""  # of a fact
    who: str = ""
    what: str = ""
    when: str = ""
    topic: str = ""
    status: str = ""
    speaker: str = ""


@dataclass(frozen=True)
class Section:
    """Entries under a heading ("" for none). `notes` stand below them."""

    heading: str
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The kind of its entries, "" when they differ or there are none."""
        kinds = {e.kind for e in self.entries}
        return kinds.pop() if len(kinds) == 1 else ""


@dataclass(frozen=True)
class Paper:
    """A summary to be filed. `head` are its label and value pairs, `foot` sentences about how it was made."""

    lang: str
    heading: str
    title: str
    date: str
    place: str
    attendees: tuple[str, ...]
    absent: tuple[str, ...]
    files: tuple[str, ...]
    topics: tuple[Entry, ...]
    sections: tuple[Section, ...]
    foot: tuple[str, ...]
    today: str

    @property
    def headline(self) -> str:
        """ "Minutes: launch review"; a title that says what it is stands alone."""
        if self.heading.casefold() in self.title.casefold():
            return self.title
        return f"{self.heading}　{self.title}" if self.lang in ("ja", "zh") else f"{self.heading}: {self.title}"

    @property
    def head(self) -> list[tuple[str, str]]:
        """Label and value of what is known."""
        joint = "、" if self.lang in ("ja", "zh") else ", "
        rows: list[tuple[Word, str]] = [
            ("date", self.date),
            ("place", self.place),
            ("attendees", (joint if not any(joint in a for a in self.attendees) else "; ").join(self.attendees)),
            ("absent", joint.join(self.absent)),
            ("files", joint.join(self.files)),
        ]
        return [(word(name, self.lang), value) for name, value in rows if value]

    def entries(self, kind: str) -> list[Entry]:
        """All entries of a kind, in the order of the paper."""
        return list(self.topics) if kind == "topic" else [e for s in self.sections for e in s.entries if e.kind == kind]


def paper_of(answer: Answer, style: str) -> Paper:
    """The paper of a summary: its items where it was made of items, else its paragraphs."""
    about = answer.extra.get("about") or {}
    names = tuple(file_name(d) for d in answer.documents)
    kind: Word = "minutes" if style == "minutes" else "report" if style == "report" else "summary"
    items = answer.extra.get("items")
    told = _sections(answer, items) if items is not None else (_written(answer),)
    turned_to = about.get("topics", ())
    lang = answer.lang
    topics = (Entry(_sentence(_clean(t["title"]), lang), "topic", _label(t["label"], lang)) for t in turned_to)
    return Paper(
        lang=answer.lang,
        heading=word(kind, answer.lang),
        title=_clean(about.get("title") or Path(names[0]).stem if names else ""),
        date=_clean(about.get("date") or ""),
        place=_clean(about.get("place") or ""),
        attendees=tuple(map(_clean, about.get("attendees", ()))),
        absent=tuple(map(_clean, about.get("absent", ()))),
        files=tuple(map(_clean, names)),
        topics=tuple(topics),
        sections=told,
        foot=tuple(_foot(answer)),
        today=date.today().isoformat(),
    )


def _sections(answer: Answer, items: Sequence[Mapping[str, Any]]) -> tuple[Section, ...]:
    doubtful = {c.id for c in answer.citations if c.doubtful}
    made = []
    for section in answer.extra.get("sections", ()):
        entries = tuple(_entry(items[n], answer, doubtful) for n in section["items"])
        notes = tuple(section["notes"]) if entries else (word("none", answer.lang),)
        heading = section["heading"] or (word("points", answer.lang) if entries else "")
        made.append(Section(_clean(heading), entries, tuple(map(_clean, notes))))
    return tuple(made)


def _entry(item: Mapping[str, Any], answer: Answer, doubtful: set[int]) -> Entry:
    lang, remark = answer.lang, ""
    label = _label(item["label"], lang)
    if item["verdict"] != "supported":
        why: Word = "orders" if item["citation"] in doubtful else "check"
        remark = word(why, lang).format(label=label, quote=" ".join(str(item["quote"]).split()))
    what = _sentence(_clean(item["what"]), lang)
    if item["status"] == "done":
        what += f"（{word('done', lang)}）" if lang in ("ja", "zh") else f" ({word('done', lang)})"
    place = label if len(answer.documents) == 1 else f"{item['file']}, {label}"
    return Entry(
        text=_clean(item["text"]),
        kind=item["kind"],
        place=_clean(place),
        remark=_clean(remark),
        title=_clean(item["title"] or ""),
        who=_clean(item["who"] or ""),
        what=what,
        when=_clean(item["when"] or ""),
        topic=_clean(item["section"] or ""),
        status=item["status"],
        speaker=_clean(item["speaker"] or ""),
    )


def _written(answer: Answer) -> Section:
    """A summary that was written in one go: its paragraphs, and the passages its marks mean."""
    lines = [line.strip() for line in answer.text.split("\n")]
    lang, cites = answer.lang, answer.citations
    quotes = tuple(f"[{c.id}] {_label(c.label, lang)}: “{' '.join(_clean(c.quote).split())}”" for c in cites)
    return Section("", tuple(Entry(_clean(line)) for line in lines if line), quotes)


def _foot(answer: Answer) -> Iterator[str]:
    lang, receipt = answer.lang, answer.receipt
    kinds = {d.unit_kind for d in answer.documents}
    kind = kinds.pop() if len(kinds) == 1 else "unit"
    size = units(receipt.units_in_file, kind, lang)
    yield word("made_by", lang).format(version=__version__, model=answer.model["name"], units=size)
    if receipt.cut:
        yield word("not_whole", lang)
    elif not receipt.left_out:  # what was left out by choice is told by the warnings
        yield word("whole", lang)
    cover = answer.extra.get("output_coverage")
    if cover:
        whole = units(cover["units"], cover["unit_kind"], lang)
        yield word("coverage", lang).format(with_items=f"{cover['units_with_items']:,}", units=whole)
        if cover["units_without_items"]:
            yield word("empty_units", lang).format(labels=_clean(places_in(cover["units_without_items"], lang)))
    unsure = sum(i["verdict"] != "supported" for i in answer.extra.get("items") or ())
    if unsure:
        yield word("items_checked", lang).format(n=unsure)
    if answer.stop_reason != "end":
        yield word("stopped", lang)
    for warning in answer.warnings:
        yield _clean(in_language(warning, lang)).rstrip(".。") + ("。" if lang == "ja" else ".")


def _label(label: str, lang: str) -> str:
    """A place in the language of the paper."""
    return _clean(label_in(label, lang))


def _sentence(text: str, lang: str) -> str:
    """With a capital: it stands alone."""
    return text if lang == "ja" else text[:1].upper() + text[1:]


def _clean(text: str) -> str:
    """Without what no file may hold: controls, halves of a pair, characters that XML does not know."""
    return _NOT_XML.sub("", clean_for_terminal(text)).strip()
