"""Writing alone: a prompt is read once, then every setting writes after it in turns, and medians are kept."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from tsel_core.bench.rows import BenchRow
from tsel_core.bench.run import timed_generate, with_mode
from tsel_core.engine.engine import Engine
from tsel_core.engine.reading import Reading
from tsel_core.kv.cache import KVCache
from tsel_core.models.weights import as_transformers
from tsel_core.prefix_cache.policy import find_reading, keep_reading
from tsel_core.prefix_cache.store import ReadingStore
from tsel_core.progress import NoProgress, Progress

# How many cached steps reuse decides what writing costs, and it depends on the text: so the two ends are measured too.
_REUSE = {"select": None, "select, never reused": 1.0, "select, always reused": -1.0}
_REPEATS = 3


def compare_writing(
    engine: Engine,
    ids: Sequence[int],
    tail_start: int,
    *,
    baselines: Sequence[str],
    max_new_tokens: int,
    decode: Callable[[Sequence[int]], str],
    store: ReadingStore | None = None,
    random_rows: bool = False,
    progress: Progress | None = None,
) -> list[BenchRow]:
    """Rows (without reading times) of transformers' generate, of full attention and of selection.

    Each of three turns runs every setting once on the same rows of the cache; the median of the three is kept. A
    reading is loaded from `store` or read with the engine's settings; with `random_rows` no reading is done: keys
    and values are random, so reuse by chance means nothing and only its two ends are measured.
    """
    watch = progress or NoProgress()
    with_mode(engine, engine.config.attention)
    room = max_new_tokens + 2
    reading = random_reading(engine, ids, room) if random_rows else _read(engine, ids, tail_start, room, store, watch)
    names = [n for n in ("transformers", "full", *_REUSE) if n in baselines or n not in ("transformers", "full")]
    if random_rows:
        names.remove("select")
    own = engine.selection
    rates: dict[str, list[float]] = {n: [] for n in names}
    rows: dict[str, BenchRow] = {}
    watch.begin("compare", _REPEATS * len(names), "runs")
    for turn in range(_REPEATS):
        for number, name in enumerate(names):
            _take_back(engine, reading, len(ids))
            if name == "transformers":
                row = _their_turn(engine, reading, ids, max_new_tokens, decode)
            else:
                row = _our_turn(engine, reading, name, max_new_tokens, decode)
            rates[name].append(row.decode_tokens_per_s or 0.0)
            rows[name] = row
            watch.advance(turn * len(names) + number + 1)
    engine.use_selection(own)
    watch.end()
    return [
        replace(rows[n], decode_tokens_per_s=statistics.median(rates[n]), decode_repeats=tuple(rates[n])) for n in names
    ]


def _read(
    engine: Engine, ids: Sequence[int], tail_start: int, room: int, store: ReadingStore | None, watch: Progress
) -> Reading:
    """A reading of the prompt with the key index that selection needs; loaded where it was kept."""
    prompt: Any = SimpleNamespace(
        input_ids=list(ids), doc_end=tail_start, tail_start=tail_start, num_tokens=len(ids), documents=()
    )
    kept = find_reading(store, engine, prompt)
    reading = engine.read(ids, tail_start, room=room, progress=watch, kept=kept)
    keep_reading(store, engine, prompt, reading)
    if store is not None:
        store.wait()
    return reading


def random_reading(engine: Engine, ids: Sequence[int], room: int) -> Reading:
    """A reading whose keys and values are random normal numbers in the model's shapes."""
    info, cache = engine.loaded.info, engine.new_cache(len(ids) + room, "select")
    generator = torch.Generator(device=engine.device).manual_seed(0)
    for layer in range(info.num_layers):
        shape = (1, info.num_kv_heads, len(ids), info.head_dim)
        keys, values = (
            torch.randn(shape, generator=generator, device=engine.device, dtype=engine.loaded.dtype) for _ in range(2)
        )
        cache.update(keys, values, layer)
    return Reading(list(ids), cache, torch.empty(0), "full", "select", "random rows")


def _take_back(engine: Engine, reading: Reading, num_tokens: int) -> None:
    """The reading as it was, its last token read again for the logits (the same ones for every setting)."""
    last = reading.ids[num_tokens - 1]
    engine.crop(reading, num_tokens - 1)
    engine.reset()
    engine.extend(reading, [last])


def _our_turn(engine: Engine, reading: Reading, name: str, num_tokens: int, decode: Any) -> BenchRow:
    mode = "full" if name == "full" else "select"
    with_mode(engine, mode)  # type: ignore[arg-type]
    reading.decode_mode = mode  # type: ignore[assignment]
    threshold = _REUSE.get(name)
    own = engine.selection
    if threshold is not None:
        engine.use_selection(replace(own, reuse_threshold=threshold))
    num_prompt, started = len(reading.ids), 0.0
    written: list[int] = []
    for step in engine.write(reading, num_tokens, ignore_end=True):
        if not written:
            started = time.perf_counter()
        written.append(step.token_id)
    if engine.device.type == "cuda":
        torch.cuda.synchronize(engine.device)
    seconds = time.perf_counter() - started
    engine.use_selection(own)
    trace, caches = engine.runtime.trace, [s.cache for s in engine.runtime.selectors]
    cover = trace.coverage_of(trace.decode_coverage)
    tries = sum(c.num_hits + c.num_misses for c in caches)
    parts = engine.runtime.timings
    return BenchRow(
        setting=name,
        num_tokens=num_prompt,
        decode_tokens_per_s=(len(written) - 1) / seconds,
        decode_attention_s=(parts.get("decode_attention") + parts.get("decode_selection")) / (len(written) - 1) or None,
        coverage_mean=cover[0] if cover else None,
        coverage_lowest=cover[1] if cover else None,
        selection_cache_hit_rate=sum(c.num_hits for c in caches) / tries if tries else None,
        answer=decode(written),
        answer_ids=tuple(written),
    )


def _their_turn(engine: Engine, reading: Reading, ids: Sequence[int], num_tokens: int, decode: Any) -> BenchRow:
    """transformers' generate (its default attention and dynamic cache) after the same rows, in the model's dtype."""
    model = as_transformers(engine.loaded)
    cache = their_cache(model, reading.cache, len(ids) - 1)
    batch = torch.tensor([list(ids)], device=engine.device)
    before = model.config.get_text_config()._attn_implementation
    model.set_attn_implementation("sdpa")
    try:
        with torch.inference_mode():
            tokens, _, seconds = timed_generate(model, batch, num_tokens, cache)
    finally:
        model.set_attn_implementation(before)
    return BenchRow(
        setting="transformers",
        num_tokens=len(ids),
        decode_tokens_per_s=(len(tokens) - 1) / seconds,
        answer=decode(tokens),
        answer_ids=tuple(tokens),
    )


def their_cache(model: Any, cache: KVCache, num_rows: int) -> Any:
    """transformers' DynamicCache with a copy of the first rows of ours."""
    from transformers import DynamicCache

    theirs = DynamicCache(config=model.config)
    dtype = next(model.parameters()).dtype
    for number, layer in enumerate(cache.pools):
        assert layer.keys is not None
        assert layer.values is not None
        rows: list[Tensor] = [t[:, :, :num_rows].to(dtype, copy=True) for t in (layer.keys, layer.values)]
        theirs.update(rows[0], rows[1], number)
    return theirs
