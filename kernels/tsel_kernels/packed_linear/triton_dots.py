"""A linear map of one row from packed weights by products of bytes: four codes and four columns an instruction.

Codes stay integers. The row becomes bytes once a program: each group of 32 columns has a step of its own, and a number is
two or three bytes of seven bits (relative to the largest of its group 2^-15, 2^-22 with three). Unpacking a word of eight
codes is then three instructions and a product of them two a term; as floats they took 24. A program keeps its bytes and
walks over tiles of weight rows; the codes of the next tile are asked for before those of the present one are used. Sums
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
"""Groups a program multiplies at a time, one a thread; longer rows are taken in slabs of as many."""
MANY_ROWS = 8192
"""Outputs of a weight from which on a tile of 8 bits is larger."""

AHEAD, AHEAD_PLAIN, PLAIN_ROWS, SPLIT = 2, 1, 4, True
"""Tiles of weights that are asked for before the one in use: of gate and up, of other weights; rows of a tile of those.

SPLIT: a long row is cut into slabs, each with programs of its own that make its bytes once; their sums are joined by a
second launch. Otherwise a program walks over the slabs and makes the bytes of all of them for a few rows of weights.
"""


@triton.jit
def _column(x_ptr, norm_ptr, cols, K: tl.constexpr, NORM: tl.constexpr):
    """x [BG, WORDS] of columns `cols`, times the norm's weight, and its squares."""
    x = tl.load(x_ptr + cols, mask=cols < K, other=0.0).to(tl.float32)
    squares = x * x
    if NORM:
        x *= tl.load(norm_ptr + cols, mask=cols < K, other=0.0).to(tl.float32)
    return x, squares


@triton.jit
def _columns(x_ptr, norm_ptr, g, first, K: tl.constexpr, WORDS: tl.constexpr, NORM: tl.constexpr):
    """Columns first + j, 8 + first + j, 16 and 24 of groups g, [BG, WORDS] each; sums of their squares [BG].

    Four tensors, not one: so a thread has all of a group, whatever order of lanes a version of Triton prefers.
    """
    cols = (g * 32 + first)[:, None] + tl.arange(0, WORDS)[None, :]
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
    """Bits of four numbers from AT on as bytes of words [1, BG, WORDS]."""
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
def _row_bytes(x_ptr, norm_ptr, g, K: tl.constexpr, BITS: tl.constexpr, TERMS: tl.constexpr, NORM: tl.constexpr):
    """Bytes of the row that meet low and high codes of the words, steps and sums of each group [BG], sums of squares [BG]."""
    low, squares = _columns(x_ptr, norm_ptr, g, 0, K, BITS, NORM)
    high, largest = low, _largest(low)
    if BITS == 4:
        high, more = _columns(x_ptr, norm_ptr, g, 4, K, BITS, NORM)
        squares += more
        largest = tl.maximum(largest, _largest(high), propagate_nan=tl.PropagateNan.ALL)
    step = tl.maximum(largest * (1.0 / (16256.0 if TERMS == 2 else 2080768.0)), 1e-30, propagate_nan=tl.PropagateNan.ALL)
    inverse = 1.0 / step
    of_low, total = _terms(low, inverse, TERMS)
    of_high = of_low
    if BITS == 4:
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
def _codes(w_ptr, n, n_ok, g, G: tl.constexpr, BITS: tl.constexpr):
    """Words [BN, BG, BITS] of rows n and groups g."""
    j = tl.arange(0, BITS)
    ptr = w_ptr + (n[:, None].to(tl.int64) * G + g[None, :])[:, :, None] * BITS + j[None, None, :]
    return tl.load(ptr, mask=(n_ok[:, None] & (g < G)[None, :])[:, :, None], other=0, eviction_policy="evict_first")


@triton.jit
def _of_groups(scale_ptr, zero_ptr, n, n_ok, g, G: tl.constexpr, ZERO: tl.constexpr):
    """Scale and zero [BN, BG] as they are stored."""
    ok = n_ok[:, None] & (g < G)[None, :]
    at = n[:, None].to(tl.int64) * G + g[None, :]
    scale = tl.load(scale_ptr + at, mask=ok, other=0.0)
    zero = scale
    if ZERO:
        zero = tl.load(zero_ptr + at, mask=ok, other=0.0)
    return scale, zero


@triton.jit
def _tile(pointers, n, n_ok, g, G: tl.constexpr, BITS: tl.constexpr, ZERO: tl.constexpr):
    """Words, scale and zero of a tile."""
    w_ptr, scale_ptr, zero_ptr = pointers
    words = _codes(w_ptr, n, n_ok, g, G, BITS)
    scale, zero = _of_groups(scale_ptr, zero_ptr, n, n_ok, g, G, ZERO)
    return words, scale, zero


