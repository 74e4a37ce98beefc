"""What ends a captured step in two launches: the likeliest token by parts, then everything that follows from it.

As torch operations these are sixteen launches of a few numbers each, which a step of 3 ms pays one after another.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.next_token.reference import NOT_FINITE
from tsel_kernels.triton_device import after_previous, ceil_div, device_limits, next_power, start_next

PART = 1024
"""Logits a program compares."""


@triton.jit
def best_part_kernel(logits_ptr, best_ptr, at_ptr, num, PART: tl.constexpr, PDL: tl.constexpr):
    """The largest of PART logits and its place; a NaN counts as infinity."""
    start_next(PDL)
    after_previous(PDL)
    part = tl.program_id(0)
    n = part * PART + tl.arange(0, PART)
    x = tl.load(logits_ptr + n, mask=n < num, other=float("-inf")).to(tl.float32)
    x = tl.where(x != x, float("inf"), x)
    best, place = tl.max(x, 0, return_indices=True, return_indices_tie_break_left=True)
    tl.store(best_ptr + part, best)
    tl.store(at_ptr + part, part * PART + place)


@triton.jit
def next_token_kernel(
    best_ptr, at_ptr, parts, token_ptr, shown_ptr, pos_ptr, done_ptr, lse_ptr, full_ptr, reuse_ptr, cover_ptr, layers, heads,
    MISSING: tl.constexpr, PARTS: tl.constexpr, LP: tl.constexpr, HP: tl.constexpr, PDL: tl.constexpr,
):  # fmt: skip
    """One program: join the parts, and count the step."""
    start_next(PDL)
    after_previous(PDL)
    p, l, h = tl.arange(0, PARTS), tl.arange(0, LP), tl.arange(0, HP)
    best = tl.load(best_ptr + p, mask=p < parts, other=float("-inf"))
    at = tl.load(at_ptr + p, mask=p < parts, other=0)
    done, position = tl.load(done_ptr), tl.load(pos_ptr)
    inside = (l < layers)[:, None] & (h < heads)[None, :]
    place = l[:, None] * heads + h[None, :]
    held = tl.load(lse_ptr + place, mask=inside, other=0.0) - tl.load(full_ptr + place, mask=inside, other=0.0)
    reused = tl.load(reuse_ptr + l, mask=l < layers, other=0)
    top, first = tl.max(best, 0, return_indices=True, return_indices_tie_break_left=True)
    token = tl.sum(tl.where(p == first, at, 0), 0).to(tl.int64)
    tl.store(token_ptr, token)
    tl.store(shown_ptr, tl.where(tl.abs(top) < float("inf"), token, MISSING))
    share = tl.exp(held)
    share = tl.where(share > 1.0, 1.0, share)  # a NaN stays one
    share = tl.sum(tl.where(inside, share, 0.0), 1) / heads
    tl.store(cover_ptr + done * layers + l, tl.where(reused != 0, float("nan"), share), mask=l < layers)
    tl.store(pos_ptr, position + 1)
    tl.store(done_ptr, done + 1)


def next_token_(
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
    """Triton form of `reference.next_token_`; two launches."""
    (layers, heads), num, pdl = lse.shape, logits.numel(), device_limits(logits.device).pdl
    if not (logits.is_contiguous() and lse.is_contiguous() and full_lse.is_contiguous() and coverage.is_contiguous()):
        raise ValueError("logits, lse, full_lse and coverage must be contiguous")
    parts = ceil_div(num, PART)
    best = torch.empty(parts, device=logits.device)  # in a capture of the graph's own memory
    at = torch.empty(parts, dtype=torch.int32, device=logits.device)
    best_part_kernel[(parts,)](logits, best, at, num, PART=PART, PDL=pdl, launch_pdl=pdl, num_warps=4)
    next_token_kernel[(1,)](
        best, at, parts, token, shown, position, num_done, lse, full_lse, reuse, coverage, layers, heads,
        MISSING=NOT_FINITE, PARTS=next_power(parts), LP=next_power(layers), HP=next_power(heads), PDL=pdl, launch_pdl=pdl, num_warps=4,
    )  # fmt: skip
