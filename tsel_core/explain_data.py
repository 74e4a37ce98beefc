"""The data of the report from a finished answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tsel_core.answer import Answer
from tsel_core.explain import ExplainData, ExplainSentence
from tsel_core.sentences import split_sentences


def explain_data(
    answer: Answer,
    *,
    question: str = "",
    coverage: Sequence[float] = (),
    coverage_by_layer: Mapping[int, float] | None = None,
    hits: Sequence[float] = (),
    version: str = "",
) -> ExplainData:
    """ExplainData of an answer that went through finish_answer.

    The marks [1][2] were put into its text after the sentences were weighed, so the sentences are cut again; they pair
    with the weighed ones in order. `coverage` and `hits` are per decoding step (see `per_step`).
    """
    spans = split_sentences(answer.text)
    scale = len(coverage) / max(1, len(answer.text))
    sentences = [
        ExplainSentence(
            start,
            end,
            tuple(answer.weights[number].units) if number < len(answer.weights) else (),
            # tokens are not kept: steps by characters, near enough for a band behind a chart
            first_step=round(start * scale),
            last_step=round(end * scale),
        )
        for number, (start, end) in enumerate(spans)
    ]
    attention = answer.attention
    return ExplainData(
        command=answer.command,
        question=question,
        answer=answer.text,
        lang=answer.lang,
        documents=answer.documents,
        sentences=sentences,
        found=answer.found,
        reason=str(answer.extra.get("reason", "")),
        citations=answer.citations,
        facts=[(f["text"], "document" if f["found"] else "unsupported") for f in answer.extra.get("facts", ())],
        coverage=coverage,
        coverage_by_layer=coverage_by_layer or {},
        hits=hits,
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
        receipt={
            "tokens_in_file": answer.receipt.tokens_in_file,
            "tokens_read": answer.receipt.tokens_read,
            "units_in_file": answer.receipt.units_in_file,
            "units_read": answer.receipt.units_read,
            "cut": answer.receipt.cut,
        },
        warnings=answer.warnings,
        version=version,
    )


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


def per_step(pairs: Iterable[tuple[int, Any]]) -> list[float]:
    """Mean over layers of each step from (layer, value) pairs in the order they were made.

    A new step begins where the layer number does not grow. Values are numbers or tensors [].
    """
    steps: list[list[float]] = []
    last = None
    for layer_idx, value in pairs:
        if last is None or layer_idx <= last:
            steps.append([])
        steps[-1].append(float(value))
        last = layer_idx
    return [sum(values) / len(values) for values in steps]


def by_layer(pairs: Iterable[tuple[int, Any]]) -> dict[int, float]:
    """Mean over steps of each layer."""
    found: dict[int, list[float]] = {}
    for layer_idx, value in pairs:
        found.setdefault(layer_idx, []).append(float(value))
    return {layer: sum(values) / len(values) for layer, values in sorted(found.items())}
