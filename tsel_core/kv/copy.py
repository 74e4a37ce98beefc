"""Rows of one cache for another."""

from __future__ import annotations

import weakref
from dataclasses import dataclass

import torch

from tsel_core.kv.cache import KVCache


@dataclass(frozen=True)
class RowsOf:
    """The first `num_tokens` rows of another cache, for a prompt that needs a larger one."""

    cache: KVCache
    num_tokens: int

    def fill(self, cache: KVCache, device: torch.device, trace: object = None) -> int:
        """Copy the rows layer by layer (tsel_core.engine.reading.Beginning)."""
        del device, trace
        for old, new in zip(self.cache.pools, cache.pools, strict=True):
            new.update(*old.held(self.num_tokens))
        cache.copied_from = weakref.ref(self.cache)
        return self.num_tokens

    def join(self, completed: bool) -> None:
        """See Beginning: all rows were copied at once."""
