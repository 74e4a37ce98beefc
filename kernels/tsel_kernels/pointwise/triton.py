"""Memory-bound helpers: delta correction, RMS norm with residual, SiLU product, rotation of rows."""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.triton_device import INTERPRET, ceil_div, next_power


@triton.jit(do_not_specialize=["num", "num_anchors"])
def _delta_kernel(out_ptr, anchor_ptr, offset_ptr, done_ptr, num, num_anchors, WIDTH: tl.constexpr, BC: tl.constexpr):
    """One anchor, BC columns: read the anchor's row, add the difference to the rows up to the next anchor."""
    a = tl.program_id(0)
    cols = tl.program_id(1) * BC + tl.arange(0, BC)
    ok = cols < WIDTH
    begin = tl.load(offset_ptr + a).to(tl.int64)
    end = num.to(tl.int64)
    if a + 1 < num_anchors:
        end = tl.load(offset_ptr + a + 1).to(tl.int64)
    exact = tl.load(anchor_ptr + a.to(tl.int64) * WIDTH + cols, mask=ok, other=0.0).to(tl.float32)
    delta = exact - tl.load(out_ptr + begin * WIDTH + cols, mask=ok, other=0.0).to(tl.float32)
    for t in range(begin, end):
        x = tl.load(out_ptr + t * WIDTH + cols, mask=ok, other=0.0).to(tl.float32) + delta
        tl.store(done_ptr + t * WIDTH + cols, x.to(done_ptr.dtype.element_ty), mask=ok)


def delta_correct(out: Tensor, anchor_out: Tensor, anchor_offsets: Tensor, *, into: Tensor | None = None) -> Tensor:
    """Triton form of `reference.delta_correct`; `into=out` corrects in place."""
    out, anchor_out = out.contiguous(), anchor_out.contiguous()
    done = into if into is not None else out.clone()  # the clone keeps rows before the first anchor
    num, width = out.shape[0], out.shape[1] * out.shape[2]
    block = min(1024, next_power(width))
    _delta_kernel[(anchor_out.shape[0], ceil_div(width, block))](
        out, anchor_out, anchor_offsets, done, num, anchor_out.shape[0], WIDTH=width, BC=block, num_warps=4
    )
    return done


