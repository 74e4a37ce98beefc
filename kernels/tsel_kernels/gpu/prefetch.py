"""Ask for bytes that will be read soon: the memory bus idles while a decode step picks its rows, the L2 cache has room."""

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor

from tsel_kernels.gpu.device import INTERPRET, ceil_div

LINE = 128  # bytes of an L2 line


@triton.jit
def prefetch_kernel(x_ptr, num_bytes, LINE: tl.constexpr, LINES: tl.constexpr):
    """LINES lines of memory; past the end the last byte is asked for again."""
    at = (tl.program_id(0) * LINES + tl.arange(0, LINES)).to(tl.int64) * LINE
    place = x_ptr.to(tl.int64) + tl.minimum(at, num_bytes - 1)
    tl.inline_asm_elementwise(
        "prefetch.global.L2 [$1]; mov.u32 $0, 0;", "=r,l", [place], dtype=tl.int32, is_pure=False, pack=1
    )


def prefetch_(tensor: Tensor, num_bytes: int) -> None:
    """Triton form of `tsel_kernels.fused.prefetch_`; one launch that waits for nothing."""
    size = min(num_bytes, tensor.numel() * tensor.element_size())
    if size <= 0 or INTERPRET:
        return
    if not tensor.is_contiguous():
        raise ValueError(f"a tensor to prefetch must be contiguous, got strides {tensor.stride()}")
    prefetch_kernel[(ceil_div(size, LINE * 1024),)](tensor, size, LINE=LINE, LINES=1024, num_warps=4)
