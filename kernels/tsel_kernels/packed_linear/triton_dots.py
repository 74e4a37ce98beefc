"""A linear map of one row from packed weights by products of bytes: four codes and four columns an instruction.

Codes stay integers. The row becomes bytes once a program: each group of 32 columns has a step of its own, and a number is
two or three bytes of seven bits (relative to the largest of its group 2^-15, 2^-22 with three). Unpacking a word of eight
codes is then three instructions and a product of them two a term; as floats they took 24. A program keeps its bytes and
walks over tiles of weight rows; the codes of the next tile are asked for before those of the present one are used. A long
row is cut into slabs of groups, each with programs of its own, so that nobody makes the bytes of more than a slab. Sums
have one order: the result is the same on every run.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.checks import check_packed, check_row_linear
from tsel_kernels.packed_weight import BIAS, GROUP, PackedWeight
from tsel_kernels.triton_device import INTERPRET, Tile, after_previous, ceil_div, device_limits, next_power, start_next

MOST_GROUPS = 128
"""Groups of a slab where a row is cut, one a thread; rows of up to twice as many, and those with a norm, stay whole."""
MANY_ROWS = 3072
"""Outputs of a weight from which on a tile has eight rows, not four (measured: 3,584 and more)."""


@triton.jit
def _column(x_ptr, norm_ptr, cols, K: tl.constexpr, NORM: tl.constexpr):
    """x [BG, 4] of columns `cols`, times the norm's weight, and its squares."""
    x = tl.load(x_ptr + cols, mask=cols < K, other=0.0).to(tl.float32)
    squares = x * x
    if NORM:
        x *= tl.load(norm_ptr + cols, mask=cols < K, other=0.0).to(tl.float32)
    return x, squares


@triton.jit
def _columns(x_ptr, norm_ptr, g, first, K: tl.constexpr, NORM: tl.constexpr):
    """Columns first + j, 8 + first + j, 16 and 24 of groups g, [BG, 4] each; sums of their squares [BG].

    Four tensors, not one: so a thread has all of a group, whatever order of lanes a version of Triton prefers.
    """
    cols = (g * 32 + first)[:, None] + tl.arange(0, 4)[None, :]
    a, of_a = _column(x_ptr, norm_ptr, cols, K, NORM)
    b, of_b = _column(x_ptr, norm_ptr, cols + 8, K, NORM)
    c, of_c = _column(x_ptr, norm_ptr, cols + 16, K, NORM)
    d, of_d = _column(x_ptr, norm_ptr, cols + 24, K, NORM)
    return (a, b, c, d), tl.sum(of_a + of_b + of_c + of_d, 1)


@triton.jit
def _largest(x):
    """The largest size in each group [BG]; NaN where one is not finite."""
    a, b, c, d = x
    sizes = tl.maximum(tl.maximum(tl.abs(a), tl.abs(b)), tl.maximum(tl.abs(c), tl.abs(d)))
    return tl.max(sizes, 1) + tl.sum(a * 0.0 + b * 0.0 + c * 0.0 + d * 0.0, 1)


@triton.jit
def _whole(x, inverse):
    """x in steps, int32, half to even."""
    magic = 12582912.0  # 1.5 * 2^23: the sum's last bits are the whole number
    return (x * inverse[:, None] + magic).to(tl.int32, bitcast=True) - 0x4B400000


@triton.jit
def _bytes(whole, AT: tl.constexpr, MASK: tl.constexpr):
    """Bits of four numbers from AT on as bytes of words [1, BG, 4]."""
    a, b, c, d = whole
    a, b, c, d = (a >> AT) & MASK, (b >> AT) & MASK, (c >> AT) & MASK, (d >> AT) & MASK
    return ((a | (b << 8)) | ((c << 16) | (d << 24)))[None, :, :]


