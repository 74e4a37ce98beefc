# ruff: noqa: E501 (one pattern a line)
"""Is the answer supported by the document? "Not found" is a result, and unread evidence raises an alarm."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from tsel_core.answer import Citation
from tsel_core.document import Document, RenderedText, SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.text.refusal import is_refusal
from tsel_core.trust.claims.parts.kinds import YES_NO, is_bare_yes_no, says_no
from tsel_core.trust.fact_tracing import TracedFact
from tsel_core.trust.passages import PassageIndex, features
from tsel_core.trust.question_match import QuestionMatch, judged_statement, match_question, same_script

Reason = Literal["supported", "refusal", "empty", "unsupported-facts", "unknown-subject", "no-passage"]
Weak = Literal["", "question-apart", "cited-elsewhere", "no-citation", "other-language", "claims"]

_TERM = lazy_pattern(r"「([^「」]{2,24})」|『([^『』]{2,24})』|“([^“”]{2,40})”|\"([^\"]{2,40})\"")
MIN_ANSWER_SHARE = 0.25  # of the words of an answer without citation that must be known to the document
SHORT_ANSWER = 12  # indexed features; in a longer answer one unsupported figure is marked, not taken for the whole
MIN_PLACE_SHARE = (
    0.14  # of the question's weight that one place must hold; below it the document is about something else
)
WEAK_PLACE_SHARE = 0.20  # below it the answer is marked as weakly supported
CLEAR_PLACE_SHARE = 0.30  # a place that holds so much is what the question is about
APART_RATIO = 0.25  # of the best place's share: a cited passage with less around it stands elsewhere
MIN_QUESTION_WORDS = 3  # indexed words; the absence of fewer proves nothing ("fee" for "charge")


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage shown to the user: label to look up, words, and the share (0..1) of the question they hold."""

    file: str
    label: str
    quote: str
    share: float
    span: SourceSpan


@dataclass(frozen=True, slots=True)
class Support:
    """The decision: `found`, why, what is unsupported, and the nearest passages when nothing was found.

    `weak` is why a found answer must be looked up before it is relied on: a sentence of it is not supported ("claims"), no place speaks of what the question asks
    ("question-apart"), one does and the cited words stand far from it, nothing could be cited, or the question's words
    could not be compared because question and document are in different languages. `question` is the place that the
    question is closest to.
    """

    found: bool
    reason: Reason
    detail: str = ""
    nearest: tuple[Passage, ...] = ()
    weak: Weak = ""
    question: QuestionMatch | None = None

    @property
    def verdict(self) -> Literal["supported", "weak", "none"]:
        """In one word."""
        return "none" if not self.found else "weak" if self.weak else "supported"


def judge_support(
    question: str,
    answer_text: str,
    citations: Sequence[Citation],
    facts: Sequence[TracedFact],
    rendered: RenderedText,
    *,
    documents: Sequence[Document] = (),
    index: PassageIndex | None = None,
    k: int = 3,
) -> Support:
    """Decide whether the document supports the answer.

    Not found: the model's own refusal; an empty answer; figures of which none stands in the document; a subject named
    in quotation marks by the question that the document never mentions, or a short answer to a question of which no
    place of the document holds more than a few words; an answer no passage resembles. Doubts make the support weak.
    """
    index = index or PassageIndex.build(documents)
    match = match_question(question, index, [c.span for c in citations])
    comparable = same_script(question, index)
    reason, detail = _judge(question, answer_text, citations, facts, index, match, comparable)
    found = reason == "supported"
    near: Sequence[Passage] = () if found else nearest_passages(question, rendered, documents, k, index=index)
    if not found and not near:  # no word of the question is there: show what the answer's words may come from
        near = nearest_passages(answer_text, rendered, documents, k, index=index)
    weak = _weakness(answer_text, citations, match, comparable) if found else ""
    return Support(found, reason, detail, tuple(near), weak, match)


def _judge(
    question: str,
    answer: str,
    citations: Sequence[Citation],
    facts: Sequence[TracedFact],
    index: PassageIndex,
    match: QuestionMatch,
    comparable: bool,
) -> tuple[Reason, str]:
    if not answer.strip():
        return "empty", ""
    if is_refusal(answer):
        return "refusal", ""
    unknown = unknown_subjects(question, index) if comparable else []
    if unknown:
        return "unknown-subject", ", ".join(unknown)
    hard = [t for t in facts if t.fact.kind != "name"]
    bad = [t for t in hard if t.status == "unsupported"]
    short = (
        len(features(answer).keys() - features(question).keys()) < SHORT_ANSWER
    )  # an echo of the question adds nothing
    if bad and len(bad) == len([t for t in hard if t.status != "question"]) and (short or not citations):
        return "unsupported-facts", ", ".join(t.fact.text for t in bad)
    bare = YES_NO.match(answer.strip()) is not None
    own_words = not citations and not hard and not bare and same_script(answer, index)
    if own_words and _known_share(answer, index) < MIN_ANSWER_SHARE:
        return "no-passage", ""
    apart = match.num_words >= MIN_QUESTION_WORDS and match.share < MIN_PLACE_SHARE
    if short and not bare and comparable and apart:
        return "unknown-subject", ""
    return "supported", ""


