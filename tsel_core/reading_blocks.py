"""Blocks of a file read and written at offsets, by several threads."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
from torch import Tensor

_WORKERS = max(1, min(16, os.cpu_count() or 1))  # hashing takes longest, and all cores do it
_STAGED_BYTES = 1 << 30  # of the blocks that are in work at once


class DamagedReading(Exception):
    """The file is truncated, altered, or not a kept reading."""


def bytes_of(tensor: Tensor) -> memoryview:
    """The bytes of a contiguous CPU tensor, not copied, writable."""
    return memoryview(tensor.view(torch.uint8).numpy().data).cast("B")


def each(work: Callable[[int], Any], count: int, block_bytes: int = 0) -> list[Any]:
    """Run work(0..count-1) on several threads (files and hashes release the interpreter lock); first error wins.

    `block_bytes`: what one of them holds; there are fewer threads when that is much.
    """
    workers = max(1, min(_WORKERS, count, _STAGED_BYTES // max(1, block_bytes)))

    def one(number: int) -> Any:
        with torch.inference_mode():  # of this thread: the pools may be inference tensors
            return work(number)

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, range(count)))


class Blocks:
    """Reading and writing at offsets of one open file, from several threads."""

    def __init__(self, handle: int) -> None:
        self.handle = handle
        self._lock = threading.Lock()  # for systems without positioned reads

    def reserve(self, size: int) -> None:
        """Claim the space before writing, where the system can: a full disk is found at once."""
        if hasattr(os, "posix_fallocate") and size:
            try:
                os.posix_fallocate(self.handle, 0, size)
            except OSError as error:
                if error.errno not in (22, 38, 95):  # EINVAL, ENOSYS, EOPNOTSUPP: the file system cannot
                    raise

    def write(self, data: bytes | memoryview, offset: int) -> None:
        view = memoryview(data)
        while view:
            if hasattr(os, "pwrite"):
                done = os.pwrite(self.handle, view, offset)
            else:
                with self._lock:
                    os.lseek(self.handle, offset, os.SEEK_SET)
                    done = os.write(self.handle, view)
            view, offset = view[done:], offset + done

    def read_into(self, view: memoryview, offset: int) -> None:
        """Fill `view`; DamagedReading when the file ends before it is full."""
        while view:
            if hasattr(os, "preadv"):
                done = os.preadv(self.handle, [view], offset)
            else:
                with self._lock:
                    os.lseek(self.handle, offset, os.SEEK_SET)
                    data = os.read(self.handle, len(view))
                done = len(data)
                view[:done] = data
            if done == 0:
                raise DamagedReading("it ends too early")
            view, offset = view[done:], offset + done

    def read(self, size: int, offset: int) -> bytes:
        data = bytearray(size)
        self.read_into(memoryview(data), offset)
        return bytes(data)
