"""Picks by other training-free ideas for sparse prefill, on the same captured chunk as probe.py, at the same budget.

python -m tests.quality.ideas_experiment --model MODEL --items FILE.jsonl --only NAME --tokens 8192 --budget 1024
Ideas, not the papers' programs: every pick goes through our gathered attention with our sinks and window, a pick a KV
head and block of 64 queries, without correction.
* vertical-slash (MInference, arXiv:2407.02490): columns and diagonals that the chunk's last 64 queries attend to, half
  of the budget each.
* pooled (the query-aware half of FlexPrefill, arXiv:2502.20766): blocks of 64 rows by mean query times mean key.
* antidiagonal (XAttention, arXiv:2503.16428): blocks of 64 rows by the softmax over logits of every 8th pair along
  antidiagonals.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from tests.quality.packed import load_packed, text_of
from tests.quality.probe import LayerInputs, capture
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine.engine import Engine
from tsel_core.models.load import load_model, resolve_model

BLOCK, STRIDE = 64, 8
_NO_ROW = -1

Pick = Callable[[LayerInputs, int, SelectionConfig], Tensor]
"""(a layer, budget, sinks and window) -> rows [blocks, Hkv, K] int32, ascending, -1 padded."""


def by_head(query: Tensor, kv_heads: int) -> Tensor:
    """query [T, H, D] as [Hkv, G, T, D]."""
    return query.transpose(0, 1).reshape(kv_heads, -1, query.shape[0], query.shape[2])


def vertical_slash(layer: LayerInputs, budget: int, config: SelectionConfig) -> Tensor:
    """See above. A diagonal at distance d gives a block its own rows moved back by d."""
    num, rows = layer.query.shape[0], layer.keys.shape[1]
    last = by_head(layer.query[-BLOCK:], layer.keys.shape[0])
    logits = (last @ layer.keys[:, None].transpose(-1, -2)) * layer.scaling
    at = torch.arange(rows - BLOCK, rows)[:, None] - torch.arange(rows)[None]
    mass = torch.softmax(logits.masked_fill(at < 0, float("-inf")), -1).sum(1)  # [Hkv, 64, N]
    start = rows - num
    columns = mass.sum(1)
    columns[:, : config.num_sink] = columns[:, start:] = 0
    best = columns.topk(budget // 2, -1).indices
    slashes = torch.zeros(mass.shape[0], rows).index_add_(1, at.clamp(min=0).flatten(), mass.flatten(1))
    slashes[:, : config.num_local + BLOCK] = 0  # the window holds those
    away = slashes.topk(budget // 2 // BLOCK, -1).indices
    own = torch.arange(start, rows).view(-1, 1, 1, BLOCK) - away[None, :, :, None]
    return _listed(torch.cat([best.expand(num // BLOCK, -1, -1), own.flatten(2)], -1), start, config)


def pooled(layer: LayerInputs, budget: int, config: SelectionConfig) -> Tensor:
    """See above."""
    queries = by_head(layer.query, layer.keys.shape[0]).unflatten(2, (-1, BLOCK)).mean(3)
    keys = layer.keys.unflatten(1, (-1, BLOCK)).mean(2)
    scores = torch.softmax(queries @ keys[:, None].transpose(-1, -2) * layer.scaling, -1).sum(1)
    return _blocks(scores, layer, budget, config)


def antidiagonal(layer: LayerInputs, budget: int, config: SelectionConfig) -> Tensor:
    """See above: query t of a stride meets key STRIDE - 1 - t of it; their products are summed before the softmax."""
    queries = by_head(layer.query, layer.keys.shape[0]).unflatten(2, (-1, STRIDE)).flatten(-2)
    keys = layer.keys.unflatten(1, (-1, STRIDE)).flip(2).flatten(-2)
    logits = queries @ keys[:, None].transpose(-1, -2) * (layer.scaling / STRIDE)
    per = BLOCK // STRIDE
    scores = torch.softmax(logits, -1).unflatten(-1, (-1, per)).sum(-1).unflatten(2, (-1, per)).sum((1, 3))
    return _blocks(scores, layer, budget, config)


def _blocks(scores: Tensor, layer: LayerInputs, budget: int, config: SelectionConfig) -> Tensor:
    """Rows of the best blocks by scores [Hkv, query blocks, row blocks] among those before every window."""
    start = layer.keys.shape[1] - layer.query.shape[0]
    first, end = -(-config.num_sink // BLOCK), (start - config.num_local) // BLOCK
    best = scores[..., first:end].topk(min(budget // BLOCK, end - first), -1).indices + first
    rows = best.transpose(0, 1)[..., None] * BLOCK + torch.arange(BLOCK)
    return _listed(rows.flatten(2), start, config)


def _listed(rows: Tensor, start: int, config: SelectionConfig) -> Tensor:
    """rows [blocks, Hkv, K] in order, each once, those that a block's sinks or window hold left out."""
    ends = torch.arange(start, start + rows.shape[0] * BLOCK, BLOCK)[:, None, None] - config.num_local
    rows = torch.where((rows >= config.num_sink) & (rows < ends), rows, _NO_ROW).sort(-1).values
    again = torch.zeros_like(rows, dtype=torch.bool)
    again[..., 1:] = rows[..., 1:] == rows[..., :-1]
    rows = rows.masked_fill(again, _NO_ROW)
    order = torch.where(rows < 0, torch.iinfo(torch.int64).max, rows).argsort(-1)
    return rows.gather(-1, order).to(torch.int32)


