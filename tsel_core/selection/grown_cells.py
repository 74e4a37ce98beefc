"""The cells of one layer's cache, made once a segment while a document is read."""

from __future__ import annotations

from dataclasses import fields

from torch import Tensor

from tsel_kernels.cells.held import Cells, CellShape, empty_cells
from tsel_kernels.protocol import CellKernels


class GrownCells:
    """Cells of the rows before a chunk's windows. A chunk that does not follow the last one begins anew."""

    def __init__(self) -> None:
        self._cells: Cells | None = None
        self._made, self._next = 0, -1

    def clear(self) -> None:
        """Forget the document."""
        self._cells, self._made, self._next = None, 0, -1

    def rewind(self, q_start: int) -> None:
        """Forget what was made of rows from q_start on: the chunk there is read again."""
        if self._cells is not None:
            self._made, self._next = min(self._made, self._cells.shape.segments(q_start)), q_start

    def up_to(
        self, kernels: CellKernels, shape: CellShape, keys: Tensor, values: Tensor, q_start: int, num: int, room: int
    ) -> Cells:
        """At least the first `num` segments of keys, values [Hkv, N, D] for a chunk at q_start that ends with row N.

        `room`: rows the cache will have, where that is known.
        """
        held = self._cells
        if held is None or self._next != q_start or held.shape != shape or held.keys.dtype != keys.dtype:
            self.clear()
        if self._cells is None or self._cells.num_segments < num:
            fresh = empty_cells(shape, max(num, shape.segments(max(room, keys.shape[1]))), keys)
            if self._cells is not None:
                _copy(self._cells, fresh)
            self._cells = fresh
        kernels.make_cells_(keys, values, self._cells, range(self._made, max(self._made, num)))
        self._made, self._next = max(self._made, num), keys.shape[1]
        return self._cells


def _copy(old: Cells, new: Cells) -> None:
    for name in (f.name for f in fields(Cells) if f.name != "shape"):
        part = getattr(old, name)
        getattr(new, name)[:, : part.shape[1]] = part
