"""Time block shapes of the large kernels. `tune.py warm I N` compiles share I of N; `tune.py` then times them all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import torch
from timing import time_call
from workloads import MODELS, NUM_LOCAL, NUM_SINK, TOP_K, decode_calls, make_cache

from tsel_kernels.backend import triton_kernels
from tsel_kernels.decode import triton as decode_select
from tsel_kernels.decode import triton_workspace
from tsel_kernels.top_k import triton as top_k
from tsel_kernels.top_k import triton_workspace as top_k_workspace
from tsel_kernels.triton_device import Tile

gpu = triton_kernels()

ANCHOR = [(128, 64, 8, 3), (128, 128, 8, 2), (128, 64, 8, 4), (128, 32, 8, 4)]
VOTES = [(128, 64, 4, 3), (128, 64, 4, 4), (128, 128, 8, 3)]
GATHER = [(64, 64, 4, 3), (128, 64, 8, 3), (128, 128, 8, 2), (256, 64, 8, 3), (256, 64, 16, 3)]
SCORE = [(256, 4, 4), (256, 4, 3), (256, 4, 2), (128, 4, 4), (256, 2, 6)]
PICK_WARPS = [8, 16, 32]
ROW = [(1, 4096, 8, 1), (1, 512, 4, 1), (2, 1024, 4, 1), (4, 512, 4, 3), (8, 512, 4, 3)]
ATTEND = [32, 64, 128]
LIST = [1024, 2048, 4096, 8192]


def variants(rows: int, only: str = "") -> Iterator[tuple[str, Callable[[], Any]]]:
    """(name, call) of each variant at N `rows`, Qwen2-7B shape."""
    model = MODELS[0]
    cache = make_cache(model, rows)
    chunk, block, gamma, scaling = 8192, 64, 64, model.dim**-0.5
    query = torch.randn(chunk, model.heads, model.dim, device="cuda").bfloat16() * 2
    start = rows - chunk
    offsets = torch.arange(gamma - 1, chunk, gamma, device="cuda")
    anchors, positions, blocks = query[offsets].contiguous(), (start + offsets).int(), chunk // block
    window = torch.tensor([start + b * block + 1 - NUM_LOCAL for b in range(blocks)], dtype=torch.int32, device="cuda")
    lse = torch.full((blocks, model.heads), 20.0, device="cuda")
    votes = torch.empty((blocks, model.kv_heads, rows), dtype=torch.bfloat16, device="cuda")
    picks = torch.rand((blocks, model.kv_heads, TOP_K), device="cuda") * (start - 2000) + NUM_SINK
    picks = picks.int().sort(-1).values
    for t in ANCHOR:
        yield f"anchor {t}", lambda t=t: gpu.causal_attention(
            anchors, positions, cache.keys, cache.values, scaling=scaling, tile=Tile(*t)
        )
    for t in VOTES:
        yield f"votes {t}", lambda t=t: gpu.soft_votes(
            anchors, lse, cache.keys, NUM_SINK, window, groups=4, scaling=scaling, out=votes, tile=Tile(*t)
        )
    for t in GATHER:
        yield f"gather {t}", lambda t=t: gpu.gathered_attention(
            query, start, cache.keys, cache.values, picks, window, block_size=block, num_sink=NUM_SINK,
            scaling=scaling, tile=Tile(*t),
        )  # fmt: skip
    for tile, warps, programs in SCORE:
        triton_workspace.SCORE_TILE, decode_select.SCORE_WARPS, triton_workspace.SCORE_PROGRAMS = tile, warps, programs
        yield f"score {(tile, warps, programs)}", decode_calls(model, cache, 4).miss
    triton_workspace.SCORE_TILE, decode_select.SCORE_WARPS, triton_workspace.SCORE_PROGRAMS = 256, 4, 2
    warps_at = top_k.PICK_WARPS
    for w in PICK_WARPS:
        top_k.PICK_WARPS = w
        work = top_k_workspace.topk_workspace(blocks * model.kv_heads, rows, TOP_K, query.device)
        yield f"top-k, pick {w} warps", lambda k=work: gpu.top_k_rows(votes, TOP_K, NUM_SINK, window, workspace=k)
        yield f"score and top-k, pick {w} warps", decode_calls(model, cache, 4).miss
    top_k.PICK_WARPS = warps_at
    weight = torch.randn(2 * model.inner, model.hidden, device="cuda").bfloat16()
    row, out = query[0].flatten()[: model.hidden].contiguous(), torch.empty(model.inner, device="cuda").bfloat16()
    for t in ROW:
        yield f"row {t}", lambda t=t: gpu.row_linear_(row, weight, out, norm=row, gated=True, tile=Tile(*t))
    start_at = top_k_workspace.LIST_TILE
    for t in LIST:
        top_k_workspace.LIST_TILE = t
        work = top_k_workspace.topk_workspace(blocks * model.kv_heads, rows, TOP_K, query.device)
        yield f"top-k, list tile {t}", lambda w=work: gpu.top_k_rows(votes, TOP_K, NUM_SINK, window, workspace=w)
        yield f"score and top-k, list tile {t}", decode_calls(model, cache, 4).miss
    top_k_workspace.LIST_TILE = start_at
    for r in ATTEND:
        triton_workspace.ATTEND_ROWS = r
        yield f"attend {r}", decode_calls(model, cache, 4).attend


def main() -> None:
    """Warm the compiler's cache or time."""
    if len(sys.argv) > 2:
        mine, of = int(sys.argv[2]), int(sys.argv[3])
        for i, (name, call) in enumerate(variants(65536)):
            if i % of == mine:
                try:
                    call()
                except Exception as error:
                    print(name, type(error).__name__, str(error)[:100])
        return
    for rows in (131072, 1048576):
        print("N", rows, flush=True)
        for name, call in variants(rows):
            try:
                t = time_call(call, budget_ms=60, graph=name.split()[0] in ("score", "attend", "row"))
                print(f"{name:30s} {t.ms:8.4f} [{t.p20:.4f} {t.p80:.4f}]", flush=True)
            except Exception as error:
                print(name, type(error).__name__, str(error)[:100], flush=True)


if __name__ == "__main__":
    main()
