"""Reading a prompt: its chunks through the model into a new cache, from what is kept of its beginning on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch

from tsel_core.decoder.forward import Forward
from tsel_core.device.uploads import FiniteCheck, upload
from tsel_core.engine.chunks import prefill_chunks
from tsel_core.engine.modes import Modes
from tsel_core.engine.reading import Beginning, Reading
from tsel_core.kv.cache import KVCache
from tsel_core.progress import NoProgress, Progress
from tsel_core.selection.lexical import LexicalRows
from tsel_core.selection.passes import Pass


def read_prompt(
    forward: Forward,
    cache: KVCache,
    modes: Modes,
    ids: Sequence[int],
    tail_start: int,
    *,
    chunk_size: int,
    lexical_share: float,
    progress: Progress | None,
    kept: Beginning | None,
) -> Reading:
    """See Engine.read. `cache` is empty. When it fails, rows of `kept` may still be on their way into the cache."""
    runtime, device, beyond = forward.runtime, forward.device, modes.beyond
    watch = progress or NoProgress()
    runtime.trace.watch_picks(cache.capacity, device)
    runtime.begin_reading(len(ids))
    reading = Reading(
        [], cache, torch.empty(0), modes.prefill, modes.decode, modes.reason, modes.select_from, beyond
    )
    if kept is not None:
        with runtime.timings.phase("load_reading"):
            reading.num_reused = kept.fill(cache, device, runtime.trace)
        reading.ids.extend(ids[: reading.num_reused])
    begins = reading.num_reused
    lexical = modes.prefill == "select" and lexical_share > 0 and begins < tail_start
    first = 0 if lexical else begins  # of a prompt that was loaded, only the question is needed
    tokens = upload(ids[first:], device)
    tail = Pass(select_from=modes.select_from, lexical=LexicalRows(tokens) if lexical else None, beyond=beyond)
    body = replace(tail, mode=modes.prefill)
    watch.begin("prefill", len(ids), "tokens")
    with runtime.timings.phase("prefill"):
        edge = beyond.distances.window if beyond is not None else len(ids)
        check = FiniteCheck(device)
        for begin, end in prefill_chunks(tail_start, len(ids), chunk_size, begins, edge):
            run = body if begin < tail_start else tail
            if begin == tail_start:  # the next question begins here
                cache.mark()
            reading.logits = forward(cache, tokens[begin - first : end - first], run)
            reading.ids.extend(ids[begin:end])
            watch.advance(check.note(reading.logits, end))
        watch.advance(check.settle())
    runtime.end_reading()
    watch.end()
    runtime.timings.settle()
    return reading