@triton.jit
def _terms(x, inverse, TERMS: tl.constexpr):
    """Bytes of the numbers in steps, coarsest first (the second is the third again where there are two); their sums [BG]."""
    a, b, c, d = x
    a, b, c, d = _whole(a, inverse), _whole(b, inverse), _whole(c, inverse), _whole(d, inverse)
    whole = a, b, c, d
    low = _bytes(whole, 0, 127)
    middle = low
    if TERMS == 3:
        middle = _bytes(whole, 7, 127)
    return (_bytes(whole, 7 * (TERMS - 1), 255), middle, low), tl.sum(a + b + c + d, 1)


@triton.jit
def _row_bytes(x_ptr, norm_ptr, g, K: tl.constexpr, TERMS: tl.constexpr, NORM: tl.constexpr):
    """Bytes of the row that meet low and high codes of the words, steps and sums of each group [BG], sums of squares [BG]."""
    low, squares = _columns(x_ptr, norm_ptr, g, 0, K, NORM)
    high, more = _columns(x_ptr, norm_ptr, g, 4, K, NORM)
    squares += more
    largest = tl.maximum(_largest(low), _largest(high), propagate_nan=tl.PropagateNan.ALL)
    step = tl.maximum(largest * (1.0 / (16256.0 if TERMS == 2 else 2080768.0)), 1e-30, propagate_nan=tl.PropagateNan.ALL)
    inverse = 1.0 / step
    of_low, total = _terms(low, inverse, TERMS)
    of_high, others = _terms(high, inverse, TERMS)
    total += others
    return of_low, of_high, step, step * total.to(tl.float32), squares


@triton.jit
def _dot4(codes, row, acc, ASM: tl.constexpr):
    """acc + products of four unsigned bytes of `codes` with four signed ones of `row`."""
    if ASM:
        acc = tl.inline_asm_elementwise("dp4a.u32.s32 $0, $1, $2, $3;", "=r,r,r,r", [codes, row, acc], dtype=tl.int32, is_pure=True, pack=1)
    else:
        for i in tl.static_range(4):
            acc += ((codes >> (8 * i)) & 255) * ((row << (24 - 8 * i)) >> 24)
    return acc


@triton.jit
def _weight_row(pointers, n, inside, g, G: tl.constexpr, BITS: tl.constexpr, ZERO: tl.constexpr):
    """Words of row n [1] that hold the low and the high codes [1, BG, 4], scale and zero [1, BG]: a thread has all of its group.

    With 8 bits low and high are halves of the group's words, with 4 halves of their bytes.
    """
    w_ptr, scale_ptr, zero_ptr = pointers
    here = inside[:, None] & (g < G)[None, :]
    at = n[:, None].to(tl.int64) * G + g[None, :]
    ptr = w_ptr + at[:, :, None] * BITS + tl.arange(0, 4)[None, None, :]
    low = tl.load(ptr, mask=here[:, :, None], other=0, eviction_policy="evict_first")
    high = low
    if BITS == 8:
        high = tl.load(ptr + 4, mask=here[:, :, None], other=0, eviction_policy="evict_first")
    scale = tl.load(scale_ptr + at, mask=here, other=0.0)
    zero = scale
    if ZERO:
        zero = tl.load(zero_ptr + at, mask=here, other=0.0)
    return low, high, scale, zero


@triton.jit
def _four(pointers, n, up, num_out, g, G: tl.constexpr, BITS: tl.constexpr, ZERO: tl.constexpr, PAIR: tl.constexpr):
    """Rows n .. n + 3 of the weight, `up` rows further on; PAIR: n, n + 1 and the same two `up` rows on."""
    if PAIR:
        a = _weight_row(pointers, n, n < num_out, g, G, BITS, ZERO)
        b = _weight_row(pointers, n + 1, n + 1 < num_out, g, G, BITS, ZERO)
        c = _weight_row(pointers, n + up, n < num_out, g, G, BITS, ZERO)
        d = _weight_row(pointers, n + 1 + up, n + 1 < num_out, g, G, BITS, ZERO)
    else:
        a = _weight_row(pointers, n + up, n < num_out, g, G, BITS, ZERO)
        b = _weight_row(pointers, n + 1 + up, n + 1 < num_out, g, G, BITS, ZERO)
        c = _weight_row(pointers, n + 2 + up, n + 2 < num_out, g, G, BITS, ZERO)
        d = _weight_row(pointers, n + 3 + up, n + 3 < num_out, g, G, BITS, ZERO)
    return a, b, c, d


