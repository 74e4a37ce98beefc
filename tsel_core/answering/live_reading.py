"""A reading that stays in memory between questions: a next prompt reads only what the last one did not hold."""

from __future__ import annotations

import numpy as np

from tsel_core.answering.reader import Reader
from tsel_core.engine.reading import Reading
from tsel_core.kv.copy import RowsOf
from tsel_core.prefix_cache.store import common_prefix
from tsel_core.prompts.build import Prompt


def continue_reading(reader: Reader, last: Reading | None, prompt: Prompt, room: int) -> Reading:
    """Read `prompt`, starting from what `last` (the reading of an earlier prompt) has in common with it.

    `room` tokens at least stay free for the answer and for later questions. `last` must not be used afterwards. A
    prompt of another document is read as any other. A question that heads watch is read from its first token on,
    though the last one may have begun with the same words. Raises DoesNotFit.
    """
    held = 0 if last is None else _held(last, prompt)
    watch = reader.engine.runtime.watch
    if watch is not None:
        held = min(held, watch.begin)
    if last is None or held < max(1, prompt.doc_end) or _leaves_window(reader, last, prompt):
        return reader.read(prompt, room)
    engine, trace = reader.engine, reader.engine.runtime.trace
    coverage, picked = trace.prefill_coverage, trace.picked
    check_room(reader, last, prompt)
    engine.reset()
    if _has_room(reader, last, prompt):
        engine.crop(last, held)
        engine.extend(last, prompt.input_ids[held:])
        reading = last
    else:
        reading = engine.read(
            prompt.input_ids, prompt.tail_start, room=room, progress=reader.progress, kept=RowsOf(last.cache, held)
        )
    reading.num_reused = held
    trace = reader.engine.runtime.trace
    trace.prefill_coverage = coverage
    if trace.picked is None:
        trace.picked = picked
    return reading


def goes_on(last: Reading, prompt: Prompt, room: int) -> bool:
    """Whether `last` holds the documents of the prompt, and has room for it and `room` tokens more."""
    return _held(last, prompt) >= max(1, prompt.doc_end) and last.cache.capacity >= prompt.num_tokens + room


def check_room(reader: Reader, last: Reading | None, prompt: Prompt) -> None:
    """Raise DoesNotFit when the prompt and an answer do not fit; memory that `last` already has is not counted."""
    needed = prompt.num_tokens + reader.engine_config.max_new_tokens
    if last is None or needed > reader.info.trained_window or not _has_room(reader, last, prompt):
        reader.check_fit(prompt)


def _leaves_window(reader: Reader, last: Reading, prompt: Prompt) -> bool:
    """The prompt needs other keys than `last` has.

    It is past the trained window and `last` was not (its keys are stored rotated), or it needs a larger cache and the
    rotary frequencies depend on its length.
    """
    if reader.engine.forward.rotaries and not _has_room(reader, last, prompt):
        return True
    return last.beyond is None and reader.engine.beyond(prompt.num_tokens) is not None


def _has_room(reader: Reader, last: Reading, prompt: Prompt) -> bool:
    return last.cache.capacity >= prompt.num_tokens + reader.engine_config.max_new_tokens


def _held(last: Reading, prompt: Prompt) -> int:
    """Tokens of the prompt that the reading holds; the last token is read again for its logits."""
    ids = np.asarray(prompt.input_ids[:-1], dtype=np.int64)
    return min(common_prefix(np.asarray(last.ids, dtype=np.int64), ids), last.cache.length)


def mend(reader: Reader, reading: Reading | None) -> Reading | None:
    """After an interruption layers may hold one token more than others: all are cut to what was counted."""
    if reading is not None:
        reader.engine.crop(reading, min(len(reading.ids), *(layer.length for layer in reading.cache.pools)))
    return reading
