"""Torch definition of one decode step of several sequences, each with rows of its own somewhere in memory.

The step of a layer is `batch_append_` -> `batch_select_` -> `batch_attend_`, what `rope_append_`, `decode_select_` and
`decode_attend_` are for one sequence. A `DecodeState` has one entry a sequence here (window_start, reuse, hits [B],
cached_query [B, H, D], indices [B, groups, k], lse [B, H]). The Triton forms (triton.py) find the rows by the
table, so that a captured step serves any sequences.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from tsel_kernels.append.reference import rope_append_
from tsel_kernels.decode.reference import decode_attend_, decode_select_
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.key_index import KeyIndex

UNIT = 16
"""Rows and addresses are counted in as many elements, so that a compiler knows how they are aligned."""
COLUMNS = 8
"""Of a table: where keys, values, codes, scale, zero and mean begin, rows reserved; one is free."""
LEAST_ROWS = 256
"""Rows that a sequence has at least: the score kernel reads whole tiles of the index."""


@dataclass(frozen=True)
class HeldRows:
    """Keys, values [Hkv, capacity, D] of a sequence in a layer, and their index where steps select."""

    keys: Tensor
    values: Tensor
    index: KeyIndex | None = None

    @property
    def fits(self) -> bool:
        """Whether a table can say where they are."""
        index = () if self.index is None else (self.index.codes, self.index.scale, self.index.zero)
        whole = all(t.is_contiguous() and t.shape[1] == self.keys.shape[1] for t in (self.keys, self.values, *index))
        return whole and self.keys.shape[1] % UNIT == 0


@dataclass
class BatchRows:
    """The rows of B sequences in one layer. `table` [B, COLUMNS] int64 says where they lie, from those of `nobody`.

    Places without a sequence show `nobody`'s rows, which everybody may write.
    """

    nobody: HeldRows
    table: Tensor
    held: list[HeldRows]

    @classmethod
    def empty(cls, nobody: HeldRows, table: Tensor) -> BatchRows:
        """Places for as many sequences as the table has, all free."""
        rows = cls(nobody, table, [nobody] * table.shape[0])
        table.copy_(torch.tensor(rows.place(nobody), device=table.device))
        return rows

    def place(self, held: HeldRows) -> list[int]:
        """The line of the table for these rows. Raises ValueError when it cannot say where they are."""
        pairs = list(zip(_tensors(held), _tensors(self.nobody), strict=True))
        found = []
        for tensor, first in pairs:
            away = tensor.data_ptr() - first.data_ptr()
            if away % (UNIT * tensor.element_size()) or tensor.dtype != first.dtype:
                raise ValueError("rows of a sequence must begin where its batch can address them")
            found.append(away // (UNIT * tensor.element_size()))
        return [*found, *[0] * (COLUMNS - 2 - len(found)), held.keys.shape[1] // UNIT, 0]


def _tensors(held: HeldRows) -> tuple[Tensor, ...]:
    index = held.index
    both = held.keys, held.values
    return both if index is None else (*both, index.codes, index.scale, index.zero, index.mean)


def state_of(state: DecodeState, at: int) -> DecodeState:
    """The state of one sequence, as a step of its own takes it."""
    one = slice(at, at + 1)
    return DecodeState(
        state.cached_query[at], state.window_start[one], state.indices[one], state.lse[one], state.reuse[one], state.hits[one]
    )


def batch_state(shape: DecodeShape, num: int, dtype: torch.dtype, device: torch.device) -> DecodeState:
    """States of `num` sequences that make their first step select."""
    return DecodeState(
        torch.zeros((num, shape.num_heads, shape.head_dim), dtype=dtype, device=device),
        torch.zeros(num, dtype=torch.int32, device=device),
        torch.full((num, shape.groups, shape.k), -1, dtype=torch.int32, device=device),
        torch.zeros((num, shape.num_heads), device=device),
        torch.zeros(num, dtype=torch.int32, device=device),
        torch.zeros(num, dtype=torch.int32, device=device),
    )


def batch_workspace(shape: DecodeShape, num: int, device: torch.device) -> None:
    """The torch definitions need no workspace."""


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
    """`rope_append_` of qkv [B, (H + 2 Hkv) * D], each row at its own of `positions` [B]; out [B, H, D] is returned."""
    heads, kv_heads = shape.num_heads, shape.num_kv_heads
    split = qkv.view(qkv.shape[0], heads + 2 * kv_heads, shape.head_dim)
    for at, new in enumerate(split):
        held = rows.held[at]
        rope_append_(
            new[:heads], new[heads : heads + kv_heads], new[heads + kv_heads :], positions[at : at + 1], held.keys, held.values,
            held.index, out[at], None if state is None else state_of(state, at), shape,
            rope=rope, q_norm=q_norm, k_norm=k_norm, eps=eps, theta=theta,
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
    """`decode_select_` of query [B, H, D], each sequence from its own index."""
    for at, one in enumerate(query):
        index = rows.held[at].index
        assert index is not None
        own = replace(shape, capacity=rows.held[at].keys.shape[1])
        decode_select_(one, index, positions[at : at + 1], state_of(state, at), own, workspace, scaling=scaling)


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
    """`decode_attend_` of query [B, H, D] into out [B, H, D], lse [B, H] float32; out is returned."""
    for at, one in enumerate(query):
        held = rows.held[at]
        decode_attend_(
            one, held.keys, held.values, positions[at : at + 1], out[at], lse[at], state_of(state, at), shape, workspace, scaling=scaling
        )
    return out

