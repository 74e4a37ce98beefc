"""Citations: for each sentence of an answer the words of the document that support it, found by us and checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tsel_core.answer import Check, Citation, Role
from tsel_core.document import SourceSpan, file_name
from tsel_core.text.facts import Fact, extract_facts
from tsel_core.text.normalize import find_whole, normalise
from tsel_core.text.same_values import same_value
from tsel_core.text.sentences import split_sentences
from tsel_core.trust.claims.parts.evidence import Sentences
from tsel_core.trust.claims.parts.kinds import is_bare_yes_no, is_list_mark, says_something
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import BOOST, Hit, PassageIndex, features
from tsel_core.trust.places import names_place
from tsel_core.trust.question_match import question_places
from tsel_core.trust.quotes import MISSING, QuoteCheck, check_quote, quoted_parts

UnitWeights = Sequence[tuple[int, int, float]]  # (doc_index, unit_index, weight) while one sentence was written

MIN_SHARE = 0.34  # of the claim's weight must stand in a cited passage that holds none of its facts
MIN_VERBATIM_WEIGHT = 2.0  # of features; phrases like "it was decided" stand in many places word for word
MAX_QUOTE_CHARS = 1200  # a longer sentence is quoted by its clause
_FACT_SCORE = 0.5  # a passage with all facts of the claim beats one with half of its words more


class CitationFinder:
    """Finds citations in one set of documents; keeps the index and the facts it extracted."""

    def __init__(self, index: PassageIndex) -> None:
        self.index = index
        self.facts = FactIndex(index)
        self.sentences = Sentences(index)

    def find(
        self, answer: str, question: str, selected: Sequence[UnitWeights] | None = None, max_per_sentence: int = 2
    ) -> list[Citation]:
        """Citations of an answer, numbered from 1 in its order. Never raises for a strange answer.

        `selected` holds, for each sentence of `split_sentences(answer)`, what attention weighed while it was written.
        A sentence that nothing in the document supports gets none.
        """
        found: list[Citation] = []
        for number, (start, end) in enumerate(split_sentences(answer)):
            if names_place(answer[start:end], self.index.documents):
                continue  # what stands there follows
            if is_list_mark(answer[start:end]) and answer[start:end] != answer.strip():
                continue  # the "1." of a list; an answer that is nothing else may be a number
            weights = selected[number] if selected and number < len(selected) else ()
            for span, check in self._for_sentence(answer[start:end], question, weights)[:max_per_sentence]:
                self._add(found, self._whole(span), check, number, "answer")
            if is_bare_yes_no(answer[start:end]):
                for place in question_places(question, self.index, max_per_sentence, _boosts(weights)):
                    span = self._whole(place)
                    self._add(found, span, QuoteCheck("exact", 0, span.start, span.end), number, "question")
        return found

    def placed(
        self, found: Sequence[Citation], sentence: int, span: SourceSpan, *, alone: bool = True
    ) -> list[Citation]:
        """The citations, one sentence of the answer cited by the sentence at `span`, `alone` or beside its others."""
        kept = [replace(c, sentences=tuple(n for n in c.sentences if n != sentence or not alone)) for c in found]
        kept = [c for c in kept if c.sentences]
        self._add(kept, self._whole(span), QuoteCheck("exact", 0, span.start, span.end), sentence, "answer")
        # it may have been cited before as what is near the question
        kept = [replace(c, role="answer") if sentence in c.sentences else c for c in kept]
        kept.sort(key=lambda c: min(c.sentences))
        return [replace(c, id=number + 1) for number, c in enumerate(kept)]

    def check(self, quote: str) -> tuple[QuoteCheck, SourceSpan | None]:
        """Best check of quoted words against the whole document, and where they stand."""
        best: tuple[QuoteCheck, SourceSpan | None] = (MISSING, None)
        order: tuple[Check, ...] = ("exact", "normalised", "near", "missing")
        units = dict.fromkeys((h.span.doc_index, h.span.unit_index) for h in self.index.search(quote, 24))
        for near in (False, True):
            for doc_index, unit_index in list(units) or list(self.index.by_unit)[:2000]:
                result = check_quote(quote, self.index.unit_text(doc_index, unit_index), near=near)
                better = (order.index(result.check), result.distance) < (order.index(best[0].check), best[0].distance)
                if result.check != "missing" and (better or best[1] is None):
                    best = (result, SourceSpan(doc_index, unit_index, result.start, result.end))
                if best[0].check == "exact":
                    return best
            if best[1] is not None:
                return best
        return best

    def _for_sentence(self, sentence: str, question: str, weights: UnitWeights) -> list[tuple[SourceSpan, QuoteCheck]]:
        claim = re.sub(r"\[\d{1,3}\]", "", sentence)
        if not says_something(claim) or is_bare_yes_no(claim):
            return []
        own = [(span, check) for check, span in (self.check(q.text) for q in quoted_parts(claim)) if span]
        facts = [f for f in extract_facts(claim) if f.kind != "name"]
        chosen: list[tuple[SourceSpan, QuoteCheck]] = [(s, c) for s, c in own if len(self.index.text(s)) > 12]
        missing = [f for f in facts if not any(self._span_holds(s, f) for s, _ in chosen)]
        if chosen and not missing:
            return chosen
        for hit in self._best(claim, question, weights, missing):
            span = self._whole(hit.span)
            if not any(_inside(span, s) for s, _ in chosen):
                chosen.append((span, QuoteCheck("exact", 0, span.start, span.end)))
        return chosen

    def _best(self, claim: str, question: str, weights: UnitWeights, facts: list[Fact]) -> list[Hit]:
        """The best passage, and one more if it holds facts that the first does not."""
        text = claim if features(claim) else question
        boosts = _boosts(weights)
        hits = self.index.search(text, 16, boosts=boosts, extra=question)
        hits += [
            h for h in self._fact_hits(facts, text, question) if h.passage_idx not in {x.passage_idx for x in hits}
        ]
        hits = [h for h in hits if not is_list_mark(self.index.text(h.span))]
        held = {h.passage_idx: {f for f in facts if self.facts.holds(h.passage_idx, f)} for h in hits}
        verbatim = {h.passage_idx: self._verbatim(h, text) for h in hits}
        hits.sort(
            key=lambda h: (
                -(h.share + verbatim[h.passage_idx] + _FACT_SCORE * len(held[h.passage_idx]) / max(1, len(facts)))
            )
        )
        # attention helps to rank passages; it does not stand in for words that a passage must share with the claim
        lent = {h.passage_idx: BOOST * (boosts or {}).get((h.span.doc_index, h.span.unit_index), 0.0) for h in hits}
        chosen = [h for h in hits[:1] if held[h.passage_idx] or h.share - lent[h.passage_idx] >= MIN_SHARE]
        if chosen:
            rest = set(facts) - held[chosen[0].passage_idx]
            more = [h for h in hits[1:] if held[h.passage_idx] & rest]
            chosen += sorted(
                more, key=lambda h: -(h.share + _FACT_SCORE * len(held[h.passage_idx] & rest) / len(rest))
            )[:1]
        return chosen

    def _verbatim(self, hit: Hit, claim: str) -> float:
        """A bonus for a passage that holds a short claim word for word, more in the same letters."""
        words = claim.strip(" .,。、")
        if len(words) > 120 or sum(features(words).values()) < MIN_VERBATIM_WEIGHT:
            return 0.0
        text = self.index.text(hit.span)
        if words in text:
            return 0.4
        return 0.25 if find_whole(normalise(text), normalise(words)) >= 0 else 0.0

    def _fact_hits(self, facts: list[Fact], claim: str, question: str) -> list[Hit]:
        """Passages that state a fact of the claim, whatever their other words; those nearest to the question."""
        passages = dict.fromkeys(p for f in facts for p in self.facts.find(f)[:40])
        wanted = self.index.weigh(claim + " " + question)
        total = sum(wanted.values()) or 1.0
        hits = []
        for passage in passages:
            span = self.index.spans[passage]
            held = features(self.index.text(span)).keys() | self.index.context[span.doc_index, span.unit_index]
            hits.append(Hit(passage, sum(wanted[f] for f in wanted.keys() & held) / total, span))
        return sorted(hits, key=lambda h: -h.share)[:8]

    def _span_holds(self, span: SourceSpan, fact: Fact) -> bool:
        return any(same_value(fact, f) for f in extract_facts(self.index.text(span)))

    def _whole(self, span: SourceSpan) -> SourceSpan:
        """The whole sentence around a span, without the speaker's name in front: nothing is cut behind a "not"."""
        whole = self.sentences.whole(span)
        if whole.end - whole.start > MAX_QUOTE_CHARS:  # a table without marks, a clause of a page
            whole = self.sentences.clause(span)
        unit = self.index.documents[whole.doc_index].units[whole.unit_index]
        start = whole.start
        lead = f"{unit.speaker}:" if unit.speaker else ""
        if lead and unit.text.startswith(lead, start):
            start += len(lead)
        while start < whole.end and unit.text[start].isspace():
            start += 1
        return replace(whole, start=start) if start < whole.end else whole

    def _add(self, found: list[Citation], span: SourceSpan, check: QuoteCheck, sentence: int, role: Role) -> None:
        for i, citation in enumerate(found):
            if _inside(span, citation.span):
                found[i] = replace(citation, sentences=tuple(dict.fromkeys([*citation.sentences, sentence])))
                return
        document = self.index.documents[span.doc_index]
        found.append(
            Citation(
                id=len(found) + 1,
                file=file_name(document),
                label=document.units[span.unit_index].label_at(span.start),
                quote=self.index.text(span),
                check=check.check,
                distance=check.distance,
                start=span.start,
                end=span.end,
                doc_index=span.doc_index,
                unit_index=span.unit_index,
                sentence_index=sentence,
                sentences=(sentence,),
                role=role,
                grade=document.units[span.unit_index].grade,
            )
        )


def _boosts(weights: UnitWeights) -> dict[tuple[int, int], float] | None:
    """Attention by unit, the most weighed one being 1."""
    top = max((w for _, _, w in weights), default=0.0)
    return {(d, u): w / top for d, u, w in weights} if top > 0 else None


def _inside(span: SourceSpan, other: SourceSpan) -> bool:
    if (span.doc_index, span.unit_index) != (other.doc_index, other.unit_index):
        return False
    overlap = min(span.end, other.end) - max(span.start, other.start)
    return overlap > 0.7 * min(span.end - span.start, other.end - other.start)
