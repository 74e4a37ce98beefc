"""What the kernels of a device offer: functions with the same arguments, results and errors whoever computes them.

Letters of shapes: tsel_kernels.shapes. Every function raises ValueError on shapes, strides or dtypes that do not fit
(tsel_kernels.checks); one whose name ends in `_` writes into tensors it is given.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from tsel_kernels.batch.reference import BatchRows
from tsel_kernels.bilevel.levels import LeveledIndex, LeveledKeys, Pair
from tsel_kernels.cells.held import CellPool, Cells
from tsel_kernels.decode.state import DecodeShape, DecodeState
from tsel_kernels.fp8_rows.reference import Fp8Pool
from tsel_kernels.key_index import KeyIndex
from tsel_kernels.kv_pack.reference import PackedShape
from tsel_kernels.packed_weight import PackedWeight
from tsel_kernels.q4_rows.exact import ExactRows

Rope = tuple[Tensor, Tensor]
"""Rotary tables cos, sin [P, D or fewer], one row a position (token)."""


class PrefillKernels(Protocol):
    """A chunk of queries: anchors, votes, picks, attention, correction."""

    def causal_attention(
        self, query: Tensor, positions: Tensor, keys: Tensor, values: Tensor, *, scaling: float
    ) -> tuple[Tensor, Tensor]:
        """Exact attention of query [A, H, D] at positions [A] over keys, values [Hkv, N, D].

        Returns out [A, H, D] in the query's dtype, log-sum-exp [A, H] float32 (natural logarithm).
        """

    def candidate_lse(
        self, query: Tensor, keys: Tensor | KeyIndex, candidate_start: int, candidate_end: Tensor, *, scaling: float
    ) -> Tensor:
        """Log-sum-exp [A, H] float32 of query [A, H, D] over rows candidate_start .. candidate_end[b] - 1, end [B] int32."""

    def soft_votes(
        self,
        query: Tensor,
        lse: Tensor,
        keys: Tensor | KeyIndex,
        candidate_start: int,
        candidate_end: Tensor,
        *,
        groups: int,
        scaling: float,
        out: Tensor | None = None,
    ) -> Tensor:
        """Votes [B, groups, N] float32 (or `out`, in its dtype) of query [A, H, D] with normaliser lse [A, H]: probabilities."""

    def top_k_rows(
        self, votes: Tensor, k: int, candidate_start: int, candidate_end: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Rows [B, groups, k] int32, ascending, -1 padded, with the most of votes [B, groups, N]; the votes they hold [B, groups]."""

    def gathered_attention(
        self,
        query: Tensor,
        q_start: int,
        keys: Tensor,
        values: Tensor,
        indices: Tensor,
        window_start: Tensor,
        *,
        block_size: int,
        num_sink: int,
        scaling: float,
        rope: Rope | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Attention of query [T, H, D] from row q_start on over sinks, indices [B, groups, K] and the rows from window_start [B].

        With `rope` the cache holds un-rotated keys, turned to their rank in that list. Returns out [T, H, D], lse [T, H].
        """

    def delta_correct(
        self, out: Tensor, anchor_out: Tensor, anchor_offsets: Tensor, *, into: Tensor | None = None
    ) -> Tensor:
        """out [T, H, D] plus, for each query, the error of the anchor (anchor_out [A, H, D] at anchor_offsets [A]) at or before it."""

    def score_rows(
        self,
        query: Tensor,
        keys: Tensor | KeyIndex,
        candidate_start: int,
        candidate_end: int,
        *,
        groups: int,
        scaling: float,
    ) -> tuple[Tensor, Tensor]:
        """Votes [1, groups, N] of one query [1, H, D], and its log-sum-exp [1, H] over all rows; both float32."""


class BilevelKernels(Protocol):
    """Past the trained window: far rows stand at other positions than near ones (bilevel/levels.py)."""

    def bilevel_attention(
        self, query: Pair, positions: Tensor, keys: LeveledKeys, values: Tensor, *, scaling: float
    ) -> tuple[Tensor, Tensor]:
        """`causal_attention` of queries in both forms."""

    def bilevel_votes(
        self,
        query: Pair,
        positions: Tensor,
        keys: LeveledKeys,
        values: Tensor,
        candidate_start: int,
        candidate_end: Tensor,
        *,
        groups: int,
        scaling: float,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """`bilevel_attention` of A voters, and the votes [B, groups, N] float32 they give rows before them: out, lse, votes."""

    def bilevel_held(
        self,
        query: Pair,
        positions: Tensor,
        lse: Tensor,
        keys: LeveledKeys,
        indices: Tensor,
        window_start: Tensor,
        *,
        num_sink: int,
        scaling: float,
    ) -> Tensor:
        """Share [M, H] of the softmax mass that the list of each of M queries holds, as of `gathered_attention`'s blocks of one."""

    def bilevel_turn_(
        self,
        query: Tensor,
        keys: Tensor,
        position: Tensor,
        near_query: Tensor,
        far_query: Tensor,
        index: LeveledIndex,
        *,
        rope: Rope,
    ) -> None:
        """Un-rotated query [H, D] in both forms; row position [1] of un-rotated keys [Hkv, N, D] added to the index."""

    def bilevel_select_(
        self,
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
        """`decode_select_`, and the shares of the softmax mass that the pick holds in parts: held [HELD_PARTS, H] float32."""


class CellKernels(Protocol):
    """A chunk of queries that all vote, by cells (cells/reference.py); visible [B] int32 cells lie before a block's window."""

    def make_cells_(self, keys: Tensor, values: Tensor, cells: Cells, segments: range) -> None:
        """Cells of whole segments of keys, values [Hkv, N, D], in place."""

    def coarse_attention(
        self, query: Tensor, near: Tensor, near_lse: Tensor, cells: Cells, visible: Tensor, *, block_size: int, scaling: float
    ) -> tuple[Tensor, Tensor]:
        """near [T, H, D], near_lse [T, H] joined with every visible cell as count equal rows: out [T, H, D], lse [T, H]."""

    def cell_votes(
        self, query: Tensor, lse: Tensor, cells: Cells, visible: Tensor, *, block_size: int, scaling: float
    ) -> Tensor:
        """Votes [B, Hkv, J] float32 of all of a block's queries [T, H, D], normalised by lse [T, H], for one row of each cell."""

    def cell_pool(self, votes: Tensor, cells: Cells, visible: Tensor, num: int, room: int) -> CellPool:
        """The `num` visible cells with the most votes [B, Hkv, J], with places for `room` of their rows."""

    def cell_visitors(
        self, query: Tensor, lse: Tensor, cells: Cells, pool: Tensor, *, block_size: int, scaling: float
    ) -> tuple[Tensor, Tensor]:
        """Mean queries [B, Hkv, P, G, D] of those that voted for the cells pool [B, Hkv, P], and their votes [B, Hkv, P, G]."""

    def cell_row_votes(
        self, keys: Tensor, cells: Cells, pool: CellPool, made: Tensor, held: Tensor, *, scaling: float
    ) -> tuple[Tensor, Tensor]:
        """Votes [B, Hkv, room] of the rows [B, Hkv, room] int32 of a pool's cells by its visitors."""

    def pick_cell_rows(
        self, votes: Tensor, rows: Tensor, pool: CellPool, cells: Cells, k: int, named: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """The k rows [B, Hkv, k] with the most votes, -1 padded, and how many each cell has of them [B, Hkv, J]; int32.

        Rows `named` [B, R] come first.
        """

    def cell_attention(
        self,
        query: Tensor,
        coarse: Tensor,
        coarse_lse: Tensor,
        keys: Tensor,
        values: Tensor,
        cells: Cells,
        indices: Tensor,
        pool: Tensor,
        taken: Tensor,
        *,
        block_size: int,
        scaling: float,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """`coarse_attention` with picked rows as themselves: out [T, H, D], lse [T, H], lse of picked rows alone [T, H]."""


class CacheKernels(Protocol):
    """Rows of the cache: index, 8-bit rows, packed rows, gathers."""

    def quantize_keys(self, keys: Tensor, mean: Tensor, bits: int = 4) -> KeyIndex:
        """The low-bit index of keys [Hkv, N, D] (D even) less mean [Hkv, D]; bits 4 or 8 a dimension."""

    def append_index_(self, index: KeyIndex, keys: Tensor, start: int) -> None:
        """keys [Hkv, T, D] into rows start .. start + T - 1 of the index."""

    def fetch_rows_(self, pool: Tensor, rows: Tensor, out: Tensor) -> Tensor:
        """out [Hkv, K, D] = rows [Hkv or 1, K] int32 of pool [Hkv, N, D] (pinned host memory too); row 0 for padding."""

    def fp8_store_row_(
        self, keys: Tensor, values: Tensor, position: Tensor, key_pool: Fp8Pool, value_pool: Fp8Pool
    ) -> None:
        """Row position [1] of keys, values [Hkv, N, D] into the pools; in place it becomes what they will give back."""

    def fp8_load_rows_(
        self,
        key_pool: Fp8Pool,
        value_pool: Fp8Pool,
        indices: Tensor,
        window_start: Tensor,
        position: Tensor,
        keys: Tensor,
        values: Tensor,
        *,
        num_sink: int,
        window_rows: int,
    ) -> None:
        """Sinks, indices [1, groups, K] and rows window_start [1] .. position [1] of the pools into keys, values [Hkv, N, D]."""

    def q4_append_aimed_(self, pool: KeyIndex, rows: Tensor, start: int, aim: Tensor) -> None:
        """Rows [Hkv, T, D] from row start on of a pool in 4 bits, rounded so that products with queries are right."""

    def q4_load_rows_(self, pool: KeyIndex, begin: int, out: Tensor) -> Tensor:
        """out [Hkv, T, D] = rows begin .. begin + T - 1 of a pool in 4 bits, turned as they are."""

    def unpack_rows_(
        self,
        packed_keys: Tensor,
        packed_values: Tensor,
        digests: Tensor,
        found: Tensor,
        keys: Tensor,
        values: Tensor,
        shape: PackedShape,
    ) -> None:
        """Packed blocks [Hkv, bytes] uint8 to keys, values [Hkv, rows, D] bfloat16; zeros where found [2 Hkv] != digests."""


class StepKernels(Protocol):
    """One token: its row written, selection, attention, and what a layer does around them. Lengths are device tensors."""

    def decode_state(self, shape: DecodeShape, dtype: torch.dtype, device: torch.device) -> DecodeState:
        """A layer's memory between steps, which makes the first step select."""

    def decode_workspace(self, shape: DecodeShape, device: torch.device) -> object:
        """Scratch of `decode_select_` and `decode_attend_`, one for all layers; not for two streams at a time."""

    def rope_append_(
        self,
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
        rope: Rope | None,
        q_norm: Tensor | None = None,
        k_norm: Tensor | None = None,
        eps: float = 1e-6,
        theta: float = 2.0,
    ) -> Tensor:
        """query [H, D] normed and rotated into out [H, D]; key, value [Hkv, D] into row position [1]; reuse decided."""

    def decode_select_(
        self,
        query: Tensor,
        index: KeyIndex,
        position: Tensor,
        state: DecodeState,
        shape: DecodeShape,
        workspace: object,
        *,
        scaling: float,
    ) -> None:
        """A fresh pick for query [H, D] into state.indices and state.lse, unless the state says reuse."""

    def decode_attend_(
        self,
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
        rope: Rope | None = None,
    ) -> Tensor:
        """Attention of query [H, D] over sinks, picks and window into out [H, D], lse [H] float32; returns out."""

    def q4_rope_append_(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        position: Tensor,
        matrix: Tensor,
        sizes: Tensor | None,
        key_pool: KeyIndex,
        value_pool: KeyIndex,
        exact: tuple[ExactRows, ExactRows],
        out: Tensor,
        state: DecodeState | None,
        shape: DecodeShape,
        *,
        rope: Rope | None,
        q_norm: Tensor | None = None,
        k_norm: Tensor | None = None,
        eps: float = 1e-6,
        theta: float = 2.0,
    ) -> Tensor:
        """`rope_append_` into pools in 4 bits: keys divided, queries multiplied by sizes [Hkv, 1, D], all turned by matrix [D, D]."""

    def q4_attend_(
        self,
        query: Tensor,
        key_pool: KeyIndex,
        value_pool: KeyIndex,
        exact: tuple[ExactRows, ExactRows],
        position: Tensor,
        out: Tensor,
        lse: Tensor,
        state: DecodeState,
        shape: DecodeShape,
        workspace: object,
        *,
        scaling: float,
        back: Tensor | None = None,
    ) -> Tensor:
        """`decode_attend_` of a turned query [H, D] over pools in 4 bits and the `exact` rows; `out` turned back by `back` [D, D]."""

    def row_linear_(
        self,
        row: Tensor,
        weight: Tensor,
        out: Tensor,
        *,
        bias: Tensor | None = None,
        norm: Tensor | None = None,
        eps: float = 1e-6,
        residual: Tensor | None = None,
        gated: bool = False,
    ) -> Tensor:
        """out [N, gated N / 2] = f(weight [N, K] @ g(row [K]) + bias) + residual; g: RMS norm, f: SiLU gate."""

    def packed_row_linear_(
        self,
        row: Tensor,
        weight: PackedWeight,
        out: Tensor,
        *,
        bias: Tensor | None = None,
        norm: Tensor | None = None,
        eps: float = 1e-6,
        residual: Tensor | None = None,
        gated: bool = False,
    ) -> Tensor:
        """`row_linear_` of a weight of 4- or 8-bit codes."""

    def unpack_weight_(self, weight: PackedWeight, out: Tensor) -> Tensor:
        """out [N, K] = the numbers of a packed weight."""

    def packed_row_(self, weight: PackedWeight, token: Tensor, out: Tensor) -> Tensor:
        """out [K] = the numbers of row token[0] of a packed weight [N, K]; token [1] int64."""

    def next_token_(
        self,
        logits: Tensor,
        token: Tensor,
        shown: Tensor,
        position: Tensor,
        num_done: Tensor,
        lse: Tensor,
        full_lse: Tensor,
        reuse: Tensor,
        coverage: Tensor,
    ) -> None:
        """The end of a step: the place of the largest of logits [V] into token and shown [1] int64 (-1: not finite).

        Row num_done [1] int64 of coverage [steps, L] is what the picks of layers held by lse, full_lse [L, H] float32 (NaN
        where reuse [L] int32 is not 0); position [1] int32 and num_done go up by one.
        """

    def rms_norm_(
        self,
        hidden: Tensor,
        weight: Tensor,
        out: Tensor,
        *,
        eps: float,
        residual: Tensor | None = None,
        offset: float = 0.0,
    ) -> Tensor:
        """out [T, C] = hidden [T, C] normed, times weight [C] + offset; with a residual first residual += hidden."""

    def silu_mul_(self, gate_up: Tensor, out: Tensor) -> Tensor:
        """out [T, F] = silu(first half) * second half of gate_up [T, 2 F]."""

    def fp8_codes(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Codes [T, K] float8_e4m3fn of rows [T, K] (last stride 1) and scales [T] float32: the largest of a row becomes 448."""

    def rope_rotate(self, rows: Tensor, positions: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """rows [..., n, D] turned to positions [n] by tables cos, sin [P, D or fewer]."""


class BatchKernels(Protocol):
    """One token of each of B sequences; a DecodeState has an entry a sequence (batch/reference.py)."""

    def batch_workspace(self, shape: DecodeShape, num: int, device: torch.device) -> object:
        """Scratch of `batch_select_` and `batch_attend_` of at most `num` sequences."""

    def batch_append_(
        self,
        qkv: Tensor,
        positions: Tensor,
        rows: BatchRows,
        out: Tensor,
        state: DecodeState | None,
        shape: DecodeShape,
        *,
        rope: Rope | None,
        q_norm: Tensor | None = None,
        k_norm: Tensor | None = None,
        eps: float = 1e-6,
        theta: float = 2.0,
    ) -> Tensor:
        """`rope_append_` of qkv [B, (H + 2 Hkv) * D] at positions [B] into out [B, H, D], which is returned."""

    def batch_select_(
        self,
        query: Tensor,
        positions: Tensor,
        rows: BatchRows,
        state: DecodeState,
        shape: DecodeShape,
        workspace: object,
        *,
        scaling: float,
    ) -> None:
        """`decode_select_` of query [B, H, D]."""

    def batch_attend_(
        self,
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
        """`decode_attend_` of query [B, H, D] into out [B, H, D], lse [B, H]; returns out."""


class Kernels(PrefillKernels, BilevelKernels, CellKernels, CacheKernels, StepKernels, BatchKernels, Protocol):
    """The kernels of one device (tsel_kernels.backend.load_kernels)."""

    @property
    def name(self) -> str:
        """torch, cpu or triton."""

    @property
    def bf16_chunks(self) -> bool:
        """Whether a chunk may attend on bf16 copies of its float32 rows where that is faster (a CPU, bf16 weights)."""
