"""Torch definition of a decode step's selection by bi-level attention: keys un-rotated in the cache, an index of each form."""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.bilevel.levels import HELD_PARTS, LeveledIndex
from tsel_kernels.checks import check_step
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.key_index import KeyIndex, dequantize_keys, quantize_keys
from tsel_kernels.pointwise.reference import rope_rotate
from tsel_kernels.shapes import grouped
from tsel_kernels.top_k.reference import top_k_rows


def bilevel_turn_(
    query: Tensor,
    keys: Tensor,
    position: Tensor,
    near_query: Tensor,
    far_query: Tensor,
    index: LeveledIndex,
    *,
    rope: tuple[Tensor, Tensor],
) -> None:
    """The un-rotated query [H, D] turned for near and for far rows into near_query, far_query [H, D].

    Row position [1] of the un-rotated keys [Hkv, capacity, D] is added to the index in both forms.
    """
    check_step(query=query, near_query=near_query, far_query=far_query)
    at, places = position.long(), index.places
    near_query.copy_(rope_rotate(query[:, None], at, *rope)[:, 0])
    far_query.copy_(rope_rotate(query[:, None], places.of_queries(at), *rope)[:, 0])
    row = keys.index_select(1, at)
    here = int(at)
    _store(index.near, rope_rotate(row, at, *rope), here % index.near.num_rows)
    _store(index.far, rope_rotate(row, at // places.key_group % places.key_period, *rope), here)


def _store(index: KeyIndex, row: Tensor, slot: int) -> None:
    new, spot = quantize_keys(row, index.mean, index.bits), slice(slot, slot + 1)
    index.codes[:, spot], index.scale[:, spot], index.zero[:, spot] = new.codes, new.scale, new.zero


def bilevel_select_(
    near_query: Tensor,
    far_query: Tensor,
    index: LeveledIndex,
    position: Tensor,
    state: DecodeState,
    shape: DecodeShape,
    workspace: object,
    held: Tensor,
    *,
    scaling: float,
) -> None:
    """`decode_select_` of a query in both forms [H, D]: a fresh pick into state.indices, its log-sum-exp into state.lse.

    held [HELD_PARTS, H] float32: shares of the softmax mass that sinks, pick and window hold, to be added up. Nothing is
    written where the state says reuse.
    """
    check_step(near_query=near_query, far_query=far_query)
    if int(state.reuse):
        return
    length, start = int(position) + 1, int(state.window_start)
    logits = _logits(near_query, far_query, index, length).mul_(scaling)
    lse = torch.logsumexp(logits, -1)
    share = torch.exp(logits - lse[..., None])
    at = torch.arange(length, device=share.device)
    votes = share.sum(1)[None] * ((at >= shape.num_sink) & (at < start))
    votes = votes if shape.groups > 1 else votes.sum(1, keepdim=True)
    indices, _ = top_k_rows(votes, shape.k, shape.num_sink, state.window_start)
    state.indices.copy_(indices)
    state.lse.copy_(lse.view(1, -1))
    picked = indices[0].long().expand(share.shape[0], -1)
    listed = torch.where(picked[:, None] >= 0, share.gather(-1, picked.clamp(min=0)[:, None].expand(-1, share.shape[1], -1)), 0.0)
    edges = share[..., : min(shape.num_sink, start)].sum(-1) + share[..., start:].sum(-1)
    held.zero_()
    held[HELD_PARTS - 1] = (listed.sum(-1) + edges).flatten()


def _logits(near_query: Tensor, far_query: Tensor, index: LeveledIndex, length: int) -> Tensor:
    """Unscaled logits [Hkv, G, length] of a query at the last row."""
    kv_heads, begin = index.far.num_kv_heads, max(0, length - index.reach)
    far = grouped(far_query[None], kv_heads) @ dequantize_keys(index.far.narrow(length)).transpose(-1, -2)
    slots = torch.arange(begin, length, device=far.device) % index.near.num_rows
    near, ring = grouped(near_query[None], kv_heads), index.near
    rows = dequantize_keys(KeyIndex(ring.codes[:, slots], ring.scale[:, slots], ring.zero[:, slots], ring.mean))
    far[..., begin:] = near @ rows.transpose(-1, -2)
    return far
