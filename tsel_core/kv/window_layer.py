"""Keys and values of a layer with a sliding window: its window's rows and some more, however long the text is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from tsel_core.kv.layer import KVLayer

CUT_FROM = 16_384
"""Tokens of a cache below which window layers keep every row: a reading of that length is kept on the disk."""
SLACK = 2_048
"""Rows beyond the window that are kept: so many tokens of a question and its answer can be forgotten again."""


class WindowLayer(KVLayer):
    """The last rows in a ring: row p lies at p modulo `num_rows`. Beyond them nothing is known of the past."""

    def __init__(self, capacity: int, window: int) -> None:
        super().__init__(capacity)
        self.window, self.num_rows = window, min(capacity, window + SLACK)

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor | None = None) -> None:
        """Allocate the ring in the shape and dtype of the first key_states [1, Hkv, T, D]."""
        value_states = key_states if value_states is None else value_states
        self.dtype, self.device = key_states.dtype, key_states.device
        self.keys, self.values = (
            t.new_empty((1, t.shape[1], self.num_rows, t.shape[3])) for t in (key_states, value_states)
        )
        self.is_initialized = True

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        """Append [1, Hkv, T, D]; returns the rows [1, Hkv, n, D] that these T tokens see, their own last."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        end = self.length + key_states.shape[2]
        if end > self.capacity:
            raise ValueError(f"KV layer holds {self.capacity} tokens, {end} were written")
        before = self._places(max(0, self.length - self.window + 1), self.length)
        kept = min(key_states.shape[2], self.num_rows)
        after = self._places(end - kept, end)
        found = []
        for ring, new in ((self.keys, key_states), (self.values, value_states)):
            assert ring is not None
            found.append(torch.cat([ring.index_select(2, before), new], 2))
            ring.index_copy_(2, after, new[:, :, -kept:])
        self.length = end
        return found[0], found[1]

    def _places(self, begin: int, end: int) -> Tensor:
        return torch.arange(begin, end, device=self.device) % self.num_rows

    def can_crop(self, max_length: int) -> bool:
        """Whether every row that the tokens from `max_length` on see is still there."""
        return max_length <= 0 or self.length - max_length <= self.num_rows - self.window

    def copy_to(self, other: KVLayer, num_rows: int) -> None:
        """Give an empty layer the rows that tokens from `num_rows` on see; `can_crop` says whether they are here."""
        assert isinstance(other, WindowLayer)
        other.set_rows(*self.rows_before(num_rows), num_rows)

    def rows_before(self, num_rows: int) -> tuple[Tensor, Tensor]:
        """Keys and values [1, Hkv, n, D] that tokens from `num_rows` on see."""
        assert self.keys is not None
        assert self.values is not None
        at = self._places(max(0, num_rows - self.window + 1), num_rows)
        return self.keys.index_select(2, at), self.values.index_select(2, at)

    def set_rows(self, keys: Tensor, values: Tensor, num_rows: int) -> None:
        """Make an empty layer hold what `rows_before` gave."""
        self.length = num_rows - keys.shape[2]
        self.update(keys, values)


def windows_cut(windows: Mapping[int, int], capacity: int) -> Mapping[int, int]:
    """Layer -> window of those that keep their window's rows only, in a cache of so many tokens."""
    return {i: window for i, window in windows.items() if capacity >= CUT_FROM and window + SLACK < capacity}