@triton.jit
def _norm_kernel(
    x_ptr, w_ptr, out_ptr, res_ptr, x_st, out_st, res_st, eps, offset,
    C: tl.constexpr, CP: tl.constexpr, RESIDUAL: tl.constexpr, INTERP: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(0).to(tl.int64)
    cols = tl.arange(0, CP)
    ok = cols < C
    raw = tl.load(x_ptr + row * x_st + cols, mask=ok, other=0.0)
    dtype = raw.dtype
    x = raw.to(tl.float32)
    if RESIDUAL:
        x += tl.load(res_ptr + row * res_st + cols, mask=ok, other=0.0).to(tl.float32)
        tl.store(res_ptr + row * res_st + cols, x.to(res_ptr.dtype.element_ty), mask=ok)
        if not INTERP:
            x = x.to(res_ptr.dtype.element_ty).to(tl.float32)
    x = x * tl.rsqrt(tl.sum(x * x, 0) / C + eps)
    if not INTERP:
        x = x.to(dtype).to(tl.float32)
    x *= tl.load(w_ptr + cols, mask=ok, other=0.0).to(tl.float32) + offset
    tl.store(out_ptr + row * out_st + cols, x.to(out_ptr.dtype.element_ty), mask=ok)


def rms_norm_(
    hidden: Tensor, weight: Tensor, out: Tensor, *, eps: float, residual: Tensor | None = None, offset: float = 0.0
) -> Tensor:
    """Triton form of `reference.rms_norm_`."""
    num, width = hidden.shape
    res = residual if residual is not None else hidden
    _norm_kernel[(num,)](
        hidden, weight, out, res, hidden.stride(0), out.stride(0), res.stride(0), eps, offset,
        C=width, CP=next_power(width), RESIDUAL=residual is not None, INTERP=INTERPRET,
        num_warps=4 if width <= 2048 else 8,
    )  # fmt: skip
    return out


@triton.jit
def _silu_kernel(x_ptr, out_ptr, x_st, out_st, WIDTH: tl.constexpr, BC: tl.constexpr, INTERP: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    cols = tl.program_id(1) * BC + tl.arange(0, BC)
    ok = cols < WIDTH
    gate = tl.load(x_ptr + row * x_st + cols, mask=ok, other=0.0)
    dtype = gate.dtype
    gate = gate.to(tl.float32)
    up = tl.load(x_ptr + row * x_st + WIDTH + cols, mask=ok, other=0.0).to(tl.float32)
    active = gate / (1.0 + tl.exp(-gate))
    if not INTERP:
        active = active.to(dtype).to(tl.float32)
    tl.store(out_ptr + row * out_st + cols, (active * up).to(out_ptr.dtype.element_ty), mask=ok)


def silu_mul_(gate_up: Tensor, out: Tensor) -> Tensor:
    """Triton form of `reference.silu_mul_`."""
    num, width = out.shape
    block = min(1024, next_power(width))
    _silu_kernel[(num, ceil_div(width, block))](
        gate_up, out, gate_up.stride(0), out.stride(0), WIDTH=width, BC=block, INTERP=INTERPRET, num_warps=4
    )
    return out


@triton.jit(do_not_specialize=["num"])  # a kernel for all lengths
def _rotate_kernel(
    x_ptr, pos_ptr, cos_ptr, sin_ptr, out_ptr, num, x_sh, x_st, o_sh, o_st,
    D: tl.constexpr, DP: tl.constexpr, DR: tl.constexpr, BT: tl.constexpr,
):  # fmt: skip
    """BT rows of one head."""
    head = tl.program_id(1).to(tl.int64)
    t = tl.program_id(0) * BT + tl.arange(0, BT)
    cols = tl.arange(0, DP)[None, :]
    live = (t < num)[:, None]
    at = tl.load(pos_ptr + t, mask=t < num, other=0).to(tl.int64)[:, None] * DR + cols
    partner = tl.where(cols < DR // 2, cols + DR // 2, tl.where(cols < DR, cols - DR // 2, cols))
    base = x_ptr + head * x_sh + t.to(tl.int64)[:, None] * x_st
    x = tl.load(base + cols, mask=live & (cols < D), other=0.0).to(tl.float32)
    y = tl.load(base + partner, mask=live & (cols < D), other=0.0).to(tl.float32)
    c = tl.load(cos_ptr + at, mask=live & (cols < DR), other=1.0).to(tl.float32)
    s = tl.load(sin_ptr + at, mask=live & (cols < DR), other=0.0).to(tl.float32)
    turned = x * c + y * s * tl.where(cols < DR // 2, -1.0, 1.0)
    spot = out_ptr + head * o_sh + t.to(tl.int64)[:, None] * o_st + cols
    tl.store(spot, turned.to(out_ptr.dtype.element_ty), mask=live & (cols < D))


def rope_rotate(rows: Tensor, positions: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Triton form of `reference.rope_rotate`; rows [heads, T, D] may be any view with D contiguous."""
    shape, dim, num = rows.shape, rows.shape[-1], rows.shape[-2]
    rows = rows if rows.dim() == 3 and rows.stride(-1) == 1 else rows.reshape(-1, num, dim).contiguous()
    out = torch.empty(rows.shape, dtype=rows.dtype, device=rows.device)
    step = max(1, 2048 // next_power(dim))
    _rotate_kernel[(ceil_div(num, step), rows.shape[0])](
        rows, positions.contiguous(), cos, sin, out, num, rows.stride(0), rows.stride(1), out.stride(0), out.stride(1),
        D=dim, DP=next_power(dim), DR=cos.shape[-1], BT=step, num_warps=4,
    )  # fmt: skip
    return out.view(shape)


@triton.jit
def _fp8_kernel(x_ptr, out_ptr, scale_ptr, x_st, C: tl.constexpr, BC: tl.constexpr):
    """One row: its largest size, then its codes (the second reading comes from a cache)."""
    row = tl.program_id(0).to(tl.int64)
    cols = tl.arange(0, BC)
    most, damaged = tl.zeros([BC], tl.float32), tl.zeros([BC], tl.float32)
    for begin in range(0, C, BC):
        x = tl.load(x_ptr + row * x_st + begin + cols, mask=begin + cols < C, other=0.0).to(tl.float32)
        most, damaged = tl.maximum(most, tl.abs(x)), damaged + x * 0.0
    scale = tl.maximum(tl.max(most, 0), 1e-12) / 448.0 + tl.sum(damaged, 0)  # NaN where a number is not finite
    tl.store(scale_ptr + row, scale)
    for begin in range(0, C, BC):
        x = tl.load(x_ptr + row * x_st + begin + cols, mask=begin + cols < C, other=0.0).to(tl.float32)
        x = x / scale
        bits = x.to(tl.int32, bitcast=True)
        # to three bits of the mantissa, half to even: what the conversion does too, but for Triton's interpreter
        rounded = ((bits + 0x7FFFF + ((bits >> 20) & 1)) & ~0xFFFFF).to(tl.float32, bitcast=True)
        tl.store(out_ptr + row * C + begin + cols, rounded.to(tl.float8e4nv), mask=begin + cols < C)


def fp8_codes(rows: Tensor) -> tuple[Tensor, Tensor]:
    """Triton form of `reference.fp8_codes`; for GPUs of compute capability 8.9 and more."""
    num, width = rows.shape
    codes = torch.empty(num, width, dtype=torch.float8_e4m3fn, device=rows.device)
    scale = torch.empty(num, device=rows.device)
    block = min(4096, next_power(width))
    _fp8_kernel[(num,)](rows, codes, scale, rows.stride(0), C=width, BC=block, num_warps=8 if block > 1024 else 4)
    return codes, scale