@triton.jit
def _eight(
    pointers, first, num_out, g,
    G: tl.constexpr, BITS: tl.constexpr, ZERO: tl.constexpr, GATED: tl.constexpr, FOURS: tl.constexpr,
):  # fmt: skip
    """The rows of a tile from `first` on: one four, or two (the second is the first again where there is one)."""
    n = first + tl.arange(0, 1)
    if GATED and FOURS == 1:
        one = _four(pointers, n, num_out, num_out, g, G, BITS, ZERO, True)
    else:
        one = _four(pointers, n, 0, num_out, g, G, BITS, ZERO, False)
    two = one
    if FOURS == 2:
        if GATED:
            two = _four(pointers, n, num_out, num_out, g, G, BITS, ZERO, False)
        else:
            two = _four(pointers, n + 4, 0, num_out, g, G, BITS, ZERO, False)
    return one, two


@triton.jit
def _term(low, high, row_low, row_high, ASM: tl.constexpr):
    """Sums over each group [1, BG] of codes times one byte of the row."""
    return tl.sum(_dot4(high, row_high, _dot4(low, row_low, tl.zeros_like(low), ASM), ASM), 2)


@triton.jit
def _group_sums(held, row, BITS: tl.constexpr, BIAS: tl.constexpr, TERMS: tl.constexpr, ZERO: tl.constexpr, ASM: tl.constexpr):
    """Sums over each group [1, BG] of weight * x."""
    low, high, scale, zero = held
    of_low, of_high, step, ones = row
    if BITS == 4:
        low, high = low & 0x0F0F0F0F, (low >> 4) & 0x0F0F0F0F
    found = _term(low, high, of_low[0], of_high[0], ASM)
    if TERMS == 3:
        found = (found << 7) + _term(low, high, of_low[1], of_high[1], ASM)
        sums = found.to(tl.float32) * 128.0 + _term(low, high, of_low[2], of_high[2], ASM).to(tl.float32)
    else:
        sums = ((found << 7) + _term(low, high, of_low[2], of_high[2], ASM)).to(tl.float32)
    sums *= step[None, :]
    if BIAS:
        sums -= BIAS * ones[None, :]
    y = scale.to(tl.float32) * sums
    if ZERO:
        y += zero.to(tl.float32) * ones[None, :]
    return y


@triton.jit
def _four_sums(held, row, BITS: tl.constexpr, BIAS: tl.constexpr, TERMS: tl.constexpr, ZERO: tl.constexpr, ASM: tl.constexpr):
    """`_group_sums` of four rows [1, BG, 2, 2]: row 2 j + i stands at [.., i, j]."""
    a, b, c, d = held
    a, b = _group_sums(a, row, BITS, BIAS, TERMS, ZERO, ASM), _group_sums(b, row, BITS, BIAS, TERMS, ZERO, ASM)
    c, d = _group_sums(c, row, BITS, BIAS, TERMS, ZERO, ASM), _group_sums(d, row, BITS, BIAS, TERMS, ZERO, ASM)
    return tl.join(tl.join(a, b), tl.join(c, d))


