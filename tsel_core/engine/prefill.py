"""Reading a prompt: its chunks through the model into a new cache, from what is kept of its beginning on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from tsel_core.device.uploads import FiniteCheck, upload
from tsel_core.engine.chunks import prefill_chunks
from tsel_core.engine.reading import Beginning, Reading
from tsel_core.progress import NoProgress, Progress
from tsel_core.selection.lexical import LexicalRows

if TYPE_CHECKING:
    from tsel_core.engine.engine import Engine


def read_prompt(
    engine: Engine,
    ids: Sequence[int],
    tail_start: int,
    room: int,
    progress: Progress | None,
    kept: Beginning | None,
) -> Reading:
    """See Engine.read. When it fails, rows of `kept` may still be on their way into a cache that nobody else holds."""
    if not ids:
        raise ValueError("a prompt needs at least one token")
    watch = progress or NoProgress()
    prefill, decode, reason, _, beyond = engine.choose_modes(len(ids))
    engine.captured.forget()  # it holds the last cache
    cache = engine.new_cache(len(ids) + room, decode, beyond)
    engine.runtime.trace.watch_picks(cache.capacity, engine.device)
    engine.runtime.scratch.reserve(len(ids))
    reading = Reading([], cache, torch.empty(0), prefill, decode, reason)
    if kept is not None:
        with engine.runtime.timings.phase("load_reading"):
            reading.num_reused = kept.fill(cache, engine.device, engine.runtime.trace)
        reading.ids.extend(ids[: reading.num_reused])
    begins = reading.num_reused
    lexical = prefill == "select" and engine.selection.lexical_share > 0 and begins < tail_start
    first = 0 if lexical else begins  # of a prompt that was loaded, only the question is needed
    tokens = upload(ids[first:], engine.device)
    engine.runtime.lexical = LexicalRows(tokens) if lexical else None
    watch.begin("prefill", len(ids), "tokens")
    with engine.runtime.timings.phase("prefill"):
        edge = beyond.distances.window if beyond is not None else len(ids)
        check = FiniteCheck(engine.device)
        for begin, end in prefill_chunks(tail_start, len(ids), engine.chunk_size, begins, edge):
            engine.runtime.mode = prefill if begin < tail_start else "full"
            reading.logits = engine.forward(reading.cache, tokens[begin - first : end - first])
            reading.ids.extend(ids[begin:end])
            watch.advance(check.note(reading.logits, end))
        watch.advance(check.settle())
    engine.runtime.lexical = None
    engine.runtime.scratch.release()
    watch.end()
    engine.runtime.timings.settle()
    return reading