IDEAS: dict[str, Pick] = {"vertical-slash": vertical_slash, "pooled": pooled, "antidiagonal": antidiagonal}


@torch.inference_mode()
def errors(layer: LayerInputs, pick: Pick, budget: int, backend: Any, config: SelectionConfig) -> tuple[float, float]:
    """(relative RMS error of the layer's output, mean rows of a pick). The chunk is a multiple of 64 queries."""
    num, rows = layer.query.shape[0], layer.keys.shape[1]
    found = pick(layer, budget, config)
    starts = (torch.arange(rows - num, rows, BLOCK) - config.num_local).to(torch.int32)
    out, _ = backend.gathered_attention(
        layer.query,
        rows - num,
        layer.keys,
        layer.values,
        found,
        starts,
        block_size=BLOCK,
        num_sink=config.num_sink,
        scaling=layer.scaling,
    )
    error = float((out - layer.exact).float().norm() / layer.exact.float().norm())
    return error, float((found >= 0).sum(-1).float().mean())


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the mean error, the worst layer's, and the rows of a pick, for every idea."""
    parser = argparse.ArgumentParser(prog="ideas_experiment", description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--items", required=True, help="packed documents (packed.py)")
    parser.add_argument("--only", default="", help="take the first document whose name holds this")
    parser.add_argument("--tokens", type=int, default=8192)
    parser.add_argument("--budget", type=int, default=1024)
    options = parser.parse_args(arguments)
    loaded = load_model(resolve_model(str(Path(options.model))), device="cpu")
    found = load_packed(options.items)
    item = next(i for i in found.items if options.only in i.doc)
    ids = loaded.tokenizer(text_of(item, found.read), add_special_tokens=False)["input_ids"][: options.tokens]
    engine = Engine(loaded, EngineConfig(attention="full", chunk_size=512))
    layers = capture(engine, ids)
    for name, pick in IDEAS.items():
        tried = [errors(layer, pick, options.budget, engine.kernels, SelectionConfig()) for layer in layers]
        worst = max(range(len(tried)), key=lambda i: tried[i][0])
        mean, rows = (sum(t[i] for t in tried) / len(tried) for i in (0, 1))
        print(f"{name:<16} error {mean:.4f} worst {tried[worst][0]:.4f} (layer {worst}) rows {rows:.0f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
