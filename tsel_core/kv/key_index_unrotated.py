"""int8 copies of un-rotated keys as decode steps past the trained window score them, on a CPU.

Such a step meets a row at one of two places (kv/rope_distances.py): near rows at their true position, all others at
the position the rule gives to far ones. Turning every key at every step took most of the step's time; here a row is
turned once for each place, when it comes there, and kept as tsel_kernels.score.cpu_index keeps keys.
"""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_core.kv.key_index_cpu import GrowingIndex
from tsel_core.kv.rope_distances import Distances, Rope, Rotate
from tsel_kernels.bilevel.levels import FAR, FarPlaces
from tsel_kernels.cpu_threads import in_turns
from tsel_kernels.score.cpu_index import RowIndex, pays, product, query_codes


class TurnedIndex:
    """The copies of one layer with room for `capacity` rows, made when a decode step first asks for logits."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._far = GrowingIndex(capacity)
        self._places: FarPlaces | None = None  # of the rows of `_far`
        self._near = GrowingIndex(0)
        self._base = 0  # the row of the cache that is row 0 of `_near`

    def logits(
        self, query: Tensor, keys: Tensor, distances: Distances, rope: Rope, rotate: Rotate, scaling: float
    ) -> Tensor | None:
        """Scaled logits [Hkv, G, N] float32 of un-rotated query [1, H, D] at the last of un-rotated keys [Hkv, N, D].

        See bilevel_logits; None where codes do not pay or no row is far.
        """
        num, near = keys.shape[1], distances.near
        if not pays(query, keys) or num <= near:
            return None
        last = torch.tensor([num - 1], device=query.device)
        places = distances.places(num)
        far = self._far_rows(keys, num - near, places, rope, rotate)
        close = self._near_rows(keys, near, rope, rotate)
        kv_heads, heads = keys.shape[0], query.shape[1]
        out = torch.empty(kv_heads, heads // kv_heads, num)
        parts = []
        for index, at in ((far, places.of_queries(last)), (close, last)):
            packed = rotate(query.transpose(0, 1), at, *rope).view(kv_heads, heads // kv_heads, -1) * scaling
            parts.append((packed @ index.middle[..., None], *query_codes(packed, index)))
        first = num - near - self._base  # of the near rows that are near now

        def score(head: int) -> None:
            for index, (constant, codes, unit), begin, into in (
                (far, parts[0], 0, out[head, :, : num - near]),
                (close, parts[1], first, out[head, :, num - near :]),
            ):
                whole = product(codes[head], index.codes[head], index.num_rows)[:, begin : begin + into.shape[1]]
                torch.add(whole * unit[head], constant[head], out=into)

        in_turns(score, kv_heads, per_thread=1)
        return out

    def _far_rows(self, keys: Tensor, num: int, places: FarPlaces, rope: Rope, rotate: Rotate) -> RowIndex:
        """The copy of the first rows at their far positions, `num` of them at least."""
        if places != self._places:  # a longer document moves all of them
            self._far, self._places = GrowingIndex(self.capacity, turning=places.key_group < FAR), places

        def rows(begin: int, end: int) -> Tensor:
            return rotate(keys[:, begin:end], places.of_rows(begin, end, keys.device), *rope)

        return self._far.grown(num, rows)

    def _near_rows(self, keys: Tensor, near: int, rope: Rope, rotate: Rotate) -> RowIndex:
        """The copy of the last rows, `near` of them at least, at their true positions."""
        num = keys.shape[1]
        if not self._base <= num - near <= self._base + near or self._near.index is None:
            self._near, self._base = GrowingIndex(2 * near, turning=True), num - near

        def rows(begin: int, end: int) -> Tensor:
            at = torch.arange(self._base + begin, self._base + end, device=keys.device)
            return rotate(keys[:, self._base + begin : self._base + end], at, *rope)

        return self._near.grown(num - self._base, rows)

    def crop(self, num_rows: int) -> None:
        """Rows from `num_rows` on are forgotten: others may take their places."""
        self._far.crop(num_rows)
        self._near.crop(max(0, num_rows - self._base))

    def tensors(self) -> list[Tensor]:
        """Every tensor it holds."""
        return [*self._far.tensors(), *self._near.tensors()]
