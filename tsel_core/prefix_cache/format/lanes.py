"""The way of a block's bytes to where its rows will lie, a piece at a time.

Whoever fills a piece of a plain block hashes it there: the bytes are then still in the core's cache. On the way to a
GPU the piece before is copied meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Protocol

import torch
from torch import Tensor

from tsel_core.prefix_cache.format.blocks import bytes_of

# Two pieces a thread are locked in memory for a GPU, and a fresh process waits for that (0.5 ms a MB): it must not grow
# with the document. Smaller ones run more Python a byte, which the question waits for: 1.4 GB to an H100 took 70 ms in
# pieces of 12.6 MB (which these 16 MB make of 25 MB), 90 in pieces of 8.4 MB (reuse.md). A CPU (AMD EPYC, 1 MB of
# L2 a core) reads and hashes pieces of 256 KB to 8 MB equally fast.
PIECE_BYTES = 16 << 20
# More hold more locked memory, and take the interpreter from the thread that reads the question meanwhile.
GPU_THREADS = 8


def cuts(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """begin..end cut into pieces."""
    for at in range(begin, end, PIECE_BYTES):
        yield at, min(at + PIECE_BYTES, end)


def even_cuts(size: int) -> list[tuple[int, int]]:
    """0..size cut into as few pieces as PIECE_BYTES allows, all but the last of the same size."""
    step = -(-size // max(1, -(-size // PIECE_BYTES)))
    return [(at, min(at + step, size)) for at in range(0, size, step)]


class Lane(Protocol):
    """What one thread moves blocks through."""

    def pieces(self, target: Tensor, size: int) -> Iterator[memoryview]:
        """Memory for `size` bytes in order, each piece to be filled before the next is asked for.

        The first bytes become the contiguous rows `target`; those after them are wanted by nobody but the hash.
        """


class MemoryLane:
    """Rows that end in ordinary memory are read straight into their place."""

    def __init__(self, longest: int) -> None:
        self._longest = min(longest, PIECE_BYTES)
        self._spare: memoryview | None = None

    def pieces(self, target: Tensor, size: int) -> Iterator[memoryview]:
        """See Lane."""
        rows = bytes_of(target)
        for begin, end in cuts(0, len(rows)):
            yield rows[begin:end]
        for begin, end in cuts(len(rows), size):
            if self._spare is None:
                self._spare = memoryview(bytearray(self._longest))
            yield self._spare[: end - begin]


class StagedLane:
    """Two pieces of memory, locked for a GPU: one is filled while the other is on its way. `wait` until all arrived."""

    def __init__(self, longest: int, device: torch.device) -> None:
        on_gpu = device.type == "cuda"
        self._size = size = min(longest, PIECE_BYTES)
        self._buffers = [torch.empty(size, dtype=torch.uint8, pin_memory=on_gpu) for _ in range(2)]
        self._views = [bytes_of(buffer) for buffer in self._buffers]
        # one event a buffer, recorded again and again; before the first time there is nothing to wait for
        self._copied = [torch.cuda.Event() for _ in self._buffers] if on_gpu else []
        self._stream = torch.cuda.current_stream(device) if on_gpu else None
        self._turn = 0

    def pieces(self, target: Tensor, size: int) -> Iterator[memoryview]:
        """See Lane."""
        rows = target.view(torch.uint8).view(-1)
        num = rows.shape[0]
        if num == self._size:  # as most parts of a packed file: every call here holds the interpreter up
            turn = self._next()
            yield self._views[turn]
            self._send(rows, self._buffers[turn], turn)
        else:
            for begin, end in cuts(0, num):
                turn = self._next()
                yield self._views[turn][: end - begin]
                self._send(rows[begin:end], self._buffers[turn][: end - begin], turn)
        for begin, end in cuts(num, size):
            yield self._views[self._next()][: end - begin]

    def _send(self, rows: Tensor, buffer: Tensor, turn: int) -> None:
        rows.copy_(buffer, non_blocking=True)
        if self._copied:
            self._copied[turn].record(self._stream)

    def _next(self) -> int:
        """The buffer to fill; what it held has arrived."""
        self._turn = 1 - self._turn
        if self._copied and not self._copied[self._turn].query():
            self._copied[self._turn].synchronize()
        return self._turn

    def wait(self) -> None:
        """Until everything has arrived."""
        for event in self._copied:
            event.synchronize()


@contextmanager
def open_lane(device: torch.device, longest: int) -> Iterator[Lane]:
    """The lane of one thread to `device`, for blocks of up to `longest` bytes; at the end everything has arrived."""
    if device.type == "cpu":
        yield MemoryLane(longest)
        return
    with torch.cuda.device(device) if device.type == "cuda" else nullcontext():
        lane = StagedLane(longest, device)
        try:
            yield lane
        finally:
            lane.wait()
