"""From written text to an answer that can be trusted: citations, traced facts, "not found", exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from tsel_core.answer import Answer, Draft
from tsel_core.document import Document, file_name
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.units import SentenceWeights
from tsel_core.trust.check import Trust, check_answer
from tsel_core.trust.fact_tracing import TracedFact
from tsel_core.trust.passages import PassageIndex
from tsel_core.trust.support import Passage, Support

EXIT_NOT_FOUND, EXIT_CITATION = 3, 4


def finish_answer(answer: Draft, prompt: Prompt, index: PassageIndex | None = None) -> Answer:
    """Find and check citations, mark what is not in the document, decide `found` and the exit code."""
    weights: Sequence[SentenceWeights] = answer.weights or ()
    trust = check_answer(
        answer.text,
        prompt.task.question,
        prompt.rendered,
        prompt.documents,
        lang=answer.lang,
        selected=[w.units for w in weights],
        selected_units=answer.selected_units,
        index=index,
        is_summary=prompt.task.kind == "summarize",
    )
    written = {f.name: getattr(answer, f.name) for f in fields(Draft)}
    checked: dict[str, Any] = {
        "text": trust.marked,
        "extra": {**answer.extra, **_extra(trust, prompt.documents)},
        "exit_code": _exit_code(answer, trust),
    }
    return Answer(**written | checked, found=trust.support.found, citations=trust.citations)


def _exit_code(answer: Draft, trust: Trust) -> int:
    if answer.exit_code:
        return answer.exit_code
    if not trust.support.found:
        return EXIT_NOT_FOUND
    failed = trust.num_invented_quotes or any(c.check == "missing" for c in trust.citations)
    return EXIT_CITATION if failed else 0


def _extra(trust: Trust, documents: Sequence[Document]) -> dict[str, Any]:
    """Keys of the JSON beside the fixed ones."""
    return {
        "reason": trust.support.reason,
        "support": _support(trust.support, documents),
        "facts": [_fact(t, documents) for t in trust.facts],
        "num_invented_quotes": trust.num_invented_quotes,
        "nearest": [_passage(p) for p in trust.support.nearest],
        "unread": [_passage(p) for p in trust.unread],
    }


def _support(support: Support, documents: Sequence[Document]) -> dict[str, Any]:
    """The verdict with its reason, and the place of the document that the question is closest to."""
    match = support.question
    span = match.span if match else None
    return {
        "verdict": support.verdict,
        "why": support.weak or ("" if support.found else support.reason),
        "question_share": round(match.share, 3) if match else None,
        "question_label": documents[span.doc_index].units[span.unit_index].label if span else None,
    }


def _fact(traced: TracedFact, documents: Sequence[Document]) -> dict[str, Any]:
    """A number, date or name of the answer, and the place that states it (null when none does)."""
    span = traced.spans[0] if traced.spans else None
    document = documents[span.doc_index] if span else None
    return {
        "text": traced.fact.text,
        "kind": traced.fact.kind,
        "found": traced.status != "unsupported",
        "status": traced.status,
        "file": file_name(document) if document else None,
        "label": document.units[span.unit_index].label if document and span else None,
    }


def _passage(passage: Passage) -> dict[str, Any]:
    span = passage.span
    return {
        "file": passage.file,
        "label": passage.label,
        "quote": passage.quote,
        "share": round(passage.share, 3),
        "doc_index": span.doc_index,
        "unit_index": span.unit_index,
    }