@triton.jit
def _finish(
    y, up, factor, bias_ptr, res_ptr, out_ptr, n, n_ok,
    BIASED: tl.constexpr, NORM: tl.constexpr, RESIDUAL: tl.constexpr, GATED: tl.constexpr,
):  # fmt: skip
    """What follows a product, and the store."""
    if NORM:
        y *= factor
    if BIASED:
        y += tl.load(bias_ptr + n, mask=n_ok, other=0.0).to(tl.float32)
    if GATED:
        y = y / (1.0 + tl.exp(-y)) * (up * factor)
    if RESIDUAL:
        y += tl.load(res_ptr + n, mask=n_ok, other=0.0).to(tl.float32)
    tl.store(out_ptr + n, y.to(out_ptr.dtype.element_ty), mask=n_ok)


@triton.jit
def packed_dots_kernel(
    x_ptr, w_ptr, scale_ptr, zero_ptr, bias_ptr, norm_ptr, res_ptr, out_ptr, num_out, tiles, eps,
    K: tl.constexpr, BITS: tl.constexpr, BIAS: tl.constexpr, BG: tl.constexpr, FOURS: tl.constexpr, TERMS: tl.constexpr,
    ZERO: tl.constexpr, BIASED: tl.constexpr, NORM: tl.constexpr, RESIDUAL: tl.constexpr, GATED: tl.constexpr,
    ASM: tl.constexpr, PDL: tl.constexpr,
):  # fmt: skip
    """Tiles of outputs, every `num_programs`-th, over the groups of the program's slab (second axis).

    A tile's rows are summed over the groups of each thread one after another, and over the threads all at once: that
    is what a program waits for. Sums of slab i go to row i of out [slabs, num_out].
    """
    start_next(PDL)
    G: tl.constexpr = K // 32
    OUTS: tl.constexpr = 4 * FOURS // 2 if GATED else 4 * FOURS
    program, programs, slab = tl.program_id(0), tl.num_programs(0), tl.program_id(1)
    pointers = w_ptr, scale_ptr, zero_ptr
    g = slab * BG + tl.arange(0, BG)
    out_ptr += slab * num_out
    # the first weights are on their way while the kernel that makes x still runs
    held, second = _eight(pointers, program * OUTS, num_out, g, G, BITS, ZERO, GATED, FOURS)
    after_previous(PDL)
    of_low, of_high, step, ones, squares = _row_bytes(x_ptr, norm_ptr, g, K, TERMS, NORM)
    factor = 1.0
    if NORM:
        factor = tl.rsqrt(tl.sum(squares, 0) / K + eps)
    row = of_low, of_high, step, ones
    o = tl.arange(0, OUTS)
    for tile in tl.range(program, tiles, programs):
        following, follows = _eight(pointers, (tile + programs) * OUTS, num_out, g, G, BITS, ZERO, GATED, FOURS)
        y = _four_sums(held, row, BITS, BIAS, TERMS, ZERO, ASM)
        if FOURS == 2:
            y = tl.join(y, _four_sums(second, row, BITS, BIAS, TERMS, ZERO, ASM))
        y = tl.sum(y, 1)
        if GATED:
            y, up = tl.split(y)
            y, up = tl.reshape(y, [OUTS]), tl.reshape(up, [OUTS])
        else:
            y = tl.reshape(y, [OUTS])
            up = y
        # where each of them stands (`_four_sums`): [i, j] or [i, j, k], the last of a gated map split off
        place = o
        if OUTS == 8:
            place = o // 4 + o // 2 % 2 * 2 + o % 2 * 4
        elif OUTS == 4:
            place = o // 2 + o % 2 * 2
        n = tile * OUTS + place
        _finish(y, up, factor, bias_ptr, res_ptr, out_ptr, n, n < num_out, BIASED, NORM, RESIDUAL, GATED)
        held, second = following, follows