@triton.jit
def _term(low, high, row_low, row_high, BITS: tl.constexpr, ASM: tl.constexpr):
    """Sums over each group [BN, BG] of codes times one byte of the row."""
    found = _dot4(low, row_low, tl.zeros_like(low), ASM)
    if BITS == 4:
        found = _dot4(high, row_high, found, ASM)
    return tl.sum(found, 2)


@triton.jit
def _group_sums(held, row, BITS: tl.constexpr, BIAS: tl.constexpr, TERMS: tl.constexpr, ZERO: tl.constexpr, ASM: tl.constexpr):
    """Sums over each group [BN, BG] of weight * x."""
    words, scale, zero = held
    of_low, of_high, step, ones = row
    low, high = words, words
    if BITS == 4:
        low, high = words & 0x0F0F0F0F, (words >> 4) & 0x0F0F0F0F
    found = _term(low, high, of_low[0], of_high[0], BITS, ASM)
    if TERMS == 3:
        found = (found << 7) + _term(low, high, of_low[1], of_high[1], BITS, ASM)
        sums = found.to(tl.float32) * 128.0 + _term(low, high, of_low[2], of_high[2], BITS, ASM).to(tl.float32)
    else:
        sums = ((found << 7) + _term(low, high, of_low[2], of_high[2], BITS, ASM)).to(tl.float32)
    sums *= step[None, :]
    if BIAS:
        sums -= BIAS * ones[None, :]
    y = scale.to(tl.float32) * sums
    if ZERO:
        y += zero.to(tl.float32) * ones[None, :]
    return y


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
    K: tl.constexpr, BITS: tl.constexpr, BIAS: tl.constexpr, BN: tl.constexpr, BG: tl.constexpr, TERMS: tl.constexpr,
    ZERO: tl.constexpr, BIASED: tl.constexpr, NORM: tl.constexpr, RESIDUAL: tl.constexpr, GATED: tl.constexpr,
    AHEAD: tl.constexpr, SPLIT: tl.constexpr, ASM: tl.constexpr, PDL: tl.constexpr,
):  # fmt: skip
    """Tiles of BN outputs, every `num_programs`-th; where a row is longer than BG groups a program has one tile.

    SPLIT: the program's slab of the row alone (second axis); sums go to out [slabs, num_out] as they are.
    """
    start_next(PDL)
    G: tl.constexpr = K // 32
    program, programs = tl.program_id(0), tl.num_programs(0)
    pointers = w_ptr, scale_ptr, zero_ptr
    g = tl.arange(0, BG)
    if SPLIT:
        g += tl.program_id(1) * BG
        out_ptr += tl.program_id(1) * num_out
    n = program * BN + tl.arange(0, BN)
    # the first weights are on their way while the kernel that makes x still runs
    held = _tile(pointers, n, n < num_out, g, G, BITS, ZERO)
    second = held
    if GATED:
        second = _tile(pointers, n + num_out, n < num_out, g, G, BITS, ZERO)
    # AHEAD 2: a tile more is on its way, for what is asked for while one tile is used does not fill the memory's latency
    later, later_second = held, second
    if AHEAD == 2:
        m, h = n, g + BG
        if G <= BG or SPLIT:
            m, h = n + programs * BN, g
        later = _tile(pointers, m, m < num_out, h, G, BITS, ZERO)
        later_second = later
        if GATED:
            later_second = _tile(pointers, m + num_out, m < num_out, h, G, BITS, ZERO)
    after_previous(PDL)
    of_low, of_high, step, ones, squares = _row_bytes(x_ptr, norm_ptr, g, K, BITS, TERMS, NORM)
    factor = 1.0
    if G <= BG or SPLIT:
        if NORM:
            factor = tl.rsqrt(tl.sum(squares, 0) / K + eps)
        row = of_low, of_high, step, ones
        for tile in tl.range(program, tiles, programs):
            n = tile * BN + tl.arange(0, BN)
            after = n + AHEAD * programs * BN
            following = _tile(pointers, after, after < num_out, g, G, BITS, ZERO)
            follows = following
            if GATED:
                follows = _tile(pointers, after + num_out, after < num_out, g, G, BITS, ZERO)
            y = tl.sum(_group_sums(held, row, BITS, BIAS, TERMS, ZERO, ASM), 1)
            up = y
            if GATED:
                up = tl.sum(_group_sums(second, row, BITS, BIAS, TERMS, ZERO, ASM), 1)
            _finish(y, up, factor, bias_ptr, res_ptr, out_ptr, n, n < num_out, BIASED, NORM, RESIDUAL, GATED)
            if AHEAD == 2:
                held, second = later, later_second
                later, later_second = following, follows
            else:
                held, second = following, follows
    else:
        acc = tl.zeros([BN, BG], tl.float32)
        acc_up = acc
        for begin in tl.range(0, G, BG):
            g = begin + tl.arange(0, BG)
            following = _tile(pointers, n, n < num_out, g + AHEAD * BG, G, BITS, ZERO)
            follows = following
            if GATED:
                follows = _tile(pointers, n + num_out, n < num_out, g + AHEAD * BG, G, BITS, ZERO)
            if begin > 0:
                of_low, of_high, step, ones, more = _row_bytes(x_ptr, norm_ptr, g, K, BITS, TERMS, NORM)
                squares += more
            row = of_low, of_high, step, ones
            acc += _group_sums(held, row, BITS, BIAS, TERMS, ZERO, ASM)
            if GATED:
                acc_up += _group_sums(second, row, BITS, BIAS, TERMS, ZERO, ASM)
            if AHEAD == 2:
                held, second = later, later_second
                later, later_second = following, follows
            else:
                held, second = following, follows
        if NORM:
            factor = tl.rsqrt(tl.sum(squares, 0) / K + eps)
        _finish(tl.sum(acc, 1), tl.sum(acc_up, 1), factor, bias_ptr, res_ptr, out_ptr, n, n < num_out, BIASED, NORM, RESIDUAL, GATED)


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


