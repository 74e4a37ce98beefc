"""Triton forms of one decode step of several sequences (reference.py): seven launches a layer, however many there are."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

import torch
from torch import Tensor

from tsel_kernels.append.triton import NewRow
from tsel_kernels.batch import triton_kernels as kernels
from tsel_kernels.batch.reference import BatchRows
from tsel_kernels.decode import triton_pick, triton_workspace
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.decode.triton import SCORE_WARPS, VOTE_TILE, VOTE_WARPS
from tsel_kernels.decode.triton_workspace import (
    DecodeWorkspace,
    as_workspace,
    attend_rows,
    score_block,
    score_heads,
)
from tsel_kernels.triton_device import INTERPRET, LOG2_E, ceil_div, device_limits, next_power

_Scratch = TypeVar("_Scratch", DecodeWorkspace, triton_pick.PickWorkspace)

# a launch may begin before the one before it has ended (as decode's do): written, compiled ahead of time, and not yet run on a
# GPU, so it is not used
_PDL = False


def batch_workspace(shape: DecodeShape, num: int, device: torch.device) -> DecodeWorkspace:
    """The scratch of a single step, once a sequence."""
    one = triton_workspace.workspace_of(shape, device, num)
    return replace(_stacked(one, num), pick=_stacked(one.pick, num))


def _stacked(scratch: _Scratch, num: int) -> _Scratch:
    """The same with every tensor once a sequence, all zeros."""
    whole: dict[str, Any] = {}
    for field in fields(scratch):
        one: Any = getattr(scratch, field.name)
        if isinstance(one, Tensor):
            whole[field.name] = one.new_zeros((num, *one.shape))
    return replace(scratch, **whole)


def batch_append_(
    qkv: Tensor,
    positions: Tensor,
    rows: BatchRows,
    out: Tensor,
    state: DecodeState | None,
    shape: DecodeShape,
    *,
    rope: tuple[Tensor, Tensor] | None,
    q_norm: Tensor | None = None,
    k_norm: Tensor | None = None,
    eps: float = 1e-6,
    theta: float = 2.0,
) -> Tensor:
    """Triton form of `reference.batch_append_`; one launch."""
    heads, kv_heads, dim = shape.num_heads, shape.num_kv_heads, shape.head_dim
    split = qkv.view(qkv.shape[0], heads + 2 * kv_heads, dim)
    cos, sin = rope if rope is not None else (qkv, qkv)
    index, nobody = rows.nobody.index, rows.nobody
    held = (index.codes, index.scale, index.zero, index.mean) if index is not None else (nobody.keys,) * 4
    kept = (state.cached_query, state.window_start, state.reuse, state.hits) if state is not None else (out,) * 4
    new = NewRow(
        split, split[:, heads:], split[:, heads + kv_heads :], q_norm if q_norm is not None else qkv,
        k_norm if k_norm is not None else qkv, cos, sin,
    )  # fmt: skip
    kernels.batch_append_kernel[(heads + kv_heads + int(state is not None), qkv.shape[0])](
        new, rows.table, (nobody.keys, nobody.values, *held), kept, positions, out,
        (shape.num_sink, shape.num_local, shape.slack), eps, theta,
        H=heads, HKV=kv_heads, D=dim, DP=next_power(dim), DR=cos.shape[-1] if rope is not None else 0, HP=next_power(heads),
        QNORM=q_norm is not None, KNORM=k_norm is not None, BITS=index.bits if index is not None else 0, STATE=state is not None,
        INTERP=INTERPRET, PDL=_PDL, launch_pdl=_PDL, num_warps=4,
    )  # fmt: skip
    return out


def batch_select_(
    query: Tensor,
    positions: Tensor,
    rows: BatchRows,
    state: DecodeState,
    shape: DecodeShape,
    workspace: object,
    *,
    scaling: float,
) -> None:
    """Triton form of `reference.batch_select_`; four launches."""
    num, kv, ws, index = query.shape[0], shape.num_kv_heads, as_workspace(workspace), rows.nobody.index
    assert index is not None
    group, heads, dim, pick = shape.num_heads // kv, score_heads(shape), shape.head_dim, ws.pick
    width = max(32, next_power(dim * index.bits // 8))
    tile, stages = score_block(device_limits(query.device), width)
    programs, capacity = ws.part.shape[1] // kv - 1, ws.logits.shape[2]
    kernels.batch_score_kernel[(programs, kv, num)](
        query, rows.table, (index.codes, index.scale, index.zero, index.mean), positions, state.reuse, ws.logits, ws.part,
        scaling * LOG2_E, capacity, ws.logits.stride(0), ws.part.stride(0),
        H=shape.num_heads, G=group, HP=heads, D=dim, DP=max(32, next_power(dim)), ROWS=width, BITS=index.bits, BN=tile, STAGES=stages,
        ASM=not INTERPRET, num_warps=SCORE_WARPS, num_stages=stages,
    )  # fmt: skip
    subtiles = max(1, min(8, next_power(ceil_div(shape.capacity * shape.groups * num, 1024 * VOTE_TILE)) // 2))
    kernels.batch_vote_kernel[(ceil_div(shape.capacity, VOTE_TILE * subtiles), shape.groups, num)](
        ws.logits, ws.part, state.lse, state.window_start, state.reuse, pick.keys, pick.counts, capacity, programs,
        shape.num_sink, pick.keys.stride(1), ws.logits.stride(0), ws.part.stride(0), pick.keys.stride(0), pick.counts.stride(0),
        H=shape.num_heads, HKV=kv, KV_EACH=kv // shape.groups, G=group, HP=heads, PP=next_power(programs), VT=VOTE_TILE,
        SUBTILES=subtiles, BINS=triton_pick.BINS, num_warps=VOTE_WARPS,
    )  # fmt: skip
    groups, stride = pick.keys.shape[1:]
    tiles = pick.above.shape[2]
    shared = {"BT": pick.tile, "ROUNDS": pick.rounds, "BINS": triton_pick.BINS, "FINE": triton_pick.FINE}
    strides = tuple(t.stride(0) for t in (pick.keys, pick.counts, pick.bin_of_kth, pick.reach, pick.above))
    kernels.batch_count_kernel[(tiles, groups, num)](
        pick.keys, state.window_start, state.reuse, pick.counts, pick.bin_of_kth, pick.reach, pick.above, stride,
        shape.num_sink, shape.k, *strides, num_warps=triton_pick.COUNT_WARPS, **shared,
    )  # fmt: skip
    kernels.batch_place_kernel[(tiles, groups, num)](
        pick.keys, state.window_start, state.reuse, pick.counts, pick.bin_of_kth, pick.reach, pick.above, state.indices, stride,
        shape.num_sink, shape.k, *strides, state.indices.stride(0), TP=next_power(tiles), K_PAD=next_power(shape.k),
        num_warps=triton_pick.PLACE_WARPS * (1 + (tiles > 128)), **shared,
    )  # fmt: skip


def batch_attend_(
    query: Tensor,
    positions: Tensor,
    rows: BatchRows,
    out: Tensor,
    lse: Tensor,
    state: DecodeState,
    shape: DecodeShape,
    workspace: object,
    *,
    scaling: float,
) -> Tensor:
    """Triton form of `reference.batch_attend_`; two launches."""
    num, ws, kv, dim = query.shape[0], as_workspace(workspace), shape.num_kv_heads, shape.head_dim
    group, splits = shape.num_heads // kv, ws.split_out.shape[2]
    rounds = ceil_div(ceil_div(shape.num_sink + shape.k + shape.window_rows, attend_rows(shape)), splits)
    packed, padded = max(16, next_power(group)), max(16, next_power(dim))
    kernels.batch_attend_kernel[(splits, kv, num)](
        query, rows.table, (rows.nobody.keys, rows.nobody.values), state.indices, state.window_start, positions, ws.split_out,
        ws.split_lse, shape.num_sink, scaling * LOG2_E, state.indices.stride(0), state.indices.stride(1) if shape.groups > 1 else 0,
        ws.split_out.stride(0), ws.split_lse.stride(0), splits,
        H=shape.num_heads, G=group, GP=packed, K=shape.k, D=dim, DP=padded, BN=attend_rows(shape), ROUNDS=rounds,
        STAGES=1 if rounds == 1 else 2, INTERP=INTERPRET, PDL=_PDL, launch_pdl=_PDL, num_warps=4,
    )  # fmt: skip
    kernels.batch_join_kernel[(shape.num_heads, 1, num)](
        ws.split_out, ws.split_lse, out, lse, ws.split_out.stride(0), ws.split_lse.stride(0), splits,
        H=shape.num_heads, G=group, GP=packed, D=dim, DP=padded, SP=next_power(splits), PDL=_PDL, launch_pdl=_PDL,
        num_warps=8,
    )  # fmt: skip
    return out
