"""From written text to an answer that can be trusted: citations, traced facts, "not found", exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, TypedDict

from tsel_core.answer import Answer, Draft
from tsel_core.document import Document, SourceSpan, file_name
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.units import SentenceWeights
from tsel_core.trust.borne_out import is_borne_out, may_rely, says_the_same_now
from tsel_core.trust.check import Trust, check_answer
from tsel_core.trust.claims.parts.claim import Claim, ClaimJudge
from tsel_core.trust.fact_tracing import TracedFact
from tsel_core.trust.foreign import foreign_tongue
from tsel_core.trust.orders.detect import find_orders, order_warnings
from tsel_core.trust.other_reading import is_another_reading
from tsel_core.trust.passages import PassageIndex
from tsel_core.trust.places import PlaceJson, SpanJson, span_json
from tsel_core.trust.support import Passage, Support

EXIT_NOT_FOUND, EXIT_CITATION = 3, 4
OTHER_TONGUE = "the answer is not in the language of the question: look up what it rests on"
_SEEN, _NAMED = 1.6, 3  # the heads' mass as a multiple of that for absent answers; places of theirs that count
_AGREE, _BEST = 0.66, 2  # of the heads that name the same sentence; the first places of theirs
_AGREED = ("agree", "turn", "values")  # why an answer is confident: two readings agree, or it stands there plainly
_DOUBTED = ("contradicted", "not stated")  # claims that a confident answer does not make


class PassageJson(PlaceJson):
    """A passage near the question; `share` of the question's words that it holds."""

    share: float


class ClaimJson(TypedDict):
    """A sentence of the answer and the verdict on it (tsel_core.trust.claims.parts.claim)."""

    text: str
    sentence: int
    verdict: str
    why: str
    detail: str
    citations: list[int]
    evidence: SpanJson | None
    score: float | None


class SupportJson(TypedDict):
    """ "supported", "weak" or "none" with the reason, and the place that the question is closest to."""

    verdict: str
    why: str
    question_share: float | None
    question_label: str | None


class FactJson(TypedDict):
    """A value or name of the answer and the place that states it."""

    text: str
    kind: str
    found: bool
    status: str
    file: str | None
    label: str | None


class ChecksJson(TypedDict):
    """What checking adds to the JSON of an answer."""

    reason: str
    support: SupportJson
    claims: list[ClaimJson]
    facts: list[FactJson]
    num_invented_quotes: int
    nearest: list[PassageJson]
    unread: list[PassageJson]


def finish_answer(
    answer: Draft, prompt: Prompt, index: PassageIndex | None = None, judge: ClaimJudge | None = None
) -> Answer:
    """Find and check citations, judge each sentence, decide `found` and the exit code.

    `judge` is the model's own judgement of a claim by its evidence (evidence.deciding.claim_judge), asked where the
    rules do not decide.
    """
    weights: Sequence[SentenceWeights] = answer.weights or ()
    orders = find_orders(prompt.documents)
    index = index or PassageIndex.build(prompt.documents)

    def check(relied: Sequence[SourceSpan]) -> Trust:
        return check_answer(
            answer.text,
            prompt.task.question,
            prompt.rendered,
            prompt.documents,
            lang=answer.lang,
            selected=[w.units for w in weights],
            selected_units=_read_units(answer),
            index=index,
            is_summary=prompt.task.kind == "summarize",
            judge=judge,
            orders=orders,
            looked_at=_looked_at(answer),
            vouched=(answer.extra.get("looks") or {}).get("answers", {}).get("vouched"),
            relied=relied,
            seen=_seen_by_heads(answer),
        )

    trust = check(_relied_on(answer))
    borne_out = is_borne_out(answer.extra, trust)
    if not borne_out and may_rely(answer.extra):
        again = check(_located(answer))
        borne_out = is_borne_out(answer.extra, again)
        trust = again if borne_out else trust
    foreign = prompt.task.kind == "ask" and _is_foreign(answer, prompt)
    if foreign:
        borne_out, trust = False, _in_other_tongue(trust)
    written = {f.name: getattr(answer, f.name) for f in fields(Draft)}
    extra = {**answer.extra, **_extra(trust, prompt.documents), "orders": [m.as_json() for m in orders]}
    if borne_out:
        extra["confidence"] = "confident"
    if (extra.get("looks") or {}).get("other"):
        other, question = extra["looks"]["other"], prompt.task.question
        same = says_the_same_now(answer.text, trust, other, question)
        if same and extra["looks"].get("why") == "disagree":
            extra["confidence"] = "confident"
        if same or borne_out or not is_another_reading(other, answer.text, question, index):
            extra["looks"] = {**extra["looks"], "other": ""}
    if foreign and "confidence" in extra:
        extra["confidence"] = "unsure"
    if extra.get("confidence") == "confident" and any(c.verdict in _DOUBTED for c in trust.claims):
        extra["confidence"] = "unsure"  # two looks agreed on what no sentence says
    if extra.get("confidence") == "confident" and trust.support.found and trust.support.weak == "question-apart":
        extra["confidence"] = "unsure"  # no word of the question stands there
    if extra.get("confidence") == "confident" and not trust.support.found and any(d.missing for d in prompt.documents):
        extra["confidence"] = "unsure"  # what was not read may say it
    checked: dict[str, Any] = {
        "text": trust.marked,
        "extra": extra,
        "warnings": [*answer.warnings, *order_warnings(orders), *([OTHER_TONGUE] if foreign else [])],
        "exit_code": _exit_code(answer, trust),
    }
    return Answer(**written | checked, found=trust.support.found, citations=trust.citations)


