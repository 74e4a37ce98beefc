"""The data of the report from a finished answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tsel_core.answer import Answer
from tsel_core.document import SourceSpan
from tsel_core.report.build import ExplainData, ExplainSentence, Spans
from tsel_core.text.sentences import split_sentences

if TYPE_CHECKING:
    from tsel_core.layers.trace import Trace


def explain_data(answer: Answer, *, question: str = "", trace: Trace | None = None, version: str = "") -> ExplainData:
    """ExplainData of an answer that went through finish_answer; `trace` is that of the engine that wrote it.

    The marks [1][2] were put into its text after the sentences were weighed, so the sentences are cut again; they pair
    with the weighed ones in order.
    """
    coverage, hits = trace.by_step() if trace is not None else ([], [])
    looked_at = _looked_at(answer)
    attention = answer.attention
    return ExplainData(
        command=answer.command,
        question=question,
        answer=answer.text,
        lang=answer.lang,
        documents=answer.documents,
        sentences=_sentences(answer, looked_at),
        found=answer.found,
        reason=str(answer.extra.get("reason", "")),
        support=answer.extra.get("support") or {},
        nearest=answer.extra.get("nearest") or (),
        claims=answer.extra.get("claims") or (),
        evidence=answer.extra.get("evidence") or (),
        looked_at=looked_at,
        other=str((answer.extra.get("looks") or {}).get("other") or ""),
        citations=answer.citations,
        facts=[_fact(f) for f in answer.extra.get("facts", ())],
        coverage=coverage,
        coverage_by_layer=trace.by_layer(trace.decode_coverage or trace.prefill_coverage) if trace is not None else {},
        hits=hits,
        layers=next((w.layers for w in answer.weights if w.heat is not None), ()),
        timings=answer.timings,
        settings={
            "model": answer.model.get("name", ""),
            "dtype": answer.model.get("dtype", ""),
            "device": answer.model.get("device", ""),
            "prefill": attention.prefill,
            "decode": attention.decode,
            "reason": attention.reason,
            "budget": attention.budget,
            "sinks": attention.num_sink,
            "local window": attention.num_local,
            "vote": attention.vote,
            **_shares(answer),
        },
        receipt={**answer.receipt.as_json(), "rest": answer.receipt.rest},
        warnings=answer.warnings,
        version=version,
    )


def _sentences(answer: Answer, looked_at: Spans) -> list[ExplainSentence]:
    """The answer's sentences with what was weighed while each was written."""
    sentences = []
    for number, (start, end) in enumerate(split_sentences(answer.text)):
        weighed = answer.weights[number] if number < len(answer.weights) else None
        if weighed is None:
            sentences.append(ExplainSentence(start, end, spans=looked_at))
            continue
        # the first token comes from reading, so token t was written by step t - 1
        steps = max(0, weighed.first_token - 1), max(0, weighed.last_token - 1)
        sentences.append(
            ExplainSentence(start, end, tuple(weighed.units), weighed.heat, *steps, weighed.spans or looked_at)
        )
    return sentences


def _looked_at(answer: Answer) -> Spans:
    """What the heads looked at; where no heads are known the places that a second look used, alike."""
    if answer.heat is not None:
        return answer.heat.spans
    places = [SourceSpan(*(e[k] for k in _SPAN)) for e in answer.extra.get("evidence") or ()]
    return [(place, 1 / len(places)) for place in places]


_SPAN = ("doc_index", "unit_index", "start", "end")


def _fact(fact: dict[str, Any]) -> tuple[str, str, str]:
    """(text, status, label of the place) of a fact of the JSON."""
    status = fact.get("status") or ("document" if fact["found"] else "unsupported")
    return fact["text"], status, fact.get("label") or ""


def _shares(answer: Answer) -> dict[str, str]:
    attention = answer.attention
    found = {}
    for name, cover in (
        ("coverage, prefill", attention.prefill_coverage),
        ("coverage, decode", attention.decode_coverage),
    ):
        if cover is not None:
            found[name] = f"{100 * cover.mean:.1f} % (lowest layer {100 * cover.lowest:.1f} %)"
    if attention.selection_cache_hit_rate is not None:
        found["Selection Cache hits"] = f"{100 * attention.selection_cache_hit_rate:.0f} %"
    return found
