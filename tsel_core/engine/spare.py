"""How many rows a cache reserves, and the last job's cache, which the next may use with what was captured over it.

A captured step knows its cache by address and its kernels by the number of rows (every 64 rows are other splits to
compile). On a GPU so a cache is a little larger than asked for, in steps; and the one that a resident engine's last job
wrote in is kept for the next, emptied: a question of about the same length finds its step captured.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from tsel_core.kv.cache import KVCache

_SHORT, _FINE, _COARSE = 8_192, 512, 2_048  # rows
_MOST_BYTES = 1 << 30
_SHARE = 64  # of the device's memory, at most one in so many is kept


def reserved(num_rows: int) -> int:
    """Rows that a cache on a GPU has for a prompt and its answer of so many."""
    step = _FINE if num_rows <= _SHORT else _COARSE
    return -(-num_rows // step) * step


@dataclass
class SpareCache:
    """An emptied cache that the captured loop still writes in; None: there is none."""

    cache: KVCache | None = None

    def keep(self, cache: KVCache | None, device: torch.device) -> bool:
        """Keep a cache for the next prompt, emptied; whether it is one that can be kept.

        Only rows as they are: an index beside them is made anew for each document.
        """
        self.cache = None
        if cache is None or cache.storage != "plain" or cache.append_index is not None or cache.states is not None:
            return False
        if not cache.keys_rotated or cache.num_bytes() > _most_bytes(device):
            return False
        cache.empty()
        self.cache = cache
        return True

    def take(self, num_rows: int, indexed: bool) -> KVCache | None:
        """The cache, when it has room for so many rows, but not four times as many; it is nobody's spare any more."""
        cache, self.cache = self.cache, None
        if cache is None or indexed or not num_rows <= cache.capacity <= 4 * num_rows:
            return None
        return cache


def _most_bytes(device: torch.device) -> int:
    if device.type != "cuda":
        return _MOST_BYTES
    return min(_MOST_BYTES, torch.cuda.get_device_properties(device).total_memory // _SHARE)
