"""Facts of an answer traced to the document: each number, date and name has a source span, or is marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.alternation import trie
from tsel_core.text.dates import date_order
from tsel_core.text.facts import Fact, extract_facts
from tsel_core.text.normalize import normalise
from tsel_core.text.number_words import SPELT
from tsel_core.text.same_values import same_value, written_numbers
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.passages import PassageIndex, features, stem
from tsel_core.trust.turn_times import turn_times

Status = Literal["cited", "document", "question", "unsupported"]
MAX_CANDIDATES = 300  # passages looked at for one fact
_WORD_NUMBER = lazy_pattern(
    r"(?i)\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|"
    r"eighty|ninety|hundred|thousand|million|half|fortnight|once|twice|thrice|first|second|third|\w+th)\b|[割半两兩]|正午|noon|[一二三四五六七八九十]月"
    r"|\b\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}\b|分之|[가-힣]\s?(?:개월|원|달)"
    rf"|\b(?:{trie(w for w in SPELT if len(w) > 4)})\s"
)
_TITLES = frozenset("mr mrs ms dr prof professor sir madam inc ltd llc plc".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class TracedFact:
    """A fact of the answer and where the document states it.

    `status`: "cited" when a citation of the answer holds it, "document" when another passage does, "question" when only
    the question does, "unsupported" otherwise.
    """

    fact: Fact
    status: Status
    spans: tuple[SourceSpan, ...] = ()


class FactIndex:
    """Finds facts in the passages of a document; what was extracted once is kept."""

    def __init__(self, index: PassageIndex) -> None:
        self.index = index
        self._values: dict[int, list[Value]] = {}
        self._orders: dict[int, str] = {}

    def values_of(self, passage_idx: int) -> list[Value]:
        """Values that one passage states."""
        if passage_idx not in self._values:
            span = self.index.spans[passage_idx]
            self._values[passage_idx] = extract_values(self.index.text(span), order=self._order(span))
        return self._values[passage_idx]

    @cached_property
    def _with_word_numbers(self) -> list[int]:
        return [i for i, span in enumerate(self.index.spans) if _WORD_NUMBER.search(self.index.text(span))]

    def _order(self, span: SourceSpan) -> str:
        """How the document writes dates with slashes, where it shows it."""
        if span.doc_index not in self._orders:
            units = self.index.documents[span.doc_index].units
            self._orders[span.doc_index] = date_order("\n".join(unit.text for unit in units))
        return self._orders[span.doc_index]

    def find(self, fact: Fact) -> list[int]:
        """Passages that state the fact."""
        return self._find_name(fact) if fact.kind == "name" else self._find_value(fact)

    def holds(self, passage_idx: int, fact: Fact) -> bool:
        """Whether one passage states the fact."""
        if fact.kind == "name":
            return _name_key(fact.text) in normalise(self.index.text(self.index.spans[passage_idx]))
        return any(same_value(fact, value) for value in self.values_of(passage_idx))

    def _find_value(self, fact: Fact) -> list[int]:
        keys = {f for f in features(fact.text) if f.startswith("#") and "|" not in f}
        keys |= {"#" + number for number in written_numbers(fact)}
        candidates: list[int] = []
        for key in sorted(keys, key=lambda k: len(self.index.postings.get(k, ()))):
            candidates += self.index.postings.get(key, ())[:MAX_CANDIDATES]
        found = [p for p in dict.fromkeys(candidates[:MAX_CANDIDATES]) if self.holds(p, fact)]
        if not found:  # "forty-two" for 42, "2 million" for 2,000,000
            found = [p for p in self._with_word_numbers[: 4 * MAX_CANDIDATES] if self.holds(p, fact)]
        return found or self._find_broken(fact)

    def _find_broken(self, fact: Fact) -> list[int]:
        """Passages with a long number that a line end of a PDF broke in two."""
        digits = re.sub(r"\D", "", fact.text) if fact.kind == "number" else ""
        if len(digits) < 5:
            return []
        pattern = re.compile(r"(?<!\d)" + r"\s*".join(digits) + r"(?!\d)")
        found = []
        for key, passages in self.index.by_unit.items():
            match = pattern.search(self.index.unit_text(*key))
            if match:
                found += [p for p in passages if self.index.spans[p].end > match.start()][:1]
        return found

    def _find_name(self, fact: Fact) -> list[int]:
        wanted = _name_key(fact.text)
        if not wanted:
            return []
        lists = [self.index.postings.get(f, []) for f in features(_bare_name(fact.text))]
        if not lists:  # one Han character, or only common words
            return [i for i, s in enumerate(self.index.spans) if wanted in normalise(self.index.text(s))][
                :MAX_CANDIDATES
            ]
        common = set(sorted(lists, key=len)[0]).intersection(*lists)
        return sorted(p for p in common if wanted in normalise(self.index.text(self.index.spans[p])))


def _bare_name(text: str) -> str:
    words = [w for w in re.split(r"\s+", text.strip()) if w.lower().strip(".,") not in _TITLES]
    return re.sub(r"['’]s?$", "", " ".join(words))


def _name_key(text: str) -> str:
    return normalise(_bare_name(text)).strip(".,&'\"-")


def trace_facts(answer: str, question: str, facts: FactIndex, cited: Sequence[SourceSpan] = ()) -> list[TracedFact]:
    """Trace every fact of an answer; `cited` are the spans of its citations."""
    asked = extract_facts(question)
    asked_text = normalise(question)
    traced = []
    times = turn_times(answer, facts.index.documents)
    for fact in extract_facts(answer):
        turn = next((span for start, end, span in times if start <= fact.start and fact.end <= end), None)
        if turn is not None:
            traced.append(TracedFact(fact, "cited" if any(turn.touches(c) for c in cited) else "document", (turn,)))
            continue
        passages = facts.find(fact)
        spans = [facts.index.spans[p] for p in passages]
        inside = [s for s in spans if any(s.touches(c) for c in cited)]
        if inside:
            traced.append(TracedFact(fact, "cited", tuple(inside[:3])))
        elif spans or (fact.kind == "name" and _words_known(fact, facts.index)):
            traced.append(TracedFact(fact, "document", tuple(spans[:3])))
        elif any(same_value(fact, f) for f in asked) or (fact.kind == "name" and _name_key(fact.text) in asked_text):
            traced.append(TracedFact(fact, "question"))
        else:
            traced.append(TracedFact(fact, "unsupported"))
    return traced


def _words_known(fact: Fact, index: PassageIndex) -> bool:
    """Whether each word of a Latin name stands somewhere (a label may hold the speaker's name)."""
    words = re.findall(r"[A-Za-z]{2,}", _bare_name(fact.text))
    known = {f for context in index.context.values() for f in context} if words else set()
    return bool(words) and all(stem(w.lower()) in index.postings or stem(w.lower()) in known for w in words)
