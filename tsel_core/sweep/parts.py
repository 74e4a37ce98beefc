"""A document cut into a few parts that cover all of it, and the sentences that say most of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.courtesies import is_courtesy
from tsel_core.sweep.sentences import Sentence, heading_of
from tsel_core.text.facts import extract_facts
from tsel_core.trust.passages import features

_MIN_CHARS = 24  # of a sentence that says something alone
_MAX_CHARS = 420
_LETTERS = 0.6  # of a sentence's characters: less are rows of figures and blanks to fill in
POINTS_BACK = lazy_pattern(
    r"(?:It|Its|They|Their|This|These|Those|He|She|That|Such|But|And|However)\b|(?:その|これ|それ|この|同|ただし|また|しかし)"
)
_TELLS = lazy_pattern(
    r"(?i)\b(?:conclu|result|found|finding|recommend|decid|increase|decrease|rose|fell|total|main|most|largest|therefore|because|purpose|aim)\w*"
    r"|結論|結果|目的|合計|増加|減少|最大|主な|課題|予定|決定|実施|原因"
)


@dataclass(frozen=True)
class Part:
    """Sentences in a row under one title ("" where there is none)."""

    title: str
    sentences: tuple[Sentence, ...]


def parts_of(sentences: Sequence[Sentence], most: int) -> list[Part]:
    """At most `most` parts of about the same length that begin at headings where there are any."""
    told = [s for s in sentences if s.text.strip() and not s.aside]
    aside = [s for s in sentences if s.text.strip() and s.aside]
    if not told:
        told, aside = aside, []
    if not told:
        return []
    most = max(1, most - bool(aside))  # appendices are one part together
    size = max(1, sum(len(s.text) for s in told) // most)
    parts: list[Part] = []
    now: list[Sentence] = []
    length = 0
    for sentence in told:
        begins = bool(now) and sentence.heading != now[-1].heading
        long = length >= size * 1.35 or (begins and length >= size * 0.6)
        if now and long and len(parts) < most - 1:
            parts.append(_part(now))
            now, length = [], 0
        now.append(sentence)
        length += len(sentence.text)
    parts.append(_part(now))
    return [*parts, _part(aside)] if aside else parts


def _part(sentences: Sequence[Sentence]) -> Part:
    titles = Counter(s.heading for s in sentences if s.heading)
    return Part(titles.most_common(1)[0][0] if titles else "", tuple(sentences))


def best_sentences(part: Part, many: int) -> list[Sentence]:
    """The sentences that hold most of what a part is about, in its order: its frequent words, values, telling words."""
    counts: Counter[str] = Counter()
    for sentence in part.sentences:
        counts.update(features(sentence.text).keys())
    scored = [(_weight(s, counts, n, len(part.sentences)), s) for n, s in enumerate(part.sentences)]
    chosen: list[Sentence] = []
    for score, sentence in sorted(scored, key=lambda p: (-p[0], p[1].index)):
        if score > 0 and len(chosen) < many and not any(_same(sentence, c) for c in chosen):
            chosen.append(sentence)
    return sorted(chosen, key=lambda s: s.index)


def _weight(sentence: Sentence, counts: Counter[str], at: int, of: int) -> float:
    text = sentence.text.strip()
    if len(text) < _MIN_CHARS * (0.5 if not text.isascii() else 1.0) or sentence.cells or heading_of(text):
        return 0.0
    if sum(c.isalnum() for c in text) < len(text) * _LETTERS or is_courtesy(text):
        return 0.0
    if text.endswith(("?", "？")) or not re.search(r"[.。!！」”\"]$", text):
        return 0.1
    words = features(text)
    common = sum(min(counts[f], 4) for f in words if counts[f] > 1) / (len(words) + 8)
    facts = extract_facts(text)
    values = min(3, sum(1 for f in facts if f.kind != "name"))
    first = 0.4 if at <= of * 0.1 else 0.0
    long = 0.6 if len(text) > _MAX_CHARS else 0.0
    apart = 0.3 if POINTS_BACK.match(text) else 0.0
    return common - apart + 0.25 * values + (0.4 if _TELLS.search(text) else 0.0) + first - long


def _same(one: Sentence, other: Sentence) -> bool:
    first, second = set(features(one.text)), set(features(other.text))
    return len(first & second) > 0.7 * min(len(first), len(second)) if first and second else False
