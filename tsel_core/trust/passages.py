# ruff: noqa: E501, SIM905 (one pattern a line)
"""The document cut into passages (sentences, long ones into clauses) with an index of their words.

Works for Japanese without a tokenizer: Han and katakana text is indexed by pairs of characters, numbers by value.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from tsel_core.document import Document, SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.abbreviated import GOES_ON
from tsel_core.text.alternation import any_of
from tsel_core.text.amounts import plain_digits
from tsel_core.text.fact_words import COUNTED
from tsel_core.text.normalize import atoms
from tsel_core.text.party_blocks import PartyBlock, lines_of, party_blocks
from tsel_core.text.spelling import one_spelling
from tsel_core.text.tongue import SMALL_WORDS, folded
from tsel_core.text.value_words import GERMAN_MONTHS

MAX_PASSAGE_CHARS = 420
_END_LINES = 80  # at the beginning and at the end of a document, where its parties stand
BOOST = 0.25  # of the unit that attention weighed most
_END = lazy_pattern(
    rf"[。！？]+[」』）)]*(?![」』）)]|(?<=[」』）)])[とはがをにのでも、])|(?=[.!?]){GOES_ON}(?<!\bNo)(?<!\bArt)(?<!\bSec)(?<!\bNr)(?<!\bAbs)(?<!\bbzw)(?<!\binkl)(?<!\bca)(?<!\bSra)(?<!\bart)(?<!\b[A-Z])[.!?]+[\"”’)]*(?=\s+[\"“(\[¿¡«]?[A-ZÀ-ÖØ-Þ0-9])"
    rf"(?!(?<=\d\.)\s+(?:{any_of(GERMAN_MONTHS)})\b)"
    r"|\n[ \t]*\n+|\n(?=[ \t]*(?:[-•*・\uf0b7]|\(?[0-9a-zA-Z]{1,3}[.)]\s))"
)
_CLAUSE = lazy_pattern(r"(?<=[;；:：、，,])\s*")
_STOP = frozenset(
    "a an the of to in on at by for from with and or not no is are was were be been has have had it its this that these "
    "those as if but so than then there their they he she his her we our us you your i my me who what when where which "
    "why how whom whose did do does will would shall may can could should must any all each such per about into under "
    "document".split()
)
# words of English papers that are small words elsewhere: they stay words
_WORDS_EN = frozenset("die war man hat son come main due come art note per pro more on sale fin mai".split())
_STOP |= frozenset().union(*(SMALL_WORDS[t] for t in ("de", "fr", "es", "it", "pt"))) - _WORDS_EN


def features(text: str) -> dict[str, float]:
    """Indexed features of a text and their weights: words (1), numbers "#value" (2) and with what they count

    "#value|unit" (1), character pairs (0.3 to 0.6).
    """
    found: dict[str, float] = {}
    before, place = "", -1
    number = ""
    for kind, made, start, end in atoms(text):
        if number and kind in ("word", "one"):
            found[f"{number}|{stem(folded(made)) if kind == 'word' else made}"] = 1.0
        if kind != "gap":
            number = ""
        if kind == "num":
            if made.isascii() and (end - start > 1 or text[start].isdigit() or COUNTED.match(text, end)):
                number = "#" + plain_digits(made)
                found[number] = 2.0
            before = ""
        elif kind == "word":
            if made not in _STOP and len(made) > 1:
                found[stem(folded(made))] = 1.6 if text[start].isupper() else 1.0
            before = ""
        elif kind == "one" and made and ord(made[0]) > 0x2E7F and made[0].isalnum():
            apart = start - place == 1 and text[place] in " \u3000" and made[0] > "\u33ff"  # 森田 健一 is 森田健一
            if before and (place == start or (apart and before > "\u33ff")):
                pair = before + made
                hiragana = sum(1 for c in pair if "\u3041" <= c <= "\u309f")
                if hiragana < 2:
                    found[pair] = 0.3 if hiragana else 0.6
            before, place = made[-1], end
        elif kind != "gap":
            before = ""
    return found


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """A light English stem: lower case, British spellings as American ones, plural and -ed/-ing endings removed."""
    word = one_spelling(word)
    if len(word) > 5:
        for ending in ("ing", "ied", "ies", "ed", "es"):
            if word.endswith(ending):
                return word[: -len(ending)] + ("y" if ending in ("ied", "ies") else "")
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word[:-1] if len(word) > 5 and word.endswith("e") else word


def split_passages(text: str) -> list[tuple[int, int]]:
    """(start, end) of every sentence, heading, table row or clause of a unit's text, none longer than about 420."""
    cuts = [m.end() for m in _END.finditer(text)]
    cuts += _short_line_ends(text)
    spans: list[tuple[int, int]] = []
    begin = 0
    for cut in [*sorted(set(cuts)), len(text)]:
        spans.extend(_split_long(text, begin, cut))
        begin = cut
    return [s for s in (_strip(text, lo, hi) for lo, hi in spans) if s[1] > s[0]]


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of every whole sentence, heading or table row of a unit's text, however long."""
    cuts = sorted({m.end() for m in _END.finditer(text)} | set(_short_line_ends(text)) | {len(text)})
    spans = [_strip(text, lo, hi) for lo, hi in zip([0, *cuts], cuts, strict=False)]
    return [s for s in spans if s[1] > s[0]]


