"""One decode step's selection, four launches of the seven of a step, capturable in a CUDA graph.

append (append/triton.py) -> score -> votes + counts (score/triton.py) -> counts -> places (triton_pick.py) -> gathered
split attention -> join of the splits (triton_attend.py). Sizes come from `DecodeShape`, lengths from device tensors; nothing
is allocated, nothing waits for the host, and on a Selection Cache hit the four selection kernels return at once. Where
the chip can, append, attention and join start while the kernel before them ends (`triton_device.after_previous`); the
selection's kernels do not: there it made a step of 1M rows 8 % slower.
"""

from __future__ import annotations

from torch import Tensor

from tsel_kernels.checks import check_step
from tsel_kernels.decode import triton_workspace
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.decode.triton_pick import BINS, launch_pick
from tsel_kernels.decode.triton_workspace import as_workspace, score_block, score_heads
from tsel_kernels.key_index import KeyIndex
from tsel_kernels.score.triton import decode_vote_kernel, score_kernel
from tsel_kernels.triton_device import INTERPRET, LOG2_E, ceil_div, device_limits, next_power

SCORE_WARPS = 4
VOTE_TILE = 1024
"""Rows a program turns into votes at a time."""
VOTE_WARPS = 4


def decode_select_(
    query: Tensor,
    index: KeyIndex,
    position: Tensor,
    state: DecodeState,
    shape: DecodeShape,
    workspace: object,
    *,
    scaling: float,
) -> None:
    """Triton form of `reference.decode_select_`.

    The index must be allocated to a multiple of SCORE_TILE rows (`codes.stride(0)` counts): whole tiles are read.
    """
    check_step(query=query)
    whole = triton_workspace.SCORE_TILE
    if index.num_rows % whole or index.num_rows < shape.capacity:
        raise ValueError(
            f"the index must hold a multiple of {whole} rows and at least {shape.capacity}, got {index.num_rows}"
        )
    kv, ws = shape.num_kv_heads, as_workspace(workspace)
    group, heads, dim = shape.num_heads // kv, score_heads(shape), shape.head_dim
    width = max(32, next_power(dim * index.bits // 8))
    tile, stages = score_block(device_limits(query.device), width)
    programs = ws.part.shape[0] // kv - 1
    score_kernel[(programs, kv)](
        query, index.codes, index.scale, index.zero, index.mean, position, state.reuse,
        ws.logits, ws.part, scaling * LOG2_E,
        index.codes.stride(0), index.codes.stride(1), index.scale.stride(0), ws.logits.shape[1],
        G=group, HP=heads, D=dim, DP=max(32, next_power(dim)), ROWS=width, BITS=index.bits, BN=tile, STAGES=stages,
        ASM=not INTERPRET, num_warps=SCORE_WARPS, num_stages=stages,
    )  # fmt: skip
    subtiles = max(1, min(8, next_power(ceil_div(shape.capacity * shape.groups, 1024 * VOTE_TILE)) // 2))
    decode_vote_kernel[(ceil_div(shape.capacity, VOTE_TILE * subtiles), shape.groups)](
        ws.logits, ws.part, state.lse, state.window_start, state.reuse, ws.pick.keys, ws.pick.counts,
        ws.logits.shape[1], kv, programs, shape.num_sink, ws.pick.keys.stride(0),
        KV_EACH=kv // shape.groups, G=group, HP=heads, PP=next_power(programs), VT=VOTE_TILE, SUBTILES=subtiles,
        BINS=BINS, num_warps=VOTE_WARPS,
    )  # fmt: skip
    launch_pick(ws.pick, state.window_start, state.reuse, state.indices, shape.num_sink, shape.k)
