"""What is known of a run beside its text: receipt, attention, model, times; put together to a draft of the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tsel_core.answer import AttentionReport, Coverage, Draft, Receipt
from tsel_core.answer_json import ModelJson
from tsel_core.answering.places import cells_of
from tsel_core.answering.writer import Written
from tsel_core.document import left_out_of
from tsel_core.engine.engine import Engine
from tsel_core.engine.reading import Reading
from tsel_core.evidence.heads.head_table import find_heads
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.leak import without_leaks
from tsel_core.prompts.units import SentenceWeights, picked_units, sentence_weights
from tsel_core.text.sentences import split_sentences

if TYPE_CHECKING:
    from tsel_core.config import SelectionConfig
    from tsel_core.layers.runtime import AttentionRuntime
    from tsel_core.models.load import ModelInfo


@dataclass(frozen=True)
class Run:
    """One command's work on one prompt, for its description; `seconds` by phase, `memory` of the fit plan."""

    command: str
    prompt: Prompt
    reading: Reading
    model: ModelJson
    seconds: dict[str, float]
    memory: dict[str, Any]

    def draft(self, engine: Engine, written: Written) -> Draft:
        """The draft of what was written, with everything that is known of the run."""
        runtime, prompt = engine.runtime, self.prompt
        extra: dict[str, Any] = {
            "memory": self.memory,
            "reading": {"reused_tokens": self.reading.num_reused},
            "failsafe": {"num_grown": runtime.trace.num_grown, "num_full": runtime.trace.num_full},
        }
        if written.thought is not None:
            extra["thought"] = written.thought
        draft = Draft(
            command=self.command,
            text=written.tracker.text.strip(),
            lang=prompt.task.answer_lang,
            documents=prompt.documents,
            model=self.model,
            receipt=receipt_of(prompt),
            attention=attention_report(runtime, engine.selection, self.reading),
            timings=named_timings({**self.seconds, **runtime.timings.seconds}),
            prompt_tokens=prompt.num_tokens,
            completion_tokens=written.num_tokens,
            stop_reason=written.stop,
            warnings=[w for d in prompt.documents for w in d.warnings],
            extra=extra,
            weights=_weights(engine, prompt, written),
            selected_units=selected_units(runtime, engine.selection, prompt, self.reading),
            exit_code=130 if written.stop == "interrupted" else 0,
        )
        if written.failure is None:
            return draft
        told = {"message": written.failure.message, "hint": written.failure.hint}
        return replace(draft, extra={**draft.extra, "error": told}, exit_code=written.failure.exit_code)


def _weights(engine: Engine, prompt: Prompt, written: Written) -> list[SentenceWeights]:
    """Where attention lay while each sentence was written: by unit, for a report by the document's sentences too."""
    sentences, layers = written.tracker.sentences(), sorted(engine.traced_layers)
    if written.places is None:
        return sentence_weights(prompt, sentences, layers)
    info, table = engine.loaded.info, find_heads(engine.loaded.info.sha256)
    cells = cells_of(table.heads, info.num_heads, info.num_kv_heads) if table is not None else frozenset()
    return written.places.weights(sentences, layers, cells)


def model_json(info: ModelInfo, engine: Engine, device: str) -> ModelJson:
    """The "model" object of the JSON."""
    from tsel_core.settings import tokenizer_sha256

    return {
        "name": info.name,
        "sha256": info.sha256,
        "tokenizer_sha256": tokenizer_sha256(info.path),
        "dtype": str(engine.loaded.dtype).removeprefix("torch."),
        "device": device if "," in device else str(engine.loaded.device),
        "trained_window": info.trained_window,
        "weights": getattr(info, "form", "") or "full",
    }


