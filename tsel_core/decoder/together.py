"""One token of each of several sequences through a Llama-family decoder: the weights are read once for all of them.

Norms, products and gates take a row a sequence (decoder/step.py knows nothing of sequences); rotary, cache, selection
and attention are each sequence's own, by the same calls as when it is written alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from tsel_core.decoder.cpu_linear import RowLinear
from tsel_core.decoder.low_bit.gpu import PackedLinear
from tsel_core.decoder.low_bit.step import has_compiled_rows
from tsel_core.decoder.mixer import CacheMixer, RotaryTable
from tsel_core.decoder.step import DecoderStep
from tsel_core.decoder.weights import LayerWeights, Linear
from tsel_core.kv.cache import KVCache
from tsel_core.layers.runtime import AttentionRuntime
from tsel_core.selection.passes import Pass


@dataclass(frozen=True)
class Row:
    """A sequence's part of a step: its cache, the state of its layers, rotary table by places, the pass it makes."""

    cache: KVCache
    runtime: AttentionRuntime
    table: RotaryTable
    run: Pass


class BatchMixer:
    """Mixer of rows of which each belongs to a sequence of its own."""

    def __init__(self, mixers: Sequence[CacheMixer]) -> None:
        self.mixers = mixers

    def mix(self, layer_idx: int, qkv: Tensor, layer: LayerWeights, *, last: bool = False) -> Tensor:
        """See Mixer; a row's past is that of its own sequence."""
        rows = [m.mix(layer_idx, row[None], layer) for m, row in zip(self.mixers, qkv.unbind(0), strict=True)]
        return torch.cat(rows)


def rows_step(step: DecoderStep) -> DecoderStep:
    """The step for rows of several sequences: int8 copies and packed weights multiply them as a single row."""
    made = DecoderStep.sharing(step, step.ops)
    made.layers = [
        replace(
            layer,
            qkv=_by_row(layer.qkv),
            output=_by_row(layer.output),
            gate_up=_by_row(layer.gate_up),
            down=_by_row(layer.down),
        )
        for layer in step.layers
    ]
    made.head = _by_row(step.head)
    return made


def rows_are_alike(step: DecoderStep) -> bool:
    """Whether a row has the same bits alone and beside others: int8 weights, compiled code (sums in one order)."""
    return isinstance(step.layers[0].down, RowLinear) or has_compiled_rows(step)


def _by_row(linear: Linear) -> Callable[[Tensor], Tensor]:
    return linear.by_row if isinstance(linear, RowLinear | PackedLinear) else linear
