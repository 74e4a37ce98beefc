"""Memory for the votes of a prefill chunk on a GPU, allocated once for a reading."""

from __future__ import annotations

import torch
from torch import Tensor


class VoteScratch:
    """bfloat16 votes of the layers, one after the other.

    Votes grow with the document: a fresh tensor a chunk would never fit the hole of the one before, and the allocator
    would hold half a document's worth of holes (17 GB for 512K tokens of a 7B model). A vote only ranks rows, so 8 bits
    of precision are enough; ties go to the lower row as ever.
    """

    def __init__(self) -> None:
        self._held: Tensor | None = None
        self.num_rows = 0

    def reserve(self, num_rows: int) -> None:
        """Say how many rows the cache will have, before the first chunk of a reading."""
        self.num_rows = num_rows

    def view(self, num_blocks: int, num_groups: int, num_rows: int, device: torch.device) -> Tensor:
        """[B, groups, N] with any content, valid until the next call."""
        size = num_blocks * num_groups * num_rows
        if self._held is None or self._held.numel() < size or self._held.device != device:
            self._held = None
            room = num_blocks * num_groups * max(num_rows, self.num_rows)
            self._held = torch.empty(room, dtype=torch.bfloat16, device=device)
        return self._held[:size].view(num_blocks, num_groups, num_rows)

    def release(self) -> None:
        """Give the memory back."""
        self._held, self.num_rows = None, 0
