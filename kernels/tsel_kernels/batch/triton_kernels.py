"""The kernels of a single decode step, with the sequence as a further axis of the grid (triton.py launches them).

A program finds its sequence's rows by the table (reference.py) and goes on as the single step's does. Everything that
differs between sequences (addresses, lengths, picks) is read on the device: a captured step serves whoever is there.
"""

from __future__ import annotations

import triton
import triton.language as tl

from tsel_kernels.append.triton import append_query, append_row, decide_reuse
from tsel_kernels.batch.reference import COLUMNS, UNIT
from tsel_kernels.decode import triton_pick
from tsel_kernels.decode.triton_attend import decode_attend_kernel, decode_join_kernel
from tsel_kernels.score.triton import decode_vote_kernel, score_kernel
from tsel_kernels.triton_device import after_previous, start_next

_COLUMNS, _UNIT = tl.constexpr(COLUMNS), tl.constexpr(UNIT)


@triton.jit
def _at(first, table_ptr, b, column: tl.constexpr):
    """Where a sequence's rows begin, from where nobody's do."""
    return first + tl.load(table_ptr + b * _COLUMNS + column) * _UNIT


@triton.jit
def batch_append_kernel(
    new, table_ptr, firsts, state, pos_ptr, out_ptr, window_rows, eps, theta,
    H: tl.constexpr, HKV: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, DR: tl.constexpr, HP: tl.constexpr,
    QNORM: tl.constexpr, KNORM: tl.constexpr, BITS: tl.constexpr, STATE: tl.constexpr, INTERP: tl.constexpr,
    PDL: tl.constexpr,
):  # fmt: skip
    start_next(PDL)
    after_previous(PDL)
    program, b = tl.program_id(0), tl.program_id(1)
    at = tl.load(pos_ptr + b).to(tl.int64)
    cols = tl.arange(0, DP)
    first = b * (H + 2 * HKV)
    if program < H:
        append_query(out_ptr + b * H * D, new, first, D, program, cols, at, eps, D, DR, QNORM, INTERP)
    elif program < H + HKV:
        keys, values, codes, scale, zero, mean = firsts
        rows = tl.load(table_ptr + b * _COLUMNS + 6) * _UNIT
        width: tl.constexpr = D * BITS // 8
        index = (_at(codes, table_ptr, b, 2), _at(scale, table_ptr, b, 3), _at(zero, table_ptr, b, 4), _at(mean, table_ptr, b, 5))
        append_row(
            new, first, _at(keys, table_ptr, b, 0), _at(values, table_ptr, b, 1), index, program - H, at, cols, eps, (D, D, D),
            (rows * D, D, rows * D, D), (rows * width, width, rows), D, DP, DR, KNORM, BITS, INTERP,
        )  # fmt: skip
    elif STATE:
        cached, window, reuse, hits = state
        own = (cached + b * H * D, window + b, reuse + b, hits + b)
        decide_reuse(new, first, own, D, cols, at, eps, theta, window_rows, H, HP, D, DR, QNORM, INTERP)


@triton.jit
def batch_score_kernel(
    q_ptr, table_ptr, firsts, pos_ptr, skip_ptr, logits_ptr, part_ptr, scaling2, capacity, logits_sb, part_sb,
    H: tl.constexpr, G: tl.constexpr, HP: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, ROWS: tl.constexpr, BITS: tl.constexpr,
    BN: tl.constexpr, STAGES: tl.constexpr, ASM: tl.constexpr,
):  # fmt: skip
    b = tl.program_id(2)
    codes, scale, zero, mean = firsts
    rows = tl.load(table_ptr + b * _COLUMNS + 6) * _UNIT
    width: tl.constexpr = D * BITS // 8
    score_kernel(
        q_ptr + b * H * D, _at(codes, table_ptr, b, 2), _at(scale, table_ptr, b, 3), _at(zero, table_ptr, b, 4),
        _at(mean, table_ptr, b, 5), pos_ptr + b, skip_ptr + b, logits_ptr + b.to(tl.int64) * logits_sb, part_ptr + b * part_sb, scaling2,
        rows * width, width, rows, capacity, G, HP, D, DP, ROWS, BITS, BN, STAGES, ASM,
    )  # fmt: skip


