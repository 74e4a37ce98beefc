# ruff: noqa: E501 (one pattern a line)
"""Items of written minutes, line by line and row by row, and the sentences that they use up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.item import REVERSAL, Item
from tsel_core.sweep.meetings.decisions import is_labelled
from tsel_core.sweep.meetings.written.labels import (
    ARROW,
    BULLET,
    MIDDLE_ARROW,
    Label,
    Zone,
    inline_label,
    is_bullet,
    label_line,
    named_topic,
    topic_line,
    zone_of,
)
from tsel_core.sweep.meetings.written.owners import Owned, owned
from tsel_core.sweep.meetings.written.places import cell_span, is_running, once
from tsel_core.sweep.meetings.written.prose import Told, in_parts, tasks, told, verdict
from tsel_core.sweep.meetings.written.reversals import with_reversals
from tsel_core.sweep.meetings.written.roster import attendance
from tsel_core.sweep.meetings.written.tables import DONE, Column, header
from tsel_core.sweep.meetings.written.titles import GENERAL, is_entry, is_resolution, subtitle_of, title_of
from tsel_core.sweep.people import People
from tsel_core.sweep.sentences import Sentence, split
from tsel_core.sweep.text import behind
from tsel_core.trust.passages import features

_RUNNING = 12  # words from which on a line is no piece of a broken table
_SHORTEST = {"en": 8, "ja": 4}  # characters of an item
_LONG_TOPIC = 40  # characters of a heading that says more than a subject
_SEEN_ONCE = 0.8  # score of a task whose owner is named nowhere else: given, and marked
# when it is, and no task; "次回会議の資料を準備する" is one
_NEXT_MEETING = lazy_pattern(
    r"(?i)\W*(?:次回(?:の)?(?:会議|会合|開催|定例|打ち?合わ?せ|ミーティング|委員会|理事会)?(?:の?(?:日程|日時|予定|開催日))?|next (?:meeting|call|session))\s*(?:[:：]|は|is\b|on\b|at\b|[（(]?\d|$)"
)
_NEEDS_MORE = lazy_pattern(r"(?i)^(?:\w+$|(?:will|to) (?:be )?\w+(?: again)?\b(?!ing)(?=.{0,50}$)|deferred\b|no \w+ yet\b|no decision\b.{0,20}$)")
_SUBJECT = lazy_pattern(r"^([^-–—:]{3,40}?)\s[-–—:]\s")
_MOVES = lazy_pattern(r"(?i)\b(?:moved|proposed) (?:that|the)\b")
_POINTS_AT_MOTION = lazy_pattern(r"(?i)(?:the )?(?:motion|proposal|resolution)\b.{0,40}$")
_SAYS_WHOSE = lazy_pattern(r"担当者?\s*[:：]|(?i:\b(?:owner|action by|assigned to)\s*:\s)")
_TICKED = lazy_pattern(r"^\s*[-*•・]?\s*(?:\[[xX]\]|☑|✓|✔)")
_EMPTY = lazy_pattern(r"(?i)^(?:not stated|none(?: stated)?|n/?a|nil|tbd|tbc|-+|–|—|－|ー|未定|なし|特に?なし|記載なし|該当なし)?[.。]?$")
_TASKS_APART = lazy_pattern(r"\s*[;；\n]\s*|(?<=\S)\s*(?=[②-⑳])|(?<=[。])\s*|\s+/\s+")
_LEADS_IN = lazy_pattern(r"(?i)\bfollowing\b|as shown|次のとおり|以下のとおり")
_NUMBER = lazy_pattern(r"^\s*(?:\d{1,3}(?:\.\d{1,2})*[.)．）]?|[（(]\d{1,2}[)）])[\s\u3000]+")


@dataclass
class _Reader:
    """The minutes as they are read: zone and columns that hold, items so far."""

    people: People
    lang: str
    items: list[Item] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    zone: Zone | None = None
    listing: bool = False  # whether the zone's lines were entries of a list so far
    columns: dict[Column, int] = field(default_factory=dict)
    heading: str = ""
    moved: str = ""  # the last motion
    topic: str = ""  # what a line above says it is about
    before: str = ""  # the line before
    text: str = ""  # of all lines
    listed: bool = False  # whether it is said who was there
    now: Sequence[Sentence] = ()  # the line that is read

    def __post_init__(self) -> None:
        self.named = {*self.people.by_call, *self.people.by_call.values()}

    def line(self, sentences: Sequence[Sentence]) -> None:
        """A line without a speaker: its sentences."""
        first, self.now = sentences[0], sentences
        text = " ".join(s.text for s in sentences) if self.lang != "ja" else "".join(s.text for s in sentences)
        if len(text.split()) > _RUNNING or first.text.strip() == first.heading:
            self.columns = {}  # a page's end does not end a table, running text does
        if first.heading != self.heading:
            self.heading, self.zone, self.listing = first.heading, zone_of(_NUMBER.sub("", first.heading)), False
            self.topic = ""
        self.topic = self.topic if text.strip() == self.heading else topic_line(text) or self.topic
        label = label_line(text)
        titled = first.heading and BULLET.sub("", text).strip() in (first.heading, _NUMBER.sub("", first.heading))
        if titled or label is not None:
            self._opens(sentences, label if label is not None and not titled else None)
            return
        said = inline_label(text)
        if said is None and is_labelled(text):
            return  # "Decision 4.1. ..." is taken whole elsewhere
        if said is not None and len(said.rest) >= _SHORTEST[self.lang]:
            self._labelled(sentences, said)
        elif self.zone is not None:
            self._in_zone(sentences, text)
        elif ARROW.match(text):
            self._arrow(sentences, ARROW.sub("", text, count=1))
        else:
            self._prose(sentences)
        self.before = text

    def _opens(self, sentences: Sequence[Sentence], label: Label | None) -> None:
        if label is not None:
            self.zone, self.listing = label.zone or None, False
            if label.zone:
                self.used.update(s.index for s in sentences)
        elif self.zone is not None:
            self.used.update(s.index for s in sentences)

    def _in_zone(self, sentences: Sequence[Sentence], text: str) -> None:
        """A line below a label: an item of its kind; what is no entry ends a list of entries."""
        zone = self.zone
        bullet = is_bullet(text)
        if self.listing and not bullet and not sentences[0].text.startswith((" ", "\t", "\u3000")) and is_running(sentences):
            self.zone = None
            self._prose(sentences)
            return
        self.listing = self.listing or bullet
        words = BULLET.sub("", text).strip()
        if zone is None or len(words) < _SHORTEST[self.lang] or _EMPTY.match(words):
            return
        if _LEADS_IN.search(words):
            self.used.update(s.index for s in sentences)
            return
        self._add(zone, words, sentences)

    def _labelled(self, sentences: Sequence[Sentence], said: Label) -> None:
        """A line with its own label; who is named in another sentence of it has a task beside."""
        zone = said.zone or "decision"
        words = said.rest
        if zone == "open" and len(sentences) > 1:
            words = inline.rest if (inline := inline_label(sentences[0].text)) is not None else words
        self._add(zone, f"{said.who}: {words}" if said.who else words, sentences)
        if zone != "action":
            self._tasks_of(sentences)

    def _arrow(self, sentences: Sequence[Sentence], words: str) -> None:
        """An arrow leads to what came of the line before: a task with an owner, a verdict, or nothing that is known."""
        made = owned(words, self.people, self.lang, sure=True)
        if made.who or (made.when and not verdict(words, self.lang)):
            self._add("action", words, sentences)
            return
        found = verdict(words, self.lang)
        if found is not None:
            self._tell(found if len(words) > 14 else replace(found, what=self._with_before(found.what)), sentences)
        elif re.search(r"(?:する|とする|統一|採用|変更|実施|行う|決める)[。]?$", words):
            self._tell(Told("decision", words.strip(" 。"), "decided", score=0.85), sentences)
        elif len(words) >= _SHORTEST[self.lang]:
            self._prose(sentences)

    def _with_before(self, what: str) -> str:
        subject = BULLET.sub("", self.before).strip(" 。.")
        return behind(what, subject, self.lang) if subject else what

    def _prose(self, sentences: Sequence[Sentence]) -> None:
        """Plain sentences, a task behind an arrow inside one."""
        for number, sentence in enumerate(sentences):
            text = self._noted(BULLET.sub("", sentence.text), sentence)
            parts = MIDDLE_ARROW.split(text)
            if len(parts) == 2 and len(parts[0]) > 3:
                made = owned(parts[1], self.people, self.lang, sure=False)
                if made.who:
                    what = behind(made.what, parts[0].strip(" 。."), self.lang)
                    self._put(Item("action", what, (sentence.span,), made.who, made.when, "asked", self._about(sentence)), sentence)
                    continue
            if _SAYS_WHOSE.search(text):
                made = owned(text, self.people, self.lang, sure=True)
                self._put(Item("action", made.what, (sentence.span,), made.who, made.when, "asked", self._about(sentence)), sentence)
                continue
            text = self._with_name(text, sentences[:number])
            self.moved = text if _MOVES.search(text) else self.moved
            for found in told(text, self.people, self.lang):
                if number and self.lang != "ja" and _NEEDS_MORE.match(found.what) and not subtitle_of(sentences[number - 1].text):
                    found = replace(found, what=behind(found.what, BULLET.sub("", sentences[number - 1].text), "en"))
                elif self.lang != "ja" and found.kind == "action" and (subject := _SUBJECT.match(text)) and re.search(r"\bit\b", found.what):
                    found = replace(found, what=behind(found.what, subject[1], "en"))
                if found.kind == "decision" and _POINTS_AT_MOTION.match(found.what) and self.moved not in ("", text):
                    found = replace(found, what=behind(found.what, self.moved, self.lang))
                self._tell(found, [sentence])

    def _about(self, sentence: Sentence) -> str:
        return self.topic or sentence.heading

    def _with_name(self, text: str, before: Sequence[Sentence]) -> str:
        """ "He'll take it to the garage" with the name of whoever the line named last."""
        he = re.match(r"(?:He|She)(?:['’]ll|\s+will|\s+is\s+going\s+to)\s+", text)
        named = [m for s in before for m in re.finditer(rf"\b{self.people.pattern()}\b", s.text)] if he else []
        return f"{named[-1]['name']} will {text[he.end() :]}" if he and named else text

    def _noted(self, text: str, sentence: Sentence) -> str:
        """What somebody is noted to have said ("MA: test env is down"): no task of theirs, unless they "will"."""
        match = re.match(rf"{self.people.pattern()}\s*[:：]\s*(?=\S)", text)
        if match is None:
            return text
        self.used.add(sentence.index)
        rest = text[match.end() :]
        return f"{match['name']} {rest}" if re.match(r"will\b|to\b", rest) else rest

    def _tasks_of(self, sentences: Sequence[Sentence]) -> None:
        for sentence in sentences:
            for found in tasks(BULLET.sub("", sentence.text), self.people, self.lang):
                self._tell(found, [sentence])

    def _add(self, zone: Zone, words: str, sentences: Sequence[Sentence]) -> None:
        """An item of a zone's kind from a whole line."""
        spans = tuple(s.span for s in sentences)
        heading = sentences[0].heading
        topic = self.topic or ("" if zone_of(_NUMBER.sub("", heading)) else heading)
        self.used.update(s.index for s in sentences)
        if zone in ("decision or action", "open or action"):
            zone = "action" if self._is_owned(words) else "decision" if zone == "decision or action" else "open"
        if zone == "action":
            parts = [p for p in _TASKS_APART.split(words) if len(p.strip()) >= _SHORTEST[self.lang]] or [words]
            made = [self._action(part, spans, topic) for part in parts]
            ticked = _TICKED.match(sentences[0].text) is not None
            self.items += [replace(i, status="done") if ticked else i for i in made]
            return
        if zone == "open":
            whose = owned(words, self.people, self.lang, sure=False) if re.search(r"[)）\]】][.。]?$", words) else Owned(words)
            self.items.append(Item("open", whose.what.strip(" .。"), spans, whose.who, whose.when, "open", topic))
            return
        found = verdict(words, self.lang)
        both = in_parts(words, self.lang) if zone == "decision" and found is not None and found.kind == "open" else []
        self.items += [Item(t.kind, t.what, spans, status=t.status, section=topic, score=t.score) for t in both]
        if both:
            return
        if zone == "decision" and found is not None and found.kind == "open":
            self.items.append(Item("open", words.strip(" .。"), spans, status="open", section=topic))
            return
        turned_down = zone == "rejected" or (found is not None and found.status == "rejected")
        self.items.append(Item("decision", words.strip(" .。"), spans, status="rejected" if turned_down else "decided", section=topic))

    def _action(self, words: str, spans: tuple[SourceSpan, ...], topic: str) -> Item:
        made = owned(words, self.people, self.lang, sure=True, loose=not self.listed)
        known = all(name in self.named or self.text.count(name) > 1 for name in made.who.split(", ") if name)
        return Item("action", made.what, spans, made.who, made.when, "asked", topic, score=1.0 if known else _SEEN_ONCE)

    def _is_owned(self, words: str) -> bool:
        """Whether an entry of a list of decisions and tasks says who does it: somebody known, or a name and a day."""
        made = owned(words, self.people, self.lang, sure=True, loose=not self.listed)
        return bool(made.who) and (bool(made.when) or all(n in self.named for n in made.who.split(", ")))

    def _tell(self, found: Told, sentences: Sequence[Sentence]) -> None:
        spans = tuple(s.span for s in sentences)
        first = sentences[0]
        of_line = next((s for s in self.now if s.turn == first.turn), first)
        named = named_topic(of_line.text)
        topic = self._about(first) if not named or named in self.named else named
        if named and topic == named and first is not of_line and self._about(first) and not is_entry(of_line.text):
            topic = self._about(first)  # "Two tenders: ..." is no topic of the sentences behind it
        made = Item(found.kind, self._titled(found, topic), spans, found.who, found.when, found.status, topic, score=found.score)
        self._put(made, *sentences)

    def _titled(self, found: Told, heading: str) -> str:
        """What was left open or settled, behind the heading that says of what."""
        topic, what = title_of(heading), found.what
        if found.kind == "action" or not topic or zone_of(topic) is not None or GENERAL.match(topic):
            return what
        if len(topic) > _LONG_TOPIC or ("（" in what and not is_resolution(topic)):
            return what
        part = "" if not self.now else subtitle_of(self.now[0].text)
        if set(features(topic)) & set(features(what)) and not part and not (found.kind == "decision" and is_resolution(topic)):
            return what
        sign = "：" if self.lang == "ja" else ": "
        what = re.sub(r"^\(?[a-z][).]\s+(?=[A-Z])", "", what)
        return f"{topic}{f' – {part}' if part else ''}{sign}{what}"

    def _put(self, made: Item, *sentences: Sentence) -> None:
        self.items.append(made)
        self.used.update(s.index for s in sentences)

    def row(self, sentence: Sentence) -> None:
        """A row of a table: its head, a labelled pair, or what its columns hold."""
        cells = sentence.cells
        found = header(cells)
        if found:
            self.columns = found
            self.used.add(sentence.index)
            return
        zone = zone_of(cells[0]) if len(cells) == 2 else None
        if zone is not None and not self.columns:
            self._cell(sentence, 1, zone, "")
            return
        if not any(map(str.isalnum, "".join(cells))):
            self.used.add(sentence.index)  # the line below the head of a Markdown table
            return
        if not self.columns or len(cells) <= max(self.columns.values()):
            return
        at = self.columns
        topic = _NUMBER.sub("", cells[at["topic"]]).strip() if "topic" in at else sentence.heading
        who = "" if "who" not in at or _EMPTY.match(cells[at["who"]]) else cells[at["who"]]
        when = "" if "when" not in at or _EMPTY.match(cells[at["when"]]) else cells[at["when"]]
        before = len(self.items)
        for name in ("said", "decision", "open"):
            if name in at:
                self._cell(sentence, at[name], "open" if name == "open" else "decision" if name == "decision" else None, topic)
        task = cells[at["action"]] if "action" in at else ""
        if "action" in at and not _EMPTY.match(task):
            self._row_tasks(sentence, at["action"], topic, who, when)
        elif "action" not in at and who:
            self._row_owner(sentence, topic, who, when, self.items[before:])
        self.used.add(sentence.index)

    def _row_tasks(self, sentence: Sentence, column: int, topic: str, who: str, when: str) -> None:
        """The tasks of a cell; columns of their own say who and by when."""
        parts = [sentence.cells[column]] if who else _TASKS_APART.split(sentence.cells[column])
        for part in parts:
            if _EMPTY.match(part.strip()):
                continue
            made = self._action(part, (cell_span(sentence, part),), topic)
            if who:
                made = replace(made, what=part.strip(), who=self._resolved(who))
            if "status" in self.columns and DONE.match(sentence.cells[self.columns["status"]]):
                made = replace(made, status="done")
            self.items.append(replace(made, when=when or made.when))

    def _row_owner(self, sentence: Sentence, topic: str, who: str, when: str, found: Sequence[Item]) -> None:
        """A row that says what was decided and whose it is: a task as well."""
        remark = re.search(r"[(（]([^()（）]{3,40})[)）]", who)
        settled = [i for i in found if i.kind == "decision" and i.status != "rejected"]
        what = remark[1] if remark else settled[-1].what if settled else ""
        if not what:
            return
        bare = re.sub(r"[(（][^()（）]*[)）]", "", who).strip()
        self.items.append(Item("action", what, (sentence.span,), self._resolved(bare), when, "asked", topic))

    def _resolved(self, who: str) -> str:
        parts = re.split(r"\s*(?:,|/|&|・|、|\n|\band\b)\s*", who.strip())
        return ", ".join(dict.fromkeys(self.people.resolve(p) for p in parts if p))

    def _one_decision(self, line: str) -> Item | None:
        """A cell of several sentences that all say what was decided: one decision; None for any other."""
        parts = [line[lo:hi] for lo, hi in split(line)]
        found = [verdict(p, self.lang) for p in parts]
        several = len(parts) > 1 and not any(re.match(r"\s*(?:\d{1,2}[.)．]|[①-⑳])", p) for p in parts)
        if not several or any(f is not None and f.status != "decided" for f in found):
            return None
        return Item("decision", line.strip(" .。"), (), status="decided")

    def _cell(self, sentence: Sentence, column: int, zone: Zone | None, topic: str) -> None:
        """The sentences of a cell, each on its own."""
        text = sentence.cells[column]
        for line in text.split("\n"):
            if zone == "action":
                for part in _TASKS_APART.split(line):
                    if not _EMPTY.match(part.strip()):
                        self.items.append(self._action(BULLET.sub("", part), (cell_span(sentence, part),), topic))
                continue
            if zone == "decision" and (whole := self._one_decision(line)) is not None:
                self.items.append(replace(whole, evidence=(cell_span(sentence, line),), section=topic))
                continue
            for lo, hi in split(line):
                words = BULLET.sub("", line[lo:hi]).strip()
                span = cell_span(sentence, line[lo:hi])
                if len(words) < _SHORTEST[self.lang] or _EMPTY.match(words):
                    continue
                found = told(words, self.people, self.lang) if zone is None else [t for t in [verdict(words, self.lang)] if t]
                if zone in ("decision", "rejected") and not found:
                    found = [Told("decision", words.strip(" .。"), "rejected" if zone == "rejected" else "decided", score=1.0)]
                if zone == "open":
                    found = [Told("open", words.strip(" .。"), "open", score=1.0)]
                self.items += [Item(t.kind, self._titled(t, topic), (span,), t.who, t.when, t.status, topic, score=t.score) for t in found]
        self.used.add(sentence.index)


def written_items(sentences: Sequence[Sentence], people: People, lang: str) -> tuple[list[Item], set[int]]:
    """Items of all lines and rows that nobody speaks, and the indices of the sentences that are used up by them."""
    listed = any(True for _ in attendance(sentences, lang))
    reader = _Reader(people, lang, listed=listed, text="\n".join(s.text for s in sentences))
    for _, turn in groupby(sentences, key=lambda s: (s.turn, s.speaker)):
        line = list(turn)
        if line[0].speaker:
            continue
        if line[0].cells:
            reader.row(line[0])
        else:
            reader.line(line)
    made = once([i for i in reader.items if i.kind != "action" or not _NEXT_MEETING.match(i.what)])
    settled = with_reversals(made, sentences, lang)
    return settled, reader.used | {s.index for s in sentences if any(s.span in i.evidence for i in settled if i.name == REVERSAL)}
