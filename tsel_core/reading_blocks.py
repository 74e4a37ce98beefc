"""Blocks of a file read and written at offsets, by several threads."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
from torch import Tensor

_WORKERS = max(1, min(32, os.cpu_count() or 1))  # hashing takes longest, and all cores do it
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


class Staging:
    """Buffers of one thread between a file and a device [size] uint8.

    For a GPU there are two, in pinned memory: a block is read and checked while the one before is on its way.
    """

    def __init__(self, size: int, device: torch.device) -> None:
        self.device = device
        on_gpu = device.type == "cuda"
        self._buffers = [torch.empty(size, dtype=torch.uint8, pin_memory=on_gpu) for _ in range(self.count(device))]
        self._sent: list[Any] = [None] * len(self._buffers)
        self._turn = 0

    @staticmethod
    def count(device: torch.device) -> int:
        """Buffers of a thread for a device."""
        return 2 if device.type == "cuda" else 1

    def take(self) -> Tensor:
        """A buffer to fill; what it held has arrived."""
        self._turn = (self._turn + 1) % len(self._buffers)
        if self._sent[self._turn] is not None:
            self._sent[self._turn].synchronize()
        return self._buffers[self._turn]

    def send(self, rows: Tensor, target: Tensor) -> None:
        """Copy rows, a view of the buffer taken last, to target on the device, without waiting for a GPU."""
        if self.device.type != "cuda":
            target.copy_(rows)
            return
        with torch.cuda.device(self.device):
            target.copy_(rows, non_blocking=True)
            self._sent[self._turn] = torch.cuda.Event()
            self._sent[self._turn].record()

    def wait(self) -> None:
        """Until all that was sent has arrived."""
        for event in self._sent:
            if event is not None:
                event.synchronize()


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
