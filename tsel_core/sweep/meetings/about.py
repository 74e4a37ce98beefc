# ruff: noqa: E501 (one pattern a line)
"""What stands at the head of minutes: title, date, place, who was there, what was talked about; as the document says it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tsel_core.document import Document
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.meetings.topics import agenda_of, topics_of
from tsel_core.sweep.merge import overlap
from tsel_core.sweep.sentences import Sentence
from tsel_core.text.dates import find_dates
from tsel_core.text.language import Lang

_LABELS = {
    "title": lazy_pattern(r"(?i)meeting(?: name| title)?|subject|title|会議名|件名|名称"),
    "date": lazy_pattern(r"(?i)(?:meeting )?date(?: and time)?|held on|when|日時|開催日時?|日付|実施日"),
    "place": lazy_pattern(r"(?i)place|venue|location|room|where|場所|開催場所|会場"),
    "attendees": lazy_pattern(r"(?i)attendees?|present|participants?|in attendance|members present|出席者?|参加者?"),
    "absent": lazy_pattern(r"(?i)absent|apologies|excused|欠席者?"),
}
_LINE = lazy_pattern(
    r"^[\s【\[■●・*]*(?P<label>[A-Za-z][A-Za-z ]{2,20}|[\u4e00-\u9fff]{2,5})\s*(?:[】\]]\s*[:：]?|[:：])\s*(?P<value>.+)$"
)
_TODAY = lazy_pattern(r"(?i)\btoday\b|\bthis is\b|本日|今日")
_HEAD = 40  # sentences in which a document says what it is
_NAME = lazy_pattern(r"(?:[A-Z][\w.'’-]+\s?){2,4}|[\u4e00-\u9fff]{1,4}[ \u3000]?[\u4e00-\u9fff]{1,4}")
_SAID_PRESENT = lazy_pattern(r"(?i)^(?:yes|y|present|x|✓|○|〇|出席)$")
_SAID_ABSENT = lazy_pattern(r"(?i)^(?:no|n|absent|apologies|excused|-|×|欠席)$")
_ROW_HEAD = lazy_pattern(r"(?i)^(?:name|present|attend\w*|participants?|氏名|名前|出席者?)$")
_OF_A_PERSON = lazy_pattern(r"(?i)^(?:role|title|function|position|organi[sz]ation|company|department|役職|所属|部署|氏名)$")
_PARTED = lazy_pattern(r"\s*[;；／]\s*|(?<=\S)[、]\s*|,\s+(?=[A-Z])")
_END_JA = lazy_pattern(r"(?:の[0-9一二三四五六七八九十]+名)?(?:です|でした)?[。.]?$")
_MOST_TITLE = 90
_LEAST_SENTENCES = 4  # of a topic that was talked about
_SAME = 0.4  # share of words that makes two topics one
_TALK = 60  # sentences for which a talk that is divided into topics has at least one


Topics = tuple[tuple[str, Sentence], ...]
"""Each topic with the sentence that opens it."""


@dataclass(frozen=True)
class About:
    """Words of the document; "" and () where it does not say. Each topic has the sentence that opens it."""

    title: str = ""
    date: str = ""
    place: str = ""
    attendees: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    topics: Topics = ()

    def as_json(self, documents: Sequence[Document]) -> dict[str, Any]:
        """The object "about" of a summary's JSON."""
        topics = [
            {"title": t, "label": documents[s.span.doc_index].units[s.span.unit_index].label_at(s.span.start)} for t, s in self.topics
        ]
        return {
            "title": self.title or None,
            "date": self.date or None,
            "place": self.place or None,
            "attendees": list(self.attendees),
            "absent": list(self.absent),
            "topics": topics,
        }


def about(
    documents: Sequence[Document],
    sentences: Sequence[Sentence],
    lang: Lang,
    *,
    meeting: bool,
    named: Topics = (),
) -> About:
    """What documents say of themselves; topics of a `meeting` only, `named` are the model's for want of others."""
    said = _labelled(sentences)
    present, absent = _listed(sentences)
    speakers = tuple(dict.fromkeys(s.speaker for s in sentences if s.speaker))
    listed = tuple(_persons(said.get("attendees", "")))
    title = said.get("title", "") or _first_line(documents)
    return About(
        title=title,
        date=said.get("date", "") or _date(sentences),
        place=said.get("place", ""),
        attendees=present or listed or speakers,
        absent=absent or tuple(_persons(said.get("absent", ""))),
        topics=tuple(t for t in _topics(sentences, lang) or named if t[0] != title) if meeting else (),
    )


