"""Attention of one layer whose keys are held un-rotated: a prompt that leaves the trained window."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from tsel_core.kv.key_index_unrotated import TurnedIndex
from tsel_core.kv.rope_distances import Rope
from tsel_core.layers.runtime import AttentionRuntime
from tsel_core.selection.beyond_window import BeyondWindow
from tsel_core.selection.compact import CompactLayer
from tsel_core.selection.passes import Pass


def attend_beyond(
    runtime: AttentionRuntime,
    run: Pass,
    beyond: BeyondWindow,
    layer_idx: int,
    query: Tensor,
    keys: Tensor,
    values: Tensor,
    scaling: float,
    rope: Rope,
    copies: TurnedIndex | None = None,
) -> Tensor:
    """Attention of un-rotated query [T, H, D] at the last T rows of un-rotated keys, values [Hkv, N, D] -> [T, H, D].

    Up to the trained window at true positions, as ever; later queries by `beyond`. `copies`: the layer's keys in 8
    bits, for decode steps on a CPU.
    """
    num, rows = query.shape[0], keys.shape[1]
    selector = runtime.selectors[layer_idx]
    if rows <= beyond.true_rows(run.decoding):
        rotate, at = selector.kernels.rope_rotate, torch.arange(rows, device=keys.device)
        turned = rotate(query.transpose(0, 1), at[rows - num :], *rope).transpose(0, 1)
        return runtime.layer(run, layer_idx, turned, rotate(keys, at, *rope), values, scaling)
    layer = CompactLayer(beyond.distances, selector, keys, values, scaling, rope, num, copies)
    if runtime.watch is not None and not run.decoding:
        runtime.watch.note(layer_idx, num, rows, partial(layer.head_logits, query))
    if beyond.every_row:
        with runtime.phase(run, "attention"):
            out = layer.every_row(query)
    else:
        with runtime.phase(run, "selection"):
            if run.decoding:
                out, selection = layer.decode(query)
            else:
                out, selection = layer.prefill(query, tail=run.mode == "full", lexical=run.lexical)
        runtime.trace.add(layer_idx, selection, run.decoding)
    if run.decoding and runtime.trace.weighs(layer_idx):
        probabilities = torch.softmax(layer.logits(query, torch.tensor([rows - 1], device=keys.device)), -1)
        runtime.trace.add_weights(layer_idx, probabilities.mean(1))
    return out