def attention_report(runtime: AttentionRuntime, selection: SelectionConfig, reading: Reading) -> AttentionReport:
    """What ran: modes, coverage, hit rate of the Selection Cache."""
    hits = sum(s.cache.num_hits for s in runtime.selectors)
    tries = hits + sum(s.cache.num_misses for s in runtime.selectors)
    prefill = runtime.trace.coverage_of(runtime.trace.prefill_coverage)
    decode = runtime.trace.coverage_of(runtime.trace.decode_coverage)
    return AttentionReport(
        prefill=reading.prefill_mode,
        decode=reading.decode_mode,
        reason=reading.reason,
        budget=selection.budget,
        num_sink=selection.num_sink,
        num_local=selection.num_local,
        vote=selection.vote,
        rule=selection.rule,
        num_sharing=selection.num_sharing,
        prefill_coverage=Coverage(*prefill, runtime.trace.low_of(False)) if prefill else None,
        decode_coverage=Coverage(*decode, runtime.trace.low_of(True)) if decode else None,
        selection_cache_hit_rate=hits / tries if tries else None,
        full_layers=dict(runtime.full_layers),
        beyond_window=None if reading.beyond is None else reading.beyond.as_json(),
    )


def selected_units(
    runtime: AttentionRuntime, selection: SelectionConfig, prompt: Prompt, reading: Reading
) -> set[tuple[int, int]] | None:
    """Units that writing attended to, by a pick or always; None when it attended to everything."""
    picked = runtime.trace.picked
    if reading.decode_mode == "full" or picked is None:
        return None
    seen = picked.clone()
    seen[: selection.num_sink] = True  # the first rows and those before the answer are never left out
    seen[max(0, prompt.num_tokens - selection.num_local) : prompt.num_tokens] = True
    return picked_units(prompt, seen)


def clean(draft: Draft, prompt: Prompt) -> Draft:
    """Without sentences that repeat our prompt; what attention weighed stays with the others."""
    text, kept = without_leaks(draft.text, prompt)
    if text == draft.text:
        return draft
    weights, spans = list(draft.weights), split_sentences(text)
    stay = [weights[i] for i in kept if i < len(weights)]
    moved = [replace(w, start=lo, end=hi) for w, (lo, hi) in zip(stay, spans, strict=False)]
    return replace(draft, text=text, weights=moved if len(stay) == len(spans) else ())


def receipt_of(prompt: Prompt) -> Receipt:
    """Tokens and units of the files against what the prompt holds of them.

    Counted twice on purpose: units from the documents, tokens from the rendered text and from the prompt's map.
    """
    placed: dict[int, list[int]] = {}
    for place in prompt.rendered.placed:
        placed.setdefault(place.doc_index, []).append(place.unit_index)
    return Receipt(
        tokens_in_file=prompt.num_document_tokens,
        tokens_read=len(prompt.char_starts),
        units_in_file=sum(d.units_in_file for d in prompt.documents),
        units_read=sum(prompt.documents[index].count_read(units) for index, units in placed.items()),
        missing=tuple(w for d in prompt.documents for w in d.missing),
        left_out=left_out_of(prompt.documents),
    )


def named_timings(seconds: dict[str, float]) -> dict[str, float]:
    """Phases as the JSON names them; linear is what prefill spent outside attention and selection."""
    prefill = seconds.get("prefill", 0.0)
    attention, selection = seconds.get("prefill_attention", 0.0), seconds.get("prefill_selection", 0.0)
    named = {k: seconds.get(k, 0.0) for k in ("read", "tokenize", "load")}
    named["load"] += seconds.get("prepare", 0.0)  # int8 copies of the weights, made between reading and writing
    named |= {
        "prefill": prefill,
        "prefill_linear": max(0.0, prefill - attention - selection),
        "prefill_attention": attention,
        "prefill_selection": selection,
        "decode": seconds.get("decode", 0.0),
    }
    if "load_reading" in seconds:
        named["load_reading"] = seconds["load_reading"]
    named["total"] = sum(named.get(k, 0.0) for k in ("read", "tokenize", "load", "load_reading", "prefill", "decode"))
    return named
