"""The int8 copy of a layer's keys on a CPU, kept up with the rows as they come and go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from torch import Tensor

from tsel_kernels.score.cpu_index import RowIndex, make_index, pays, write_rows_

# Rows added before the ranges of the channels are measured again: they turn with the position (rotary), and what leaves
# its range is cut. Fewer are not candidates yet (SelectionConfig.num_local).
_LEAST_GROWTH = 512
_GROWTH = 16  # or this part of the rows


Rows = Callable[[int, int], Tensor]
"""(begin, end): rows begin .. end - 1 [Hkv, end - begin, D] float32."""


class GrowingIndex:
    """Made when a pick first asks for it, on a CPU where selection decodes; catches up when asked."""

    def __init__(self, capacity: int, turning: bool = False) -> None:
        self.capacity, self.turning = capacity, turning  # see make_index
        self.index: RowIndex | None = None
        self._measured = 0  # rows whose channels' ranges the codes were made for

    def of(self, query: Tensor, keys: Tensor) -> RowIndex | None:
        """The copy of keys [Hkv, N, D], all rows of the layer, for a query [1, H, D]; None where it does not pay."""
        if not pays(query, keys):
            return None
        return self.grown(keys.shape[1], lambda begin, end: keys[:, begin:end])

    def grown(self, num: int, rows: Rows) -> RowIndex:
        """The copy of `num` rows (at least 1), of which it asks for those it does not hold."""
        index = self.index
        if index is None or num - self._measured > max(_LEAST_GROWTH, self._measured // _GROWTH):
            index, self._measured = make_index(rows(0, num), self.capacity, self.turning), num
        elif num > index.num_rows:
            write_rows_(index, rows(index.num_rows, num), index.num_rows)
            index = replace(index, num_rows=num)
        self.index = index
        return index

    def crop(self, num_rows: int) -> None:
        """Rows from `num_rows` on are forgotten: others may take their places."""
        if self.index is not None and num_rows < self.index.num_rows:
            self.index = replace(self.index, num_rows=num_rows)
            self._measured = min(self._measured, num_rows)

    def tensors(self) -> list[Tensor]:
        """Every tensor it holds."""
        return [] if self.index is None else self.index.tensors()
