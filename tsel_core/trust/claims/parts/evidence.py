"""The sentences of a document that a claim is compared with: whole ones, with what stands around them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.amendments.changed import Amendments
from tsel_core.trust.claims.parts.fact_asked import is_contract
from tsel_core.trust.claims.parts.named import party_names
from tsel_core.trust.claims.parts.party_letters import parties_called
from tsel_core.trust.passages import PassageIndex, features, sentence_spans

NEAR_WEIGHT = 0.5  # of words that stand in the sentence before or behind, not in the sentence itself
_CLAUSE_END = lazy_pattern(r"[;；]\s*|\n\s*\n|\n(?=\s*[(（]?[a-z0-9ivx]{1,4}[)）.])")
_TITLE = 80  # characters in which a clause's own title ends
# "7. Car. Private use is allowed": the title in front of a clause's first sentence
_VERB = r"(?:is|are|was|were|may|shall|must|can|will|has|have|not|no|does|do)"
_RUN_IN = lazy_pattern(
    r"\A\s*(?:(?:Section|Article|Clause)\s+)?(?:\d{1,2}(?:\.\d{1,2})?|[A-Z]|[IVX]{1,4})[.)]?\s+"
    rf"((?!(?:[^.]* )?{_VERB}\b)[A-Z][\w ,'’&/-]{{2,40}}?)\.\s+(?=[A-Z])"
)
BEGINNING = 5  # letters by which English words are compared
REACH = 2  # sentences before and behind that stand around one
_MOST_UNITS = 24  # units (pages, clauses) that are looked through for words
_TURNS = 4  # of a meeting in which one thing is spoken of
_MANY = 12  # passages looked at


@dataclass(frozen=True, slots=True)
class Sentence:
    """A whole sentence: its words, those of the sentences beside it, its headings and its speaker."""

    span: SourceSpan
    text: str
    around: str
    headings: str
    speaker: str | None
    held: frozenset[str]
    near: frozenset[str]
    exact: frozenset[str]
    order: int
    before: str = ""  # the sentence before it
    behind: str = ""  # the sentence behind it


class Sentences:
    """The whole sentences of an index, cut when they are asked for."""

    def __init__(self, index: PassageIndex) -> None:
        self.index = index
        self.amendments = Amendments.of_index(index)
        self._spans: dict[tuple[int, int], list[tuple[int, int]]] = {}
        self._made: dict[tuple[int, int, int], Sentence] = {}
        self._order = {key: i for i, key in enumerate(index.by_unit)}
        self._keys = list(index.by_unit)
        self._contracts: dict[int, bool] = {}

    def in_contract(self, span: SourceSpan) -> bool:
        """Whether a span is of a document that calls itself a contract and speaks as one."""
        doc = span.doc_index
        if doc not in self._contracts:
            words = "\n".join(u.text for u in self.index.documents[doc].units if u.in_flow)
            self._contracts[doc] = is_contract(words, laid_out=bool(self.index.party_blocks[doc]))
        return self._contracts[doc]

    def whole(self, span: SourceSpan) -> SourceSpan:
        """The whole sentences that a span touches."""
        spans = [s for s in self._of(span.doc_index, span.unit_index) if s[0] < span.end and s[1] > span.start]
        if not spans:
            return span
        return SourceSpan(span.doc_index, span.unit_index, spans[0][0], spans[-1][1])

    def clause(self, span: SourceSpan) -> SourceSpan:
        """The part of a very long sentence around a span: from one semicolon or item of a list to the next."""
        text = self.index.unit_text(span.doc_index, span.unit_index)
        whole = self.whole(span)
        cuts = [whole.start, *(m.end() for m in _CLAUSE_END.finditer(text, whole.start, whole.end)), whole.end]
        start = max(c for c in cuts if c <= span.start)
        return SourceSpan(span.doc_index, span.unit_index, start, min(c for c in cuts if c >= span.end))

    def at(self, span: SourceSpan) -> list[Sentence]:
        """Every sentence that a span touches."""
        spans = self._of(span.doc_index, span.unit_index)
        return [self._sentence(span, i) for i, s in enumerate(spans) if s[0] < span.end and s[1] > span.start]

    def behind(self, sentence: Sentence) -> Sentence | None:
        """The sentence behind one, of the same unit or the next."""
        span = sentence.span
        spans = self._of(span.doc_index, span.unit_index)
        number = next(i for i, s in enumerate(spans) if s[0] == span.start)
        if number + 1 < len(spans):
            return self._sentence(SourceSpan(span.doc_index, span.unit_index, *spans[number + 1]), number + 1)
        place = self._order[span.doc_index, span.unit_index] + 1
        if place >= len(self._keys) or self._keys[place][0] != span.doc_index:
            return None
        key = self._keys[place]
        return self._sentence(SourceSpan(*key, *self._of(*key)[0]), 0) if self._of(*key) else None

    def lead(self, sentence: Sentence) -> str:
        """What is said in the turns before a speaker's one; "" of any other sentence."""
        if sentence.speaker is None:
            return ""
        place = self._order[sentence.span.doc_index, sentence.span.unit_index]
        before = [k for k in self._keys[max(0, place - _TURNS) : place] if k[0] == sentence.span.doc_index]
        return "\n".join(self.index.unit_text(*key) for key in before)

    def around(self, sentence: Sentence, reach: int) -> list[Sentence]:
        """The sentences of a document up to `reach` before and behind one, in order."""
        doc = sentence.span.doc_index
        place = self._order[doc, sentence.span.unit_index]
        keys = [k for k in self._keys[max(0, place - reach) : place + reach + 1] if k[0] == doc]
        found = [self._sentence(SourceSpan(*key, *s), n) for key in keys for n, s in enumerate(self._of(*key))]
        at = next((n for n, s in enumerate(found) if s.span == sentence.span), 0)
        return found[max(0, at - reach) : at + reach + 1]

    def candidates(self, claim: str, question: str, spans: Iterable[SourceSpan] = ()) -> list[Sentence]:
        """Sentences near a claim: those of the spans (its citations), then those that share its words."""
        hits = [h.span for h in self.index.search(claim, _MANY, extra=question)]
        hits += [h.span for h in self.index.search(claim, _MANY // 2)]
        hits += [h.span for h in self.index.search(question, _MANY // 2)] if question else []
        found = (sentence for span in (*spans, *hits) for sentence in self.at(span))
        return list(dict.fromkeys(found))

    def holding(self, beginnings: Collection[Collection[str]]) -> list[Sentence]:
        """Sentences of units with at least half of these words, each given as the beginnings of words that say it."""

        def held(text: str) -> int:
            plain = text.casefold()
            return sum(any(word in plain for word in words) for words in beginnings)

        shares = [(held(self.index.unit_text(*key)), key) for key in self._keys] if beginnings else []
        units = sorted((p for p in shares if 2 * p[0] >= len(beginnings)), key=lambda p: -p[0])[:_MOST_UNITS]
        found = []
        for _, key in units:
            text = self.index.unit_text(*key)
            spans = [(held(text[slice(*span)]), n) for n, span in enumerate(self._of(*key))]
            chosen = [n for _, n in sorted(spans, key=lambda p: -p[0])[:_MANY]]
            found += [self._sentence(SourceSpan(*key, *self._of(*key)[n]), n) for n in sorted(chosen)]
        return sorted(found, key=lambda s: s.order)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Every sentence's words, in order."""
        units = ((key, self.index.unit_text(*key)) for key in self._keys)
        return tuple(text[slice(*span)] for key, text in units for span in self._of(*key))

    @cached_property
    def party_names(self) -> frozenset[str]:
        """What the documents call their parties and persons."""
        units = [u for d in self.index.documents for u in d.units if u.in_flow]
        return party_names((u.text for u in units), {u.speaker for u in units if u.speaker})

    @cached_property
    def speakers(self) -> frozenset[str]:
        """Every word of the names of those who speak."""
        units = (u for d in self.index.documents for u in d.units)
        return frozenset(word for u in units if u.speaker for word in (u.speaker, *u.speaker.split()))

    @cached_property
    def called(self) -> tuple[tuple[str, str], ...]:
        """(name, what the documents call it) of each party."""
        return parties_called(self.units)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """The text of every unit in the flow of its document."""
        return tuple(u.text for d in self.index.documents for u in d.units if u.in_flow)

    def _of(self, doc_index: int, unit_index: int) -> list[tuple[int, int]]:
        key = (doc_index, unit_index)
        if key not in self._spans:
            self._spans[key] = sentence_spans(self.index.unit_text(*key))
        return self._spans[key]

    def _sentence(self, span: SourceSpan, number: int) -> Sentence:
        key = (span.doc_index, span.unit_index, number)
        if key not in self._made:
            unit = self.index.documents[span.doc_index].units[span.unit_index]
            spans = self._of(span.doc_index, span.unit_index)
            start, end = spans[number]
            before = unit.text[spans[max(0, number - REACH)][0] : start] if number else self._unit(span, -1)
            after = unit.text[end : spans[min(len(spans) - 1, number + REACH)][1]] or self._unit(span, 1)
            lead = f"{unit.speaker}:" if unit.speaker else ""
            text = unit.text[start:end]
            text = text[len(lead) :].lstrip() if lead and text.startswith((lead, lead.replace(":", "："))) else text
            context = self.index.context[span.doc_index, span.unit_index]
            held = frozenset(map(key_of, [*features(text), *context]))
            near = frozenset(map(key_of, features(f"{before}\n{after}")))
            last = unit.text[slice(*spans[number - 1])] if number else before
            following = unit.text[slice(*spans[number + 1])] if number + 1 < len(spans) else after
            self._made[key] = Sentence(
                SourceSpan(span.doc_index, span.unit_index, start, end),
                text,
                f"{before}\n{after}",
                " ".join([*unit.heading_path, *_RUN_IN.findall(unit.text[:_TITLE])][-4:]),
                unit.speaker,
                held,
                near,
                frozenset(features(text)),
                100_000 * self._order.get(key[:2], 0) + number,
                last,
                following,
            )
        return self._made[key]

    def _unit(self, span: SourceSpan, step: int) -> str:
        """The last sentence of the unit before, the first of the one behind; of a page the whole is no neighbour."""
        place = self._order.get((span.doc_index, span.unit_index), -9) + step
        if not 0 <= place < len(self._keys) or self._keys[place][0] != span.doc_index:
            return ""
        text = self.index.unit_text(*self._keys[place])
        spans = self._of(*self._keys[place])
        return text[slice(*spans[-1 if step < 0 else 0])] if spans else ""


def keyed(weights: dict[str, float]) -> dict[str, float]:
    """Weights by what is compared: of English words the beginning ("expire", "expiration"), all else whole."""
    made: dict[str, float] = {}
    for feature, weight in weights.items():
        made[key_of(feature)] = max(weight, made.get(key_of(feature), 0.0))
    return made


def key_of(feature: str) -> str:
    """ "~expir" of "expiration"; a short word, a number or a pair of characters as it is."""
    is_word = len(feature) >= BEGINNING and feature.isascii() and feature.isalpha()
    return f"~{feature[:BEGINNING]}" if is_word else feature


def share_held(weights: dict[str, float], sentence: Sentence) -> float:
    """Share (0..1) of weighed words that a sentence holds; words beside it count NEAR_WEIGHT. 1 without words."""
    total = sum(weights.values())
    if not total:
        return 1.0
    own = sum(w for f, w in weights.items() if f in sentence.held)
    beside = sum(w for f, w in weights.items() if f in sentence.near and f not in sentence.held)
    return (own + NEAR_WEIGHT * beside) / total


def share_in(weights: dict[str, float], sentence: Sentence) -> float:
    """Share (0..1) of weighed words in the sentence itself, its headings and speaker. 1 without words."""
    total = sum(weights.values())
    return sum(w for f, w in weights.items() if f in sentence.held) / total if total else 1.0


def best_share(weights: dict[str, float], sentences: Sequence[Sentence]) -> float:
    """The largest share that any of the sentences holds."""
    return max((share_held(weights, s) for s in sentences), default=0.0)
