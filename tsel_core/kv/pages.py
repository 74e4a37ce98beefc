"""Rows of one document for several questions: each goes on in memory of its own, and no row is copied for it.

A cache in pages can be branched: a branch is the same memory, of which the system copies a page when the branch writes
to it (a private mapping). What is behind the document is so each one's own, and the document is there once. To the
kernels a branch is a tensor as any other.
"""

from __future__ import annotations

import os

import torch
from torch import Tensor

_FILES = "/proc/self/fd"


def has_pages() -> bool:
    """Whether this system has files in memory that can be mapped so."""
    return hasattr(os, "memfd_create") and os.path.isdir(_FILES)


class Pages:
    """The memory of a tensor, zero at first. Only where `has_pages`. Raises MemoryError, as an allocation would."""

    def __init__(self, shape: tuple[int, ...], dtype: torch.dtype) -> None:
        self.shape, self.dtype = shape, dtype
        self._num_bytes = max(1, dtype.itemsize * torch.Size(shape).numel())
        self._file = os.memfd_create("tsel-rows")
        try:
            os.ftruncate(self._file, self._num_bytes)
        except OSError as error:
            raise MemoryError(f"{self._num_bytes / 1e9:.1f} GB of pages") from error

    def __del__(self) -> None:
        os.close(self._file)

    def first(self) -> Tensor:
        """The tensor: what is written to it is what branches begin with."""
        return self._mapped(shared=True)

    def branch(self) -> Tensor:
        """A tensor that begins as the first one is now; what it writes is its own.

        Pages that it has not written to go on to be the first one's: its owner must not change rows that are read here.
        """
        return self._mapped(shared=False)

    def _mapped(self, *, shared: bool) -> Tensor:
        """A mapping, which takes no descriptor of its own (those of Python's `mmap` do, one each)."""
        try:
            held = torch.from_file(f"{_FILES}/{self._file}", shared, torch.Size(self.shape).numel(), dtype=self.dtype)
        except RuntimeError as error:
            raise MemoryError(f"{self._num_bytes / 1e9:.1f} GB of pages") from error
        return held.view(self.shape)
