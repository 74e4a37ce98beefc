"""What the kernels need to know about the device: block shapes come from here, never from a GPU's name."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from functools import lru_cache

import torch
import triton
import triton.language as tl
from triton.language.extra import cuda as tl_cuda

INTERPRET = os.environ.get("TRITON_INTERPRET", "0") == "1"
"""True when Triton runs in its interpreter (decided before the kernels are imported)."""

LOG2_E = math.log2(math.e)


@dataclass(frozen=True)
class DeviceLimits:
    """num_sms multiprocessors, shared_bytes a block may use, wgmma: the chip has warpgroup matrix instructions.

    pdl: a kernel may start before the one ahead of it has ended (programmatic dependent launch).
    """

    num_sms: int
    shared_bytes: int
    wgmma: bool
    pdl: bool = False


@lru_cache(maxsize=16)
def _cuda_limits(ordinal: int) -> DeviceLimits:
    props = torch.cuda.get_device_properties(ordinal)
    shared = getattr(props, "shared_memory_per_block_optin", 0) or 99 * 1024
    return DeviceLimits(props.multi_processor_count, shared, props.major == 9, props.major >= 9)


def device_limits(device: torch.device) -> DeviceLimits:
    """Limits of `device`; the interpreter pretends to be a small consumer GPU."""
    if device.type != "cuda":
        return DeviceLimits(4, 99 * 1024, False)
    return _cuda_limits(device.index if device.index is not None else torch.cuda.current_device())


@triton.jit
def after_previous(PDL: tl.constexpr):
    """Wait until the kernel before has ended; what comes ahead of this call must not depend on it (weights do not).

    Every kernel of a chain of dependent launches does so before it reads or writes what others write: its end then
    implies the end of all before it.
    """
    if PDL:
        tl_cuda.gdc_wait()


@triton.jit
def start_next(PDL: tl.constexpr):
    """From here on the programs of the next kernel may start, as soon as all of this one have come so far or ended."""
    if PDL:
        tl_cuda.gdc_launch_dependents()


def next_power(value: int) -> int:
    """Smallest power of two >= value (1 for 0)."""
    return 1 << max(0, value - 1).bit_length()


def ceil_div(a: int, b: int) -> int:
    """ceil(a / b) for non-negative a."""
    return -(-a // b)


@dataclass(frozen=True)
class Tile:
    """Rows of queries and keys a program multiplies at a time, warps, pipeline stages."""

    rows: int
    keys: int
    warps: int
    stages: int


def attention_tile(limits: DeviceLimits, num_rows: int, head_dim: int, element_size: int) -> Tile:
    """Tile of an attention program: the largest whose K and V stages and queries fit in shared memory.

    128 x 64 in three stages with 8 warps: 4.08 ms for 128 anchors over 1M rows on an H100 (28/4/128 heads), against
    4.50 for 128 x 128 in two stages and 5.4 with 4 warps.
    """
    dim = max(16, next_power(head_dim))
    element_size *= element_size // 2  # float32 products run as three tf32 ones and stage both parts of an operand
    want = 128 if num_rows > 64 else 64 if num_rows > 32 else max(16, next_power(num_rows))
    choices = ((want, 64, 3), (want, 64, 2), (64, 64, 2), (64, 32, 2), (16, 32, 2), (16, 16, 1))
    for rows, keys, stages in choices:
        rows = min(rows, want)
        if (rows + 2 * stages * keys) * dim * element_size <= limits.shared_bytes - 4096 and rows * dim <= 128 * 128:
            return Tile(rows, keys, 8 if rows >= 128 else 4, stages)
    return Tile(16, 16, 4, 1)