def dots_tile(width: int, bits: int, gated: bool, made: int) -> Tile:
    """Weight rows and groups (`keys`) a program takes at a time, warps; `stages`: programs a multiprocessor.

    In 8 bits larger tiles in fewer programs read a weight of many rows faster (H200: gate and up 45 us for 56, the head
    181 for 200; kernels/benchmarks/results/nvidia-h200-four-bits.md).
    """
    groups = min(MOST_GROUPS, max(4, next_power(width // GROUP)))
    warps = max(1, min(8, groups // 32))
    if bits == 8 and made >= MANY_ROWS:
        return Tile(4, groups, warps, 2)
    return Tile(2 if gated or bits == 8 else PLAIN_ROWS, groups, warps, 4)


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
    ahead: int | None = None,
    split: bool | None = None,
) -> Tensor:
    """Triton form of `reference.packed_row_linear_`; one launch, two where a long row is cut (SPLIT).

    `terms`: bytes a number of the row is made of. `ahead`: tiles that are asked for before the one in use, 1 or 2.
    """
    check_packed(weight)
    check_row_linear(row, weight, out, bias, norm, residual, gated)
    made, (_, width), bits = out.shape[0], weight.shape, weight.bits
    limits, groups = device_limits(row.device), width // GROUP
    tile = tile or dots_tile(width, bits, gated, made)
    tiles, slabs = ceil_div(made, tile.rows), ceil_div(groups, tile.keys)
    cut = slabs > 1 and norm is None and not gated and (SPLIT if split is None else split)
    most = tile.stages * limits.num_sms
    grid: tuple[int, ...] = (min(tiles, most),) if slabs == 1 else (tiles,)
    if cut:
        grid = (min(tiles, max(1, most // slabs)), slabs)
    sums = torch.empty(slabs, made, device=row.device) if cut else out  # in a capture of the graph's own memory
    packed_dots_kernel[grid](
        row, weight.words, weight.scale, weight.scale if weight.zero is None else weight.zero,
        bias if bias is not None else row, norm if norm is not None else row, residual if residual is not None else row, sums, made, tiles, eps,
        K=width, BITS=bits, BIAS=BIAS[bits], BN=tile.rows, BG=tile.keys, TERMS=terms or (3 if row.dtype == torch.float32 else 2),
        ZERO=weight.zero is not None, BIASED=bias is not None and not cut, NORM=norm is not None, RESIDUAL=residual is not None and not cut, GATED=gated,
        AHEAD=ahead or (AHEAD if gated else AHEAD_PLAIN), SPLIT=cut, ASM=not INTERPRET, PDL=limits.pdl, launch_pdl=limits.pdl, num_warps=tile.warps,
    )  # fmt: skip
    if cut:
        join_slabs_kernel[(ceil_div(made, 256),)](
            sums, bias if bias is not None else row, residual if residual is not None else row, out, made, SLABS=slabs, BN=256,
            BIASED=bias is not None, RESIDUAL=residual is not None, PDL=limits.pdl, launch_pdl=limits.pdl, num_warps=4,
        )  # fmt: skip
    return out
