"""Speed and fidelity of attention settings on one prompt, same weights, same run, after a warm-up."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from tsel_core.bench.rows import BenchRow
from tsel_core.config import AttentionMode, SelectionConfig
from tsel_core.device.memory import PeakMemory
from tsel_core.engine.engine import Engine
from tsel_core.engine.reading import Reading
from tsel_core.models.weights import as_transformers
from tsel_core.progress import Progress


def warm_up(engine: Engine, ids: Sequence[int]) -> None:
    """Run a prompt through every path that will be timed: full and select, prefill and decode.

    On a GPU it is long enough to select, so that kernels are compiled; a CPU has nothing to compile.
    """
    cfg = engine.selection
    selecting = cfg.budget + cfg.num_local + cfg.num_sink + 64 if engine.device.type == "cuda" else 0
    wanted = 2 * engine.chunk_size + selecting
    short = (list(ids) * (wanted // len(ids) + 1))[:wanted]
    for mode in ("full", "select"):
        with_mode(engine, mode)
        reading = engine.read(short, len(short) - 32, room=4)
        for _ in engine.write(reading, 3, ignore_end=True):
            pass


_REHEARSED = 131_072  # tokens up to which full attention is rehearsed: beyond, the seconds to prepare do not show


def rehearse(engine: Engine, ids: Sequence[int], tail_start: int, mode: AttentionMode) -> None:
    """On a GPU: read the prompt once, untimed. Kernels are compiled, and cuDNN plans made, for every length on the way.

    A user pays that once a machine (kernels) or process (plans).
    """
    if engine.device.type == "cuda" and (mode == "select" or len(ids) <= _REHEARSED):
        with_mode(engine, mode)
        engine.let_go(engine.read(ids, tail_start, room=1))


def with_mode(engine: Engine, mode: AttentionMode, selection: SelectionConfig | None = None) -> None:
    """Switch an engine to another attention mode and forget the last run's counts."""
    engine.config = replace(engine.config, attention=mode)
    if selection is not None:
        engine.use_selection(selection)
    engine.reset()


def run_setting(
    engine: Engine,
    setting: str,
    mode: AttentionMode,
    ids: Sequence[int],
    tail_start: int,
    *,
    max_new_tokens: int,
    decode: Any,
    keep_logits: bool = False,
    forced_ids: Sequence[int] = (),
    forced_logits: Sequence[Tensor] = (),
    selection: SelectionConfig | None = None,
    progress: Progress | None = None,
) -> tuple[BenchRow, list[Tensor]]:
    """Read a prompt and write `max_new_tokens` greedily, end tokens ignored; returns the row and logits.

    With `keep_logits` the logits [vocab] before each token are returned. With `forced_ids` (the tokens full
    attention wrote) the reading is taken back and they are fed once more, untimed: agreement (same greedy token)
    and KL(full || setting) over them are measured against `forced_logits`.
    """
    with_mode(engine, mode, selection)
    with PeakMemory(engine.device) as peak:
        reading = engine.read(ids, tail_start, room=max_new_tokens + 1, progress=progress)
        prefill = dict(engine.runtime.timings.seconds)
        written, seconds = _write(engine, reading, max_new_tokens)
    spent = engine.runtime.timings  # of the plain loop; the captured one has no parts
    per_step = (spent.get("decode_attention") + spent.get("decode_selection")) / max(1, len(written) - 1) or None
    logits: list[Tensor] = []
    if forced_ids or keep_logits:
        logits = _forced(engine, reading, len(ids), forced_ids or written)
    trace, caches = engine.runtime.trace, [s.cache for s in engine.runtime.selectors]
    cover = trace.coverage_of(trace.decode_coverage or trace.prefill_coverage)
    tries = sum(c.num_hits + c.num_misses for c in caches)
    agreement, kl = fidelity(forced_logits, logits) if forced_logits else (None, None)
    attention = prefill.get("prefill_attention", 0.0)
    chosen = prefill.get("prefill_selection", 0.0)
    return (
        BenchRow(
            setting=setting,
            num_tokens=len(ids),
            prefill_s=prefill["prefill"],
            prefill_tokens_per_s=len(ids) / prefill["prefill"],
            prefill_attention_s=attention,
            prefill_selection_s=chosen,
            attention_share=(attention + chosen) / prefill["prefill"],
            decode_tokens_per_s=(len(written) - 1) / seconds if len(written) > 1 and seconds else None,
            decode_attention_s=per_step,
            peak_memory_bytes=peak.num_bytes,
            coverage_mean=cover[0] if cover else None,
            coverage_lowest=cover[1] if cover else None,
            selection_cache_hit_rate=sum(c.num_hits for c in caches) / tries if tries else None,
            agreement=agreement,
            kl=kl,
            answer=decode(written),
            answer_ids=tuple(written),
        ),
        logits,
    )


