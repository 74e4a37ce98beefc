"""Rows of one cache for another."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from tsel_core.kv.cache import KVCache


@dataclass(frozen=True)
class RowsOf:
    """The first `num_tokens` rows of another cache, for a prompt that needs a larger one."""

    cache: KVCache
    num_tokens: int

    def fill(self, cache: KVCache, device: torch.device, trace: object = None) -> int:
        """Copy the rows (tsel_core.engine.reading.Beginning); recurrent layers may stand further back."""
        del device, trace
        return self.cache.copy_to(cache, self.num_tokens)

    def join(self, completed: bool) -> None:
        """See Beginning: all rows were copied at once."""