@triton.jit
def join_slabs_kernel(
    part_ptr, bias_ptr, res_ptr, out_ptr, num_out, SLABS: tl.constexpr, BN: tl.constexpr,
    BIASED: tl.constexpr, RESIDUAL: tl.constexpr, PDL: tl.constexpr,
):  # fmt: skip
    """Sums of the slabs [SLABS, num_out] in their order, and what follows a product."""
    start_next(PDL)
    n = tl.program_id(0) * BN + tl.arange(0, BN)
    ok = n < num_out
    after_previous(PDL)
    y = tl.load(part_ptr + n, mask=ok, other=0.0)
    for slab in tl.static_range(1, SLABS):
        y += tl.load(part_ptr + slab * num_out + n, mask=ok, other=0.0)
    _finish(y, y, 1.0, bias_ptr, res_ptr, out_ptr, n, ok, BIASED, False, RESIDUAL, False)


def dots_tile(width: int, bits: int, gated: bool, made: int, whole: bool) -> Tile:
    """Rows (4 or 8) and groups (`keys`) a program takes at a time, warps; `stages`: programs a multiprocessor.

    `whole`: the row must not be cut into slabs. Eight rows in four programs write 5 % faster than four rows in four at the
    Qwen2-7B shape (H200; kernels/benchmarks/results/nvidia-h200-four-bits.md); with 8 bits registers leave room for three.
    """
    groups = max(4, next_power(width // GROUP))
    if not whole and width // GROUP > 2 * MOST_GROUPS:
        groups = MOST_GROUPS
    warps = max(1, min(16, groups // 32))
    rows = 8 if made >= MANY_ROWS else 4
    programs = 3 if bits == 8 and rows == 8 else 4
    return Tile(rows, groups, warps, max(1, 4 * programs // max(4, warps)))


def packed_row_linear_(
    row: Tensor,
    weight: PackedWeight,
    out: Tensor,
    *,
    bias: Tensor | None = None,
    norm: Tensor | None = None,
    eps: float = 1e-6,
    residual: Tensor | None = None,
    gated: bool = False,
    tile: Tile | None = None,
    terms: int | None = None,
) -> Tensor:
    """Triton form of `reference.packed_row_linear_`; one launch, and one to join the slabs where a row is cut.

    `terms`: bytes a number of the row is made of. `tile`: see `dots_tile`.
    """
    check_packed(weight)
    check_row_linear(row, weight, out, bias, norm, residual, gated)
    made, (_, width), bits = out.shape[0], weight.shape, weight.bits
    limits, whole = device_limits(row.device), norm is not None or gated
    tile = tile or dots_tile(width, bits, gated, made, whole)
    outs, slabs = tile.rows // 2 if gated else tile.rows, ceil_div(width // GROUP, tile.keys)
    if slabs > 1 and whole:
        raise ValueError(f"a row with a norm or gate is taken whole: {tile.keys} groups of {width // GROUP}")
    tiles, cut = ceil_div(made, outs), slabs > 1
    grid = (min(tiles, max(1, tile.stages * limits.num_sms // slabs)), slabs)
    sums = torch.empty(slabs, made, device=row.device) if cut else out  # in a capture of the graph's own memory
    packed_dots_kernel[grid](
        row, weight.words, weight.scale, weight.scale if weight.zero is None else weight.zero,
        bias if bias is not None else row, norm if norm is not None else row, residual if residual is not None else row, sums, made, tiles, eps,
        K=width, BITS=bits, BIAS=BIAS[bits], BG=tile.keys, FOURS=tile.rows // 4, TERMS=terms or (3 if row.dtype == torch.float32 else 2),
        ZERO=weight.zero is not None, BIASED=bias is not None and not cut, NORM=norm is not None, RESIDUAL=residual is not None and not cut,
        GATED=gated, ASM=not INTERPRET, PDL=limits.pdl, launch_pdl=limits.pdl, num_warps=tile.warps,
    )  # fmt: skip
    if cut:
        join_slabs_kernel[(ceil_div(made, 256),)](
            sums, bias if bias is not None else row, residual if residual is not None else row, out, made, SLABS=slabs, BN=256,
            BIASED=bias is not None, RESIDUAL=residual is not None, PDL=limits.pdl, launch_pdl=limits.pdl, num_warps=4,
        )  # fmt: skip
    return out