def _write(engine: Engine, reading: Reading, max_new_tokens: int) -> tuple[list[int], float]:
    """Tokens written, and the seconds from the first to the last of them."""
    written: list[int] = []
    started = 0.0
    for step in engine.write(reading, max_new_tokens, ignore_end=True):
        if not written:
            started = time.perf_counter()
        written.append(step.token_id)
    if engine.device.type == "cuda":
        torch.cuda.synchronize(engine.device)
    return written, time.perf_counter() - started


def _forced(engine: Engine, reading: Reading, num_prompt: int, forced_ids: Sequence[int]) -> list[Tensor]:
    """Logits before each of `forced_ids`, after taking the reading back to its prompt."""
    logits: list[Tensor] = []
    last = reading.ids[num_prompt - 1]
    engine.crop(reading, num_prompt - 1)
    engine.extend(reading, [last])
    for _ in engine.write(reading, forced_ids=forced_ids, keep_logits=logits):
        pass
    return logits


def fidelity(reference: Sequence[Tensor], other: Sequence[Tensor]) -> tuple[float, float]:
    """(share of equal greedy tokens, mean KL(reference || other) in nats) over logits [vocab] of the same positions."""
    pairs = list(zip(reference, other, strict=False))
    same = sum(int(r.argmax() == o.argmax()) for r, o in pairs)
    divergence = 0.0
    for r, o in pairs:
        p, q = torch.log_softmax(r.float(), -1), torch.log_softmax(o.float(), -1)
        divergence += float((p.exp() * (p - q)).sum())
    return same / len(pairs), divergence / len(pairs)


def run_transformers(
    engine: Engine, ids: Sequence[int], *, max_new_tokens: int, decode: Any, cudnn: bool = False
) -> BenchRow:
    """The same weights through transformers' own generate with its default SDPA attention and dynamic cache.

    `cudnn` prefers PyTorch's cuDNN backend, which reads long prompts faster than its flash default on an H100.
    """
    model = as_transformers(engine.loaded)
    kernels = sdpa_kernel([SDPBackend.CUDNN_ATTENTION, SDPBackend.FLASH_ATTENTION, SDPBackend.MATH], set_priority=True)
    batch = torch.tensor([list(ids)], device=engine.device)
    before = model.config.get_text_config()._attn_implementation
    model.set_attn_implementation("sdpa")
    try:
        with PeakMemory(engine.device) as peak, torch.inference_mode(), kernels if cudnn else nullcontext():
            tokens, first, seconds = timed_generate(model, batch, max_new_tokens)
    finally:
        model.set_attn_implementation(before)
    steps = len(tokens) - 1
    return BenchRow(
        setting="transformers, cudnn" if cudnn else "transformers",
        num_tokens=len(ids),
        prefill_s=first,
        prefill_tokens_per_s=len(ids) / first,
        prefill_attention_s=None,
        prefill_selection_s=None,
        attention_share=None,
        decode_tokens_per_s=steps / seconds if steps > 0 and seconds else None,
        peak_memory_bytes=peak.num_bytes,
        answer=decode(tokens),
        answer_ids=tuple(tokens),
    )


class _Clock:
    """A streamer of transformers that notes when each token came; its first call is the prompt."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def put(self, _tokens: Tensor) -> None:
        """A token is on the host."""
        self.times.append(time.perf_counter())

    def end(self) -> None:
        """Nothing to do."""


def timed_generate(
    model: Any, batch: Tensor, num_tokens: int, cache: Any = None
) -> tuple[list[int], float, float]:
    """Tokens, seconds to the first token, seconds from the first to the last; a cache may hold part of the prompt."""
    clock = _Clock()
    if batch.is_cuda:
        torch.cuda.synchronize()
    out = model.generate(
        batch,
        attention_mask=torch.ones_like(batch),
        max_new_tokens=num_tokens,
        min_new_tokens=num_tokens,
        do_sample=False,
        temperature=None,
        top_p=None,
        top_k=None,
        repetition_penalty=1.0,
        pad_token_id=0,
        past_key_values=cache,
        streamer=clock,
    )
    start, first, last = clock.times[0], clock.times[1], clock.times[-1]
    return out[0, batch.shape[1] :].tolist(), first - start, last - first
