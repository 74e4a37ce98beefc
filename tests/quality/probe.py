"""One layer at a time: the error a setting makes on the real queries, keys and values of one chunk.

A full reading is made once; then settings are tried on what its last chunk saw, layer by layer, in seconds instead of
a reading each. It shows what a setting does to the output of attention, not how the errors add up through the layers:
a direction, to be confirmed with tests.quality.experiment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from tsel_core.engine.engine import Engine
from tsel_core.selection.lexical import LexicalRows
from tsel_core.selection.passes import Pass
from tsel_core.selection.picks import Selection
from tsel_core.selection.selector import TokenSelector
from tsel_core.settings import Setting
from tsel_kernels.attention.full import full_attention


@dataclass(frozen=True)
class LayerInputs:
    """query [T, H, D] of the last chunk; keys, values [Hkv, N, D] up to its end; `exact` [T, H, D]."""

    layer_idx: int
    query: Tensor
    keys: Tensor
    values: Tensor
    scaling: float
    exact: Tensor


@dataclass(frozen=True)
class ProbeRow:
    """A setting over the captured layers: relative RMS error of the output (mean, worst), coverage (mean, lowest).

    `rows`: rows of a pick, on average over blocks and heads of the layers that selected.
    """

    setting: str
    error: float
    worst_error: float
    coverage: float | None
    lowest_coverage: float | None
    by_layer: tuple[float, ...] = ()
    rows: float | None = None


@torch.inference_mode()
def capture(engine: Engine, ids: Sequence[int]) -> list[LayerInputs]:
    """Read `ids` with full attention and keep what attention saw in the last chunk, of every layer that can select.

    The last layer cannot: it attends for one token of a chunk (tsel_core.decoder.step).
    """
    runtime, found = engine.runtime, []
    plain = runtime.layer
    last = len(ids) - (len(ids) - 1) % engine.chunk_size - 1

    def watching(
        run: Pass, layer_idx: int, query: Tensor, keys: Tensor, values: Tensor, scaling: float, *rest: Any
    ) -> Tensor:
        out = plain(run, layer_idx, query, keys, values, scaling, *rest)
        if keys.shape[1] - query.shape[0] == last:
            found.append(LayerInputs(layer_idx, query.clone(), keys.clone(), values.clone(), scaling, out.clone()))
        return out

    runtime.layer = watching  # type: ignore[method-assign, assignment]
    try:
        engine.read(ids, 0, room=1)
    finally:
        del runtime.layer  # type: ignore[attr-defined]
    return found


@torch.inference_mode()
def probe(
    layers: Sequence[LayerInputs], settings: Sequence[Setting], backend: object, ids: Sequence[int]
) -> list[ProbeRow]:
    """Try every setting on every captured layer; `ids` are the tokens that were read."""
    rows = []
    lexical = LexicalRows(torch.tensor(list(ids), device=layers[0].keys.device))
    for setting in settings:
        errors, covers, sizes = [], [], []
        for layer in layers:
            out, selection = _attend(setting, layer, backend, lexical)
            errors.append(float((out - layer.exact).float().norm() / layer.exact.float().norm()))
            if selection is not None and selection.coverage is not None:
                covers.append(float(selection.coverage))
            if selection is not None and selection.token_indices is not None:
                sizes.append(float((selection.token_indices >= 0).sum(-1).float().mean()))
        rows.append(
            ProbeRow(
                setting.name,
                sum(errors) / len(errors),
                max(errors),
                sum(covers) / len(covers) if covers else None,
                min(covers) if covers else None,
                tuple(errors),
                sum(sizes) / len(sizes) if sizes else None,
            )
        )
    return rows


def _attend(
    setting: Setting, layer: LayerInputs, backend: object, lexical: LexicalRows
) -> tuple[Tensor, Selection | None]:
    if layer.layer_idx in setting.selection.full_layers:
        return full_attention(layer.query, layer.keys, layer.values, layer.scaling), None
    selector = TokenSelector(setting.selection, backend, layer.layer_idx)
    start = layer.keys.shape[1] - layer.query.shape[0]
    out, selection = selector.prefill(layer.query, start, layer.keys, layer.values, layer.scaling, lexical)
    return out, selection
