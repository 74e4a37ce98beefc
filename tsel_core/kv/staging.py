"""Staging buffers: one layer's rows in the compute dtype on the compute device, for kernels that know nothing else.

All layers of a cache share them. From host memory there are two, so that the next layer's rows arrive on a stream of
their own while this layer computes; other storages convert in place of a copy and need one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor

ReadRows = Callable[[int, Tensor, Tensor], None]
"""(begin, keys, values): copy rows begin.. into keys, values [Hkv, T, D]."""


@dataclass
class Slot:
    """A buffer: keys, values [Hkv, capacity, D], holding rows 0 .. valid - 1 of layer `layer_idx` (-1: of none)."""

    keys: Tensor
    values: Tensor
    layer_idx: int = -1
    valid: int = 0


class Staging:
    """The buffers of one cache; `num_slots` 2 copies ahead on a second stream when the device is a GPU."""

    def __init__(self, num_slots: int) -> None:
        self.num_slots = num_slots
        self.slots: list[Slot] = []
        self.stream: torch.cuda.Stream | None = None
        self._current = 0

    def allocate(self, shapes: list[tuple[int, int, int]], dtype: torch.dtype, device: torch.device) -> None:
        """Make buffers for layers with keys and values of these shapes [Hkv, capacity, D], unless they are there."""
        if self.slots and [self.slots[0].keys.shape, self.slots[0].values.shape] == shapes:
            return
        self.slots = []
        if device.type == "cuda" and self.num_slots > 1 and self.stream is None:
            self.stream = torch.cuda.Stream(device)
        for _ in range(self.num_slots):
            keys, values = (torch.empty(shape, dtype=dtype, device=device) for shape in shapes)
            if self.stream is not None:  # freed memory must wait for copies that are still on their way
                keys.record_stream(self.stream)
                values.record_stream(self.stream)
            self.slots.append(Slot(keys, values))

    def stage(self, layer_idx: int, length: int, read: ReadRows) -> Slot:
        """The buffer of a layer with its rows 0 .. length - 1 in it, ready for the current stream."""
        self._current = self._slot_of(layer_idx)
        self._fill(self.slots[self._current], layer_idx, length, read)
        self.join()
        return self.slots[self._current]

    def prefetch(self, layer_idx: int, length: int, read: ReadRows) -> None:
        """Begin to fill another buffer than the last staged one; nothing to do with a single buffer."""
        if self.num_slots > 1:
            self._fill(self.slots[1 - self._current], layer_idx, length, read)

    def _slot_of(self, layer_idx: int) -> int:
        for number, slot in enumerate(self.slots):
            if slot.layer_idx == layer_idx:
                return number
        return (self._current + 1) % len(self.slots)

    def _fill(self, slot: Slot, layer_idx: int, length: int, read: ReadRows) -> None:
        if slot.layer_idx != layer_idx:
            slot.layer_idx, slot.valid = layer_idx, 0
        begin = slot.valid
        if begin < length:
            with self.copying():
                read(begin, slot.keys[:, begin:length], slot.values[:, begin:length])
            slot.valid = length

    def forget(self, layer_idx: int, num_rows: int) -> None:
        """Rows of a layer from `num_rows` on are no longer what they were."""
        for slot in self.slots:
            if slot.layer_idx == layer_idx:
                slot.valid = min(slot.valid, num_rows)

    def lend(self) -> None:
        """Somebody else is going to write to the buffers: no rows of any layer are in them."""
        for slot in self.slots:
            slot.layer_idx, slot.valid = -1, 0

    @contextmanager
    def copying(self) -> Iterator[None]:
        """What is queued inside runs on the copy stream, after all that was queued on the current stream so far."""
        if self.stream is None:
            yield
            return
        self.stream.wait_stream(torch.cuda.current_stream(self.stream.device))
        with torch.cuda.stream(self.stream):
            yield

    def join(self) -> None:
        """What is queued on the current stream from now on sees every copy made so far."""
        if self.stream is not None:
            torch.cuda.current_stream(self.stream.device).wait_stream(self.stream)

    def release(self) -> None:
        """Free the buffers."""
        self.slots = []