# "Licence fee | EUR 40", 敷金　　　1,000,000円, "Tenant:   Birch plc"
_PIPED = lazy_pattern(r"[ \t]*\|[^|]*\|[^|]*\|[ \t]*")
_LABELLED = lazy_pattern(r"[\s\u3000]*[^\s\u3000。、,.|:：](?:[^\s\u3000。、,|:：]| (?! )){0,27}(?:\u3000{2,}| {3,}|[:：][ \u3000]*)\S")


def _are_rows(lines: Sequence[str]) -> list[bool]:
    """Which lines are rows: cells parted by tabs, two by bars; a label and its value, if most lines of a unit are so."""
    labelled = [_LABELLED.match(line) is not None and line.rstrip()[-1:] not in ",、" for line in lines]
    form = sum(labelled) > 1 and 2 * sum(labelled) >= len(lines)
    piped = [_PIPED.fullmatch(line) is not None for line in lines]
    return ["\t" in line or two or (form and own) for line, two, own in zip(lines, piped, labelled, strict=True)]


def _short_line_ends(text: str) -> list[int]:
    """Ends of lines that stop well before the page's margin (headings, ends of paragraphs), and of a table's rows."""
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text)]
    if len(lines) < 2:
        return []
    lengths = sorted(hi - lo for lo, hi in lines)
    margin = 0.72 * lengths[int(0.9 * (len(lengths) - 1))]
    rows = _are_rows([text[lo:hi] for lo, hi in lines])
    found = []
    for (lo, hi), row, following in zip(lines, rows, [*rows[1:], False], strict=True):
        short = hi - lo < margin and text[hi - 1 : hi] not in (",", "、", "-")
        if short or row or following:
            found.append(hi)
    return found


