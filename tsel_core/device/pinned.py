"""Copies of a file's tensors onto a GPU through page-locked memory, which several cores fill.

A copy from other memory waits for one core of the driver's, and for every page of the file on the way: 2.4 GB/s beside
imports on an H200.
"""

from __future__ import annotations

import torch
from torch import Tensor

_BYTES, _PIECES = 32 << 20, 4  # of page-locked memory: one is filled while others are on their way


class PinnedUploads:
    """A ring of page-locked pieces for one device; on another device than a GPU of CUDA a plain copy."""

    def __init__(self, device: torch.device, num_bytes: int = _BYTES) -> None:
        self.device, self.num_bytes = device, num_bytes
        self._pieces: list[tuple[Tensor, torch.cuda.Event]] = []
        self._next = 0

    def copy(self, place: Tensor, part: Tensor) -> Tensor:
        """`place` on the device, with the values of `part` on the CPU; those of a large one may still be on their way.

        Kernels and copies that are asked for afterwards on the current stream find them.
        """
        plain = place.is_contiguous() and part.is_contiguous() and place.dtype == part.dtype
        if self.device.type != "cuda" or not plain or part.nbytes < self.num_bytes // 8:
            return place.copy_(part)
        source, target = part.reshape(-1).view(torch.uint8), place.reshape(-1).view(torch.uint8)
        for begin in range(0, source.numel(), self.num_bytes):
            free = self._free()
            if free is None:
                return place.copy_(part)
            piece, gone = free
            some = source[begin : begin + self.num_bytes]
            held = piece[: some.numel()].copy_(some)
            target[begin : begin + some.numel()].copy_(held, non_blocking=True)
            gone.record(torch.cuda.current_stream(self.device))  # of this GPU, whichever is the thread's own
        return place

    def finish(self) -> None:
        """Wait for every copy: who uses the tensors may do so on any stream."""
        for _, gone in self._pieces:
            gone.synchronize()

    def _free(self) -> tuple[Tensor, torch.cuda.Event] | None:
        """A piece of which nothing is on its way any more; None where the machine locks no more pages."""
        if len(self._pieces) < _PIECES:
            try:
                piece = torch.empty(self.num_bytes, dtype=torch.uint8, pin_memory=True)
            except RuntimeError:  # a container's limit, little memory
                if not self._pieces:
                    self.device = torch.device("cpu")  # from now on plain copies, whatever the target
                    return None
                return self._used()
            self._pieces.append((piece, torch.cuda.Event()))
            return self._pieces[-1]
        return self._used()

    def _used(self) -> tuple[Tensor, torch.cuda.Event]:
        piece, gone = self._pieces[self._next]
        self._next = (self._next + 1) % len(self._pieces)
        gone.synchronize()
        return piece, gone
