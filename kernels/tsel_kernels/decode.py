"""Torch definition of one decode step's attention: append, Selection Cache decision, selection, attention.

Every function writes into tensors given to it and reads lengths from device tensors, so that its Triton form
(gpu/decode.py) can be captured in a CUDA graph. A step of one layer is
`rope_append_` -> `decode_select_` -> `decode_attend_`, with a `DecodeState` a layer and one workspace for all layers.

Source: Selection Cache of TokenSelect, arXiv:2411.02886 (reuse while the cosine of the query stays above theta).
Deviation: on a hit the window keeps its start, so rows that leave the last `num_local` stay readable, and a hit is
refused once more than `slack` rows piled up: nothing falls between the pick and the window.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from tsel_kernels.checks import check_step
from tsel_kernels.key_index import KeyIndex, quantize_keys
from tsel_kernels.reference import gathered_attention, rope_rotate, top_k_rows
from tsel_kernels.score import score_rows


@dataclass(frozen=True)
class DecodeShape:
    """Fixed sizes of a decode step: heads, rows of the cache, pick, sinks, window and the reuse slack (rows)."""

    num_heads: int
    num_kv_heads: int
    head_dim: int
    capacity: int
    k: int
    groups: int
    num_sink: int = 128
    num_local: int = 512
    slack: int = 64

    @property
    def window_rows(self) -> int:
        """Most rows the window part can hold."""
        return self.num_sink + self.num_local + self.slack


@dataclass(frozen=True)
class DecodeState:
    """What one layer remembers between steps.

    cached_query [H, D] of the last selection, window_start [1] int32, indices [1, groups, k] int32 (-1 padded),
    lse [1, H] float32 of the last score pass, reuse [1] int32 (this step reuses), hits [1] int32 (steps that reused so far).
    """

    cached_query: Tensor
    window_start: Tensor
    indices: Tensor
    lse: Tensor
    reuse: Tensor
    hits: Tensor


def decode_state(shape: DecodeShape, dtype: torch.dtype, device: torch.device) -> DecodeState:
    """A state that makes the first step select."""

    def ints(*size: int, fill: int = 0) -> Tensor:
        return torch.full(size, fill, dtype=torch.int32, device=device)

    return DecodeState(
        cached_query=torch.zeros((shape.num_heads, shape.head_dim), dtype=dtype, device=device),
        window_start=ints(1),
        indices=ints(1, shape.groups, shape.k, fill=-1),
        lse=torch.zeros((1, shape.num_heads), device=device),
        reuse=ints(1),
        hits=ints(1),
    )


def decode_workspace(shape: DecodeShape, device: torch.device) -> None:
    """The torch definitions need no workspace (the Triton ones do: gpu.decode.decode_workspace)."""


def _head_norm(rows: Tensor, weight: Tensor | None, eps: float) -> Tensor:
    """RMS norm of rows [n, D] over D when a weight [D] is given."""
    if weight is None:
        return rows.float()
    x = rows.float()
    return (x * torch.rsqrt(x.square().mean(-1, keepdim=True) + eps)).to(rows.dtype).float() * weight.float()


def rope_append_(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    position: Tensor,
    keys: Tensor,
    values: Tensor,
    index: KeyIndex | None,
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
    """Norm and rotate query [H, D] and key [Hkv, D], write key, value and index at row `position` [1], decide reuse.

    keys, values [Hkv, capacity, D]; rope = (cos, sin) [P, D or fewer]; `out` [H, D] receives the query and is
    returned. With a state: reuse = cosine(query, cached query) > theta and the window has not outgrown its slack;
    on a miss the query is cached and window_start moves to position + 1 - num_local (0 if that reaches the sinks).
    """
    check_step(out=out)
    at = int(position)
    q, k = _head_norm(query, q_norm, eps), _head_norm(key, k_norm, eps)
    if rope is not None:
        here = torch.tensor([at], device=query.device)
        q, k = rope_rotate(q[:, None], here, *rope)[:, 0], rope_rotate(k[:, None], here, *rope)[:, 0]
    out.copy_(q)
    keys[:, at] = k.to(keys.dtype)
    values[:, at] = value.to(values.dtype)
    if index is not None:
        row = quantize_keys(keys[:, at : at + 1], index.mean, index.bits)
        index.codes[:, at : at + 1], index.scale[:, at : at + 1], index.zero[:, at : at + 1] = row.codes, row.scale, row.zero
    if state is not None:
        now, then = out.float().flatten(), state.cached_query.float().flatten()
        cosine = float(now @ then / (now.norm() * then.norm()).clamp(min=1e-20))
        fits = at + 1 - int(state.window_start) <= shape.num_local + shape.slack
        hit = cosine > theta and fits
        state.reuse.fill_(int(hit))
        state.hits.add_(int(hit))
        if not hit:
            state.cached_query.copy_(out)
            begin = at + 1 - shape.num_local
            state.window_start.fill_(begin if begin > shape.num_sink else 0)
    return out


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
    """Select rows for query [H, D] at `position` [1] from the index [Hkv, capacity] unless the state says reuse.

    Candidates are rows num_sink .. window_start - 1; votes are probabilities of the softmax over all rows up to
    the position. Writes state.indices and lse.
    """
    check_step(query=query)
    if int(state.reuse):
        return
    length, end = int(position) + 1, int(state.window_start)
    votes, lse = score_rows(query[None], index.narrow(length), shape.num_sink, end, groups=shape.groups, scaling=scaling)
    indices, _ = top_k_rows(votes, shape.k, shape.num_sink, state.window_start)
    state.indices.copy_(indices)
    state.lse.copy_(lse)


def decode_attend_(
    query: Tensor,
    keys: Tensor,
    values: Tensor,
    position: Tensor,
    out: Tensor,
    lse: Tensor,
    state: DecodeState,
    shape: DecodeShape,
    workspace: object,
    *,
    scaling: float,
    rope: tuple[Tensor, Tensor] | None = None,
) -> Tensor:
    """Exact attention of query [H, D] over sinks, state.indices and rows window_start..position of the cache.

    `out` [H, D] and `lse` [H] float32 are written; `out` is returned. With `rope`: compact positions, as in
    `gathered_attention`.
    """
    check_step(query=query, out=out)
    result, norm = gathered_attention(
        query[None], int(position), keys, values, state.indices, state.window_start,
        block_size=1, num_sink=shape.num_sink, scaling=scaling, rope=rope,
    )  # fmt: skip
    out.copy_(result[0])
    lse.copy_(norm[0])
    return out