def _topics(sentences: Sequence[Sentence], lang: Lang) -> Topics:
    """What was announced and what was talked about beside it, in the order of the meeting."""
    agenda = dict(agenda_of(sentences, lang))
    announcing = {s.index for s in agenda.values()}
    topics = ["" if n in announcing else t for n, t in enumerate(topics_of(sentences, lang))]
    first = dict(zip(reversed(topics), reversed(sentences), strict=True))
    announced = {t: first.get(t, s) for t, s in agenda.items()}
    talked = {
        t: s for t, s in talked_about(sentences, topics) if all(overlap(t, a) < _SAME or t == a for a in announced)
    }
    return tuple(sorted((announced | talked).items(), key=lambda pair: pair[1].index))


def talked_about(sentences: Sequence[Sentence], topics: Sequence[str]) -> Topics:
    """Topics of some length with their first sentence; none of a talk that hardly ever names what it turns to."""
    first: dict[str, Sentence] = {}
    counts: dict[str, int] = {}
    for sentence, topic in zip(sentences, topics, strict=True):
        if topic:
            first.setdefault(topic, sentence)
            counts[topic] = counts.get(topic, 0) + 1
    spoken = sum(1 for s in sentences if s.speaker)
    found = [
        (t, s)
        for t, s in first.items()
        if counts[t] >= (_LEAST_SENTENCES if s.speaker else 1) and len(t) > 1 and not t.isdigit()
    ]
    return tuple(found) if len(found) * _TALK >= spoken and len(found) > 1 else ()


def _labelled(sentences: Sequence[Sentence]) -> dict[str, str]:
    """Values behind the labels of the beginning: "Date: 3 March", 【日時】…, rows of a table."""
    found: dict[str, str] = {}
    for label, value in _pairs(sentences[:_HEAD]):
        for kind, pattern in _LABELS.items():
            if kind not in found and pattern.fullmatch(label.strip(" 　*")):
                found[kind] = " ".join(value.split()) if value.isascii() else value.strip()
    return found


def _pairs(sentences: Sequence[Sentence]) -> Iterator[tuple[str, str]]:
    for sentence in sentences:
        if len(sentence.cells) == 2:
            yield sentence.cells[0].rstrip(":："), sentence.cells[1]
        elif not sentence.cells and not sentence.speaker:
            for line in sentence.text.split("\n"):
                match = _LINE.match(line)
                if match:
                    yield match["label"], match["value"]


def _listed(sentences: Sequence[Sentence]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(present, absent) of an attendance table: the name, and the other cells in brackets."""
    present: list[str] = []
    absent: list[str] = []
    inside = False
    for sentence in sentences[: 2 * _HEAD]:
        cells = sentence.cells
        if not cells or _is_pair(cells):
            inside = False
        elif len(cells) >= 2 and any(_ROW_HEAD.match(c) for c in cells):
            inside = True
        elif inside and _NAME.fullmatch(cells[0]):
            rest = [c for c in cells[1:] if c and not _SAID_PRESENT.match(c) and not _SAID_ABSENT.match(c)]
            words = f"{cells[0]} ({', '.join(rest)})" if rest else cells[0]
            (absent if any(_SAID_ABSENT.match(c) for c in cells[1:]) else present).append(words)
    return tuple(present), tuple(absent)


def _is_pair(cells: Sequence[str]) -> bool:
    """Whether a row is a label with its value (出席者 | 大庭、瀬川), not the head of a table of people."""
    label = any(p.fullmatch(cells[0].strip(" 　*:：")) for p in _LABELS.values())
    return len(cells) == 2 and label and not (_ROW_HEAD.match(cells[1]) or _OF_A_PERSON.match(cells[1]))


def _persons(value: str) -> Iterator[str]:
    """The parts of an attendance line."""
    for part in _PARTED.split(_END_JA.sub("", value.strip())):
        if part.strip(" .。"):
            yield part.strip(" .。")


def _first_line(documents: Sequence[Document]) -> str:
    """The title a document begins with: a short line that nobody speaks and that is no sentence."""
    for unit in documents[0].units if documents else ():
        if not unit.in_flow or unit.kind in ("header", "footer") or not unit.text.strip():
            continue
        line = unit.text.strip().split("\n")[0].split("\t")[0].strip()
        plain = unit.speaker is None and len(line) <= _MOST_TITLE and not re.search(r"[.。:：]$|[。]", line)
        return line if plain and not _LINE.match(line) else ""
    return ""


def _date(sentences: Sequence[Sentence]) -> str:
    """The first date of the lines before the talk, or of "today is ..."."""
    for sentence in sentences[:_HEAD]:
        if sentence.speaker and not _TODAY.search(sentence.text):
            continue
        for start, end, value, _ in find_dates(sentence.text):
            if value.count("-") >= 2 and not value.startswith("-"):  # a year alone says nothing
                return sentence.text[start:end]
    return ""