@triton.jit
def batch_vote_kernel(
    logits_ptr, part_ptr, lse_ptr, end_ptr, skip_ptr, keys_ptr, counts_ptr, capacity, programs, start, stride_keys,
    logits_sb, part_sb, keys_sb, counts_sb,
    H: tl.constexpr, HKV: tl.constexpr, KV_EACH: tl.constexpr, G: tl.constexpr, HP: tl.constexpr, PP: tl.constexpr,
    VT: tl.constexpr, SUBTILES: tl.constexpr, BINS: tl.constexpr,
):  # fmt: skip
    b = tl.program_id(2)
    decode_vote_kernel(
        logits_ptr + b.to(tl.int64) * logits_sb, part_ptr + b * part_sb, lse_ptr + b * H, end_ptr + b, skip_ptr + b,
        keys_ptr + b.to(tl.int64) * keys_sb, counts_ptr + b * counts_sb, capacity, HKV, programs, start, stride_keys,
        KV_EACH, G, HP, PP, VT, SUBTILES, BINS,
    )  # fmt: skip


@triton.jit
def batch_count_kernel(
    keys_ptr, end_ptr, skip_ptr, counts_ptr, bin_ptr, reach_ptr, above_ptr, num_rows, start, k, keys_sb, counts_sb, bin_sb, reach_sb, above_sb,
    BT: tl.constexpr, ROUNDS: tl.constexpr, BINS: tl.constexpr, FINE: tl.constexpr,
):  # fmt: skip
    b = tl.program_id(2)
    triton_pick.count_kernel(
        keys_ptr + b.to(tl.int64) * keys_sb, end_ptr + b, skip_ptr + b, counts_ptr + b * counts_sb, bin_ptr + b * bin_sb,
        reach_ptr + b * reach_sb, above_ptr + b * above_sb, num_rows, start, k, BT, ROUNDS, BINS, FINE,
    )  # fmt: skip


@triton.jit
def batch_place_kernel(
    keys_ptr, end_ptr, skip_ptr, counts_ptr, bin_ptr, reach_ptr, above_ptr, out_ptr, num_rows, start, k,
    keys_sb, counts_sb, bin_sb, reach_sb, above_sb, out_sb,
    BT: tl.constexpr, ROUNDS: tl.constexpr, BINS: tl.constexpr, FINE: tl.constexpr, TP: tl.constexpr, K_PAD: tl.constexpr,
):  # fmt: skip
    b = tl.program_id(2)
    triton_pick.place_kernel(
        keys_ptr + b.to(tl.int64) * keys_sb, end_ptr + b, skip_ptr + b, counts_ptr + b * counts_sb, bin_ptr + b * bin_sb,
        reach_ptr + b * reach_sb, above_ptr + b * above_sb, out_ptr + b * out_sb, num_rows, start, k, BT, ROUNDS, BINS, FINE, TP, K_PAD,
    )  # fmt: skip


@triton.jit(do_not_specialize=["splits"])
def batch_attend_kernel(
    q_ptr, table_ptr, firsts, idx_ptr, window_ptr, pos_ptr, part_ptr, part_lse_ptr, num_sink, scale, idx_sb, idx_sg, part_sb, lse_sb, splits,
    H: tl.constexpr, G: tl.constexpr, GP: tl.constexpr, K: tl.constexpr, D: tl.constexpr, DP: tl.constexpr,
    BN: tl.constexpr, ROUNDS: tl.constexpr, STAGES: tl.constexpr, INTERP: tl.constexpr, PDL: tl.constexpr,
):  # fmt: skip
    b = tl.program_id(2)
    keys, values = firsts
    rows = tl.load(table_ptr + b * _COLUMNS + 6) * _UNIT
    q = q_ptr + b * H * D
    decode_attend_kernel(
        q, _at(keys, table_ptr, b, 0), _at(values, table_ptr, b, 1), idx_ptr + b * idx_sb, window_ptr + b, pos_ptr + b, q, q,
        part_ptr + b.to(tl.int64) * part_sb, part_lse_ptr + b * lse_sb, num_sink, scale, idx_sg, rows * D, D, rows * D, D, splits,
        G, GP, K, D, DP, 0, BN, ROUNDS, STAGES, INTERP, PDL,
    )  # fmt: skip


@triton.jit(do_not_specialize=["splits"])
def batch_join_kernel(
    part_ptr, part_lse_ptr, out_ptr, lse_ptr, part_sb, lse_sb, splits,
    H: tl.constexpr, G: tl.constexpr, GP: tl.constexpr, D: tl.constexpr, DP: tl.constexpr, SP: tl.constexpr,
    PDL: tl.constexpr,
):  # fmt: skip
    b = tl.program_id(2)
    decode_join_kernel(
        part_ptr + b.to(tl.int64) * part_sb, part_lse_ptr + b * lse_sb, out_ptr + b * H * D, lse_ptr + b * H, splits, G, GP, D, DP, SP, PDL
    )
