"""Past the trained window: bi-level scores and compact positions beside what does the same inside it.

    python kernels/benchmarks/bilevel_workload.py [--rows 40960 65536]

`vs_inside`: how many times as fast as inside the window at the same length (below 1: slower).
"""

from __future__ import annotations

import argparse
from typing import Any

import torch
from timing import Call, ceilings, time_call
from workloads import MODELS, NUM_LOCAL, NUM_SINK, TOP_K, Cache, ModelShape, gpu, make_cache

from tsel_kernels.attention.triton_gathered import gathered_attention
from tsel_kernels.bilevel.levels import FAR, HELD_PARTS, FarPlaces, LeveledIndex, LeveledKeys
from tsel_kernels.decode.state import DecodeShape, decode_state

CODER = ModelShape("qwen2.5-1.5b", 12, 2, 128, 1536, 8960)
_REACH, _CHUNK, _MEASURED = 8192, 8192, 17


def _decode_calls(model: ModelShape, cache: Cache) -> dict[str, tuple[Call, Call]]:
    """Parts of a layer's step: past the window, and inside."""
    rows, device = cache.keys.shape[1], cache.keys.device
    shape = DecodeShape(model.heads, model.kv_heads, model.dim, rows, TOP_K, model.kv_heads, NUM_SINK, NUM_LOCAL)
    state, scratch = (decode_state(shape, torch.bfloat16, device) for _ in range(2))
    state.window_start.fill_(rows - NUM_LOCAL)
    work, at = gpu.decode_workspace(shape, device), torch.tensor([rows - 1], dtype=torch.int32, device=device)
    query = torch.randn(model.heads, model.dim, device=device).bfloat16() * 2
    near, far, out = (torch.empty_like(query) for _ in range(3))
    k, v = cache.keys[:, -1].clone(), cache.values[:, -1].clone()
    rope = torch.ones(rows, model.dim, device=device), torch.zeros(rows, model.dim, device=device)
    index = LeveledIndex(gpu.quantize_keys(cache.keys[:, :_REACH], cache.index.mean), cache.index, _REACH, FarPlaces(2, _REACH // 2, 2, FAR))
    held, lse, scaling = torch.zeros(HELD_PARTS, model.heads, device=device), torch.empty(model.heads, device=device), model.dim**-0.5

    def append_past() -> None:
        gpu.rope_append_(query, k, v, at, cache.keys, cache.values, None, out, scratch, shape, rope=None, theta=0.9)
        gpu.bilevel_turn_(query, cache.keys, at, near, far, index, rope=rope)

    def append() -> None:
        gpu.rope_append_(query, k, v, at, cache.keys, cache.values, cache.index, out, scratch, shape, rope=rope, theta=0.9)

    def attend(rope: Any) -> Call:
        return lambda: gpu.decode_attend_(query, cache.keys, cache.values, at, out, lse, state, shape, work, scaling=scaling, rope=rope)

    parts = {
        "written token: append": (append_past, append),
        "written token: select": (
            lambda: gpu.bilevel_select_(query, query, index, at, state, shape, work, held, scaling=scaling),
            lambda: gpu.decode_select_(query, cache.index, at, state, shape, work, scaling=scaling),
        ),
        "written token: attend": (attend(rope), attend(None)),
    }
    return parts | {"written token: all": (lambda: [p() for p, _ in parts.values()], lambda: [p() for _, p in parts.values()])}


def _chunk_calls(model: ModelShape, cache: Cache) -> dict[str, tuple[Call, Call]]:
    """Parts of a layer's chunk of 8,192 tokens: past the window, and inside."""
    rows, device, scaling = cache.keys.shape[1], cache.keys.device, model.dim**-0.5
    query, start = torch.randn(_CHUNK, model.heads, model.dim, device=device).bfloat16(), rows - _CHUNK
    offsets = torch.arange(63, _CHUNK, 64, device=device)
    anchors, at, some = query[offsets].contiguous(), start + offsets, slice(0, _MEASURED)
    starts = (start + torch.arange(0, _CHUNK, 64, device=device) - NUM_LOCAL).int()
    first, groups = max(0, start - _REACH + 1), model.kv_heads
    leveled = LeveledKeys(cache.keys[:, first:].clone(), cache.keys.clone(), first, _REACH)
    there, rope = torch.arange(rows, device=device), (torch.ones(rows, model.dim, device=device), torch.zeros(rows, model.dim, device=device))
    lse = gpu.causal_attention(anchors, at, cache.keys, cache.values, scaling=scaling)[1]
    votes = torch.empty(len(starts), groups, rows, dtype=torch.bfloat16, device=device)
    picks = gpu.top_k_rows(gpu.soft_votes(anchors, lse, cache.keys, NUM_SINK, starts, groups=groups, scaling=scaling), TOP_K, NUM_SINK, starts)[0]

    def scores() -> None:
        gpu.rope_rotate(cache.keys, there, *rope)
        gpu.bilevel_votes((anchors, anchors), at, leveled, cache.values, NUM_SINK, starts, groups=groups, scaling=scaling)

    def inside() -> None:
        gpu.causal_attention(anchors, at, cache.keys, cache.values, scaling=scaling)
        gpu.soft_votes(anchors, lse, cache.keys, NUM_SINK, starts, groups=groups, scaling=scaling, out=votes)

    def measured() -> None:
        pair, own = (anchors[some], anchors[some]), at[some]
        norm = gpu.bilevel_attention(pair, own, leveled, cache.values, scaling=scaling)[1]
        gpu.bilevel_held(pair, own, norm, leveled, picks[some], starts[some], num_sink=NUM_SINK, scaling=scaling)

    def gathered(ahead: bool | None, turned: bool) -> Call:
        return lambda: gathered_attention(
            query, start, cache.keys, cache.values, picks, starts, block_size=64, num_sink=NUM_SINK, scaling=scaling,
            rope=rope if turned else None, ahead=ahead,
        )  # fmt: skip

    plain = gathered(None, False)
    return {
        "chunk: keys turned, anchors, votes": (scores, inside),
        "chunk: coverage of 17 queries": (measured, lambda: gpu.causal_attention(anchors[some], at[some], cache.keys, cache.values, scaling=scaling)),
        "chunk: gathered, keys turned ahead": (gathered(True, True), plain),
        "chunk: gathered, keys turned in the loop": (gathered(False, True), plain),
    }


def bilevel_rows(model: ModelShape, cache: Cache, matmul: float) -> list[dict[str, Any]]:
    """Rows of the benchmark: past the window, and what the same takes inside."""
    rows = []
    for name, (past, inside) in (_decode_calls(model, cache) | _chunk_calls(model, cache)).items():
        graph = name.startswith("written")
        ours, plain = (time_call(call, graph=graph, budget_ms=200) for call in (past, inside))
        row = {"name": f"past the window, {name}", "ms": ours.ms, "p20": ours.p20, "p80": ours.p80, "vs_inside": plain.ms / ours.ms}
        if "anchors" in name:
            rate = 6 * model.heads * model.dim * cache.keys.shape[1] * (_CHUNK // 64) / ours.ms / 1e9
            row |= {"tflop_s": rate, "of_matmul": rate / matmul}
        rows.append(row)
    return rows


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, nargs="+", default=[40960, 65536])
    parser.add_argument("--models", nargs="+", default=["qwen2.5-1.5b", "qwen2-7b", "llama3-8b"])
    options = parser.parse_args()
    _, matmul = ceilings()
    for model in (m for m in (CODER, *MODELS) if m.name in options.models):
        for num in options.rows:
            for row in bilevel_rows(model, make_cache(model, num), matmul):
                share = f", {row['of_matmul']:.0%} of the product" if "of_matmul" in row else ""
                print(f"{model.name} {num:,} {row['name']}: {row['ms']:.4f} ms, {1 / row['vs_inside']:.2f} of inside{share}", flush=True)


if __name__ == "__main__":
    main()