def _weakness(answer: str, citations: Sequence[Citation], match: QuestionMatch, comparable: bool) -> Weak:
    if not comparable:
        return "other-language"
    bare_no = is_bare_yes_no(answer) and says_no(answer)  # what absence looks like
    if match.share < WEAK_PLACE_SHARE and not bare_no:
        return "question-apart"
    if not citations:
        return "no-citation"
    clear = match.num_words >= MIN_QUESTION_WORDS and match.share >= CLEAR_PLACE_SHARE
    if clear and (match.cited_share or 0.0) < APART_RATIO * match.share:
        return "cited-elsewhere"
    return ""


def _known_share(text: str, index: PassageIndex) -> float:
    """Share of the weight of a text's words that stand anywhere in the document; 1 for a text without such words."""
    weights = index.weigh(text)
    total = sum(weights.values())
    return sum(w for f, w in weights.items() if f in index.postings) / total if total else 1.0


def unknown_subjects(question: str, index: PassageIndex) -> list[str]:
    """Short terms in the question's quotation marks that stand nowhere in the document, not even nearly.

    A statement that is to be judged is no term: it need not stand there.
    """
    missing: list[str] = []
    if judged_statement(question):
        return missing
    for match in _TERM.finditer(question):
        term = next(g for g in match.groups() if g)
        if len(term.split()) <= 4 and not _known(term, index):
            missing.append(term)
    return missing


def _known(term: str, index: PassageIndex) -> bool:
    wanted = normalise(term)
    for hit in index.search(term, 24):
        text = normalise(index.unit_text(hit.span.doc_index, hit.span.unit_index))
        if wanted in text:
            return True
        if len(wanted) >= 6 and fuzz.partial_ratio(wanted, text) >= 88 and not re.search(r"\d", wanted):
            return True
    return not features(term)


def nearest_passages(
    question: str,
    rendered: RenderedText,
    documents: Sequence[Document],
    k: int = 3,
    *,
    index: PassageIndex | None = None,
) -> list[Passage]:
    """The k passages that hold most of the question's words, best first; bare names and headings behind the others."""
    index = index or PassageIndex.build(documents)
    hits = sorted(index.search(question, 4 * k), key=lambda hit: _is_bare(index.text(hit.span)))
    return [_passage(hit.span, min(1.0, hit.share), index) for hit in hits[:k]]


def _is_bare(text: str) -> bool:
    """Whether a passage is a name or a heading alone: a few words, no value, nothing said of anything."""
    return len(text) < 60 and len(text.split()) < 6 and not re.search(r"[\d:：。]", text)


def unread_evidence(
    question: str,
    rendered: RenderedText,
    documents: Sequence[Document],
    selected_units: set[tuple[int, int]],
    *,
    index: PassageIndex | None = None,
    k: int = 5,
    min_share: float = 0.5,
    looked_at: Sequence[SourceSpan] = (),
) -> list[Passage]:
    """Passages that match the question but whose unit (doc_index, unit_index) was never selected in any layer or step.

    Only passages with at least `min_share` of the question's weight, and of the best match's, are listed; before them
    `looked_at`, the places that the model's retrieval heads name, whatever words stand there.
    """
    index = index or PassageIndex.build(documents)
    hits = index.search(question, 4 * k)
    best = max((h.share for h in hits), default=0.0)
    strong = [h for h in hits if h.share >= min_share and h.share >= 0.6 * best]
    unread = [s for s in looked_at if (s.doc_index, s.unit_index) not in selected_units]
    known = selected_units | {(s.doc_index, s.unit_index) for s in unread}
    found = [_passage(s, 0.0, index) for s in unread]
    for hit in strong:
        if (hit.span.doc_index, hit.span.unit_index) not in known:
            found.append(_passage(hit.span, min(1.0, hit.share), index))
    return found[:k]


def _passage(span: SourceSpan, share: float, index: PassageIndex) -> Passage:
    from tsel_core.document import file_name

    quote = index.text(span)
    return Passage(file_name(index.documents[span.doc_index]), index.label(span), quote, max(0.0, share), span)