def _is_foreign(answer: Draft, prompt: Prompt) -> bool:
    return bool(foreign_tongue(answer.text, prompt.task.question, answer.lang, prompt.documents))


def _in_other_tongue(trust: Trust) -> Trust:
    """No sentence of an answer in a language that nobody asked for is supported."""
    doubted = [replace(c, verdict="unsure", why="other-language") for c in trust.claims]
    held = zip(trust.claims, doubted, strict=True)
    return replace(trust, claims=tuple(d if c.verdict == "supported" else c for c, d in held))


def _relied_on(answer: Draft) -> list[SourceSpan]:
    """The sentences that a confident answer rests on, of which two readings said the same; none of any other answer."""
    looks = answer.extra.get("looks") or {}
    if answer.extra.get("confidence") != "confident" or looks.get("why") not in _AGREED:
        return []
    return _located(answer)


def _located(answer: Draft) -> list[SourceSpan]:
    """The sentences that the second look read."""
    places = answer.extra.get("evidence") or ()
    return [SourceSpan(p["doc_index"], p["unit_index"], p["start"], p["end"]) for p in places]


def _seen_by_heads(answer: Draft) -> list[SourceSpan]:
    """The sentences that most heads look at, far more than for a question that nothing answers."""
    signs = (answer.extra.get("looks") or {}).get("signs") or {}
    if (signs.get("mass") or 0.0) < _SEEN or (signs.get("heads_agree") or 0.0) < _AGREE:
        return []
    return _located(answer)[:_BEST]


def _looked_at(answer: Draft) -> list[SourceSpan]:
    """Where the retrieval heads looked most, if they did so more than for a question that nothing answers."""
    if answer.heat is None or answer.heat.times_absent < _SEEN or not answer.heat.spans:
        return []
    most = answer.heat.spans[0][1]
    return [span for span, share in answer.heat.spans[:_NAMED] if share >= most / 2]


def _read_units(answer: Draft) -> set[tuple[int, int]] | None:
    """Units that were picked at least once; a second look reads its evidence whole, whatever was picked before."""
    if answer.selected_units is None:
        return None
    return answer.selected_units | {(e["doc_index"], e["unit_index"]) for e in answer.extra.get("evidence") or ()}


def _exit_code(answer: Draft, trust: Trust) -> int:
    if answer.exit_code:
        return answer.exit_code
    if not trust.support.found:
        return EXIT_NOT_FOUND
    failed = trust.num_invented_quotes or any(c.check == "missing" for c in trust.citations)
    against = any(claim.verdict == "contradicted" for claim in trust.claims)
    return EXIT_CITATION if failed or against else 0


def _extra(trust: Trust, documents: Sequence[Document]) -> ChecksJson:
    """Keys of the JSON beside the fixed ones."""
    return {
        "reason": trust.support.reason,
        "support": _support(trust.support, documents),
        "claims": [_claim(c, documents) for c in trust.claims],
        "facts": [_fact(t, documents) for t in trust.facts],
        "num_invented_quotes": trust.num_invented_quotes,
        "nearest": [_passage(p) for p in trust.support.nearest],
        "unread": [_passage(p) for p in trust.unread],
    }


def _support(support: Support, documents: Sequence[Document]) -> SupportJson:
    """The verdict with its reason, and the place of the document that the question is closest to."""
    match = support.question
    span = match.span if match else None
    return {
        "verdict": support.verdict,
        "why": support.weak or ("" if support.found else support.reason),
        "question_share": round(match.share, 3) if match else None,
        "question_label": documents[span.doc_index].units[span.unit_index].label_at(span.start) if span else None,
    }


def _claim(claim: Claim, documents: Sequence[Document]) -> ClaimJson:
    """A sentence of the answer, the verdict on it, and the sentence of the document that was compared."""
    return {
        "text": claim.text,
        "sentence": claim.sentence_index,
        "verdict": claim.verdict,
        "why": claim.why,
        "detail": claim.detail,
        "citations": list(claim.citations),
        "evidence": None if claim.evidence is None else span_json(documents, claim.evidence),
        "score": None if claim.score is None else round(claim.score, 4),
    }


def _fact(traced: TracedFact, documents: Sequence[Document]) -> FactJson:
    """A number, date or name of the answer, and the place that states it (null when none does)."""
    span = traced.spans[0] if traced.spans else None
    document = documents[span.doc_index] if span else None
    return {
        "text": traced.fact.text,
        "kind": traced.fact.kind,
        "found": traced.status != "unsupported",
        "status": traced.status,
        "file": file_name(document) if document else None,
        "label": document.units[span.unit_index].label_at(span.start) if document and span else None,
    }


def _passage(passage: Passage) -> PassageJson:
    span = passage.span
    return {
        "file": passage.file,
        "label": passage.label,
        "quote": passage.quote,
        "share": round(passage.share, 3),
        "doc_index": span.doc_index,
        "unit_index": span.unit_index,
    }
