"""Torch definition of one decode step: selection and attention.

Every function writes into tensors given to it and reads lengths from device tensors, so that its Triton form
(triton.py, triton_attend.py) can be captured in a CUDA graph. A step of one layer is
`rope_append_` (append/reference.py) -> `decode_select_` -> `decode_attend_`, with a `DecodeState` a layer and one workspace for all layers.

Source: Selection Cache of TokenSelect, arXiv:2411.02886 (reuse while the cosine of the query stays above theta).
Deviation: on a hit the window keeps its start, so rows that leave the last `num_local` stay readable, and a hit is
refused once more than `slack` rows piled up: nothing falls between the pick and the window.
"""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.attention.reference import gathered_attention
from tsel_kernels.checks import check_step
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.key_index import KeyIndex
from tsel_kernels.score.reference import score_rows
from tsel_kernels.top_k.reference import top_k_rows


def decode_workspace(shape: DecodeShape, device: torch.device) -> None:
    """The torch definitions need no workspace (the Triton ones do: triton_workspace.py)."""


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
