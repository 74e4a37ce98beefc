"""Host memory a GPU reads and writes directly: ordinary memory, its pages locked and mapped into the GPU's addresses.

PyTorch's own pinned allocator rounds every block up to a power of two: up to twice the memory for pools of
this size, and it keeps what is freed.
"""

from __future__ import annotations

import contextlib
from functools import lru_cache

import torch
from torch import Tensor

from tsel_kernels.protocol import Kernels

_PAGE = 4096


class HostMemory:
    """A tensor in host memory, locked for `device` when that is a GPU, until the object is gone."""

    def __init__(self, shape: tuple[int, ...], dtype: torch.dtype, device: torch.device) -> None:
        """Raises MemoryError when there is not enough, or the system lets no more be locked."""
        self._locked = 0
        size = dtype.itemsize
        for n in shape:
            size *= n
        # whole pages of our own: a page cannot be locked twice
        pages = -(-size // _PAGE) * _PAGE
        try:
            block = torch.empty(pages + _PAGE, dtype=torch.uint8)
        except RuntimeError as error:
            raise MemoryError(f"{size / 1e9:.1f} GB of host memory") from error
        begin = -block.data_ptr() % _PAGE
        self.tensor = block[begin : begin + size].view(dtype).view(shape)
        if device.type == "cuda":
            with torch.cuda.device(device):
                if int(torch.cuda.cudart().cudaHostRegister(self.tensor.data_ptr(), pages, 0)) != 0:
                    raise MemoryError(f"{size / 1e9:.1f} GB of host memory could not be locked")
            self._locked = self.tensor.data_ptr()

    def __del__(self) -> None:
        if self._locked:
            with contextlib.suppress(Exception):  # at the end of a process CUDA may be gone
                torch.cuda.synchronize()
                torch.cuda.cudart().cudaHostUnregister(self._locked)


@lru_cache(maxsize=8)
def reads_host_memory(backend_name: str, device: torch.device) -> bool:
    """Whether kernels on `device` read and write locked host memory in place, tried once on a small gather."""
    if device.type == "cpu":
        return True
    if backend_name != "triton":
        return False
    from tsel_kernels.backend import load_kernels

    try:
        return _try_gather(load_kernels(device), device)
    except Exception:  # a driver or a Triton that refuses host pointers: rows are copied instead
        return False


def _try_gather(kernels: Kernels, device: torch.device) -> bool:
    memory = HostMemory((2, 64, 32), torch.bfloat16, device)
    memory.tensor.copy_(torch.arange(2 * 64 * 32).view(2, 64, 32) % 251)
    rows = torch.tensor([[5, 63, 0], [1, 2, 40]], dtype=torch.int32, device=device)
    out = torch.empty((2, 3, 32), dtype=torch.bfloat16, device=device)
    kernels.fetch_rows_(memory.tensor, rows, out)
    expected: Tensor = torch.stack([memory.tensor[h, rows[h].cpu().long()] for h in range(2)])
    return torch.equal(out.cpu(), expected)
