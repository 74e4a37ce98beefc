"""Can one token be written through a model's own layers in a captured loop, with the right logits?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.decoder.acceptance import END, HALF, NUM_TOKENS, Path, Place
from tsel_core.decoder.graph.decode import GraphDecoder
from tsel_core.decoder.graph.waits import WatchedStep
from tsel_core.decoder.own_layers import OwnStep, lengths, own_logits
from tsel_core.decoder.recurrent import recurrent_layers
from tsel_core.decoder.rotary_length import FixedLengthRotary
from tsel_core.decoder.widen import widened
from tsel_core.kv.cache import KVCache
from tsel_core.layers.runtime import Seam
from tsel_kernels.protocol import Kernels

_ALL = SelectionConfig(budget=64, num_sink=1, num_local=1, reuse_threshold=1.0)  # picks every row there is


class WaitsForDevice(RuntimeError):
    """A step called what a capture refuses."""


def captured_path(
    model: Any, seam: Seam, rotaries: Sequence[FixedLengthRotary], kernels: Kernels, *, selects: bool = False
) -> Path:
    """A chunk as ever and two tokens as the captured loop writes them, in the open; for places at position 0.

    With `selects` the tokens select from the key index, all rows. WaitsForDevice for a step that waits.
    """

    def run(found: Sequence[Place], wide: bool) -> list[Tensor]:
        with widened(model, wide):
            return [_rows(model, seam, rotaries, kernels, place, _ALL if selects else None) for place in found]

    return run


def _rows(
    model: Any,
    seam: Seam,
    rotaries: Sequence[FixedLengthRotary],
    kernels: Kernels,
    place: Place,
    selection: SelectionConfig | None,
) -> Tensor:
    assert place.offset == 0
    append = kernels.append_index_ if selection is not None else None
    text = model.config.get_text_config()
    cache = KVCache(text.num_hidden_layers, NUM_TOKENS, append, recurrent=recurrent_layers(text))
    with lengths(rotaries, cache.capacity):
        chunk = own_logits(model, cache, place.tokens[:END], every=True)
    step = WatchedStep(OwnStep(model, seam, rotaries, cache))
    decoder = GraphDecoder(step.step, model, cache, kernels, selection)
    decoder.start(int(place.tokens[END]), END)
    rows = [*chunk[:HALF], chunk[END - 1]]
    for token in place.tokens[END:]:
        decoder.token.fill_(token)
        decoder.advance()
        rows.append(decoder.logits.clone())
        decoder.step = step  # the first step makes buffers, and may wait
    if step.waits.found:
        raise WaitsForDevice(f"a step of it waits for the device ({', '.join(sorted(step.waits.found))})")
    return torch.stack([row.float() for row in rows])