def _split_long(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans = []
    while end - start > MAX_PASSAGE_CHARS:
        window = text[start : start + MAX_PASSAGE_CHARS]
        places = [m.end() for m in _CLAUSE.finditer(window) if m.end() > MAX_PASSAGE_CHARS // 3]
        space = window.rfind(" ", MAX_PASSAGE_CHARS // 3)
        cut = places[-1] if places else space + 1 if space > 0 else MAX_PASSAGE_CHARS
        spans.append((start, start + cut))
        start += cut
    return [*spans, (start, end)]


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that matches: `share` of the query's weight it holds (0..1), its place and number."""

    passage_idx: int
    share: float
    span: SourceSpan


@dataclass
class PassageIndex:
    """Passages of all units in flow, and which features stand in which of them. Build once, ask often."""

    documents: tuple[Document, ...]
    spans: list[SourceSpan] = field(default_factory=list)
    by_unit: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    postings: dict[str, list[int]] = field(default_factory=dict)
    context: dict[tuple[int, int], frozenset[str]] = field(default_factory=dict)

    @classmethod
    def build(cls, documents: Sequence[Document]) -> PassageIndex:
        """Cut and index; about a second for 500 pages."""
        index = cls(tuple(documents))
        postings: dict[str, list[int]] = defaultdict(list)
        for doc_index, document in enumerate(documents):
            for unit in document.units:
                if not unit.in_flow or not unit.text:
                    continue
                key = (doc_index, unit.index)
                index.context[key] = frozenset(features(" ".join([*unit.heading_path, unit.speaker or ""])))
                numbers = index.by_unit.setdefault(key, [])
                for start, end in split_passages(unit.text):
                    numbers.append(len(index.spans))
                    for feature in features(unit.text[start:end]):
                        postings[feature].append(len(index.spans))
                    index.spans.append(SourceSpan(doc_index, unit.index, start, end))
        index.postings = dict(postings)
        return index

    @cached_property
    def whole(self) -> str:
        """The words of all units in flow, one behind the other, in small letters."""
        return "\n".join(u.text for d in self.documents for u in d.units if u.in_flow).lower()

    @cached_property
    def party_blocks(self) -> tuple[tuple[PartyBlock, ...], ...]:
        """The parties of each document by its layout, at its beginning and at its end."""
        found = []
        for document in self.documents:
            lines = lines_of((u.index, u.text) for u in document.units if u.in_flow and not u.speaker)
            ends = lines if len(lines) <= 2 * _END_LINES else [*lines[:_END_LINES], *lines[-_END_LINES:]]
            found.append(tuple(party_blocks(ends)))
        return tuple(found)

    def unit_text(self, doc_index: int, unit_index: int) -> str:
        """Text of a unit."""
        return self.documents[doc_index].units[unit_index].text

    def text(self, span: SourceSpan) -> str:
        """The words of a span."""
        return self.unit_text(span.doc_index, span.unit_index)[span.start : span.end]

    def label(self, span: SourceSpan) -> str:
        """Label of the place, with the time of its own cue."""
        return self.documents[span.doc_index].units[span.unit_index].label_at(span.start)

    def rarity(self, feature: str) -> float:
        """Inverse document frequency over passages; highest for what is absent."""
        return math.log(1 + (len(self.spans) + 1) / (len(self.postings.get(feature, ())) + 0.5))

    def weigh(self, text: str) -> dict[str, float]:
        """Features of a query with weight times rarity."""
        return {f: w * self.rarity(f) for f, w in features(text).items()}

    def search(
        self, text: str, k: int = 8, *, boosts: dict[tuple[int, int], float] | None = None, extra: str = ""
    ) -> list[Hit]:
        """The k passages that hold the most weight of `text`, best first.

        `extra` counts a third (the question, when `text` is the answer). `boosts` adds up to 0.25 to the passages of
        units, for what attention selected. Speaker and headings of a passage count half.
        """
        wanted = self.weigh(text)
        total = sum(wanted.values())
        for feature, weight in (self.weigh(extra) if extra else {}).items():
            if feature in self.postings:
                wanted.setdefault(feature, weight / 3)
        if not total:
            return []
        scores: dict[int, float] = defaultdict(float)
        for feature, weight in wanted.items():
            for number in self.postings.get(feature, ()):
                scores[number] += weight
        for key in boosts or {}:
            for number in self.by_unit.get(key, ()):
                scores[number] += 0.0
        best = sorted(scores, key=lambda n: -scores[n])[: 6 * k] if not boosts else list(scores)
        ranked = []
        for number in best:
            span = self.spans[number]
            key = (span.doc_index, span.unit_index)
            score = scores[number] / total
            if boosts:
                score += BOOST * boosts.get(key, 0.0)
            score += 0.5 * sum(wanted[f] for f in self.context[key] & wanted.keys()) / total
            score -= 0.05 * (span.end - span.start) / MAX_PASSAGE_CHARS
            ranked.append((score, -number))
        ranked.sort(reverse=True)
        return [Hit(-n, score, self.spans[-n]) for score, n in ranked[:k]]
