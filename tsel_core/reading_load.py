"""From the file of a kept reading into an empty cache, however that holds its rows."""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_core.kv_cache import KVCache, KVLayer
from tsel_core.kv_stored_cache import StoredCache
from tsel_core.reading_blocks import DamagedReading
from tsel_core.reading_file import ReadingFile


def load_rows(file: ReadingFile, cache: KVCache, num_tokens: int, chunk: int, device: torch.device) -> None:
    """Load the first `num_tokens` rows, indexed as a prefill in chunks of `chunk` tokens would have begun.

    Raises DamagedReading or OSError; the cache then holds something that must be released.
    """
    header = file.header
    if len(header.shapes) != len(cache.pools):
        raise DamagedReading(f"it holds {len(header.shapes)} layers, the model has {len(cache.pools)}")
    if isinstance(cache, StoredCache):
        _fill_stored(file, cache, num_tokens, chunk, device)
        return
    layers = zip(cache.pools, header.shapes, strict=True)
    file.load([_prepare(layer, shape, header.dtype, device) for layer, shape in layers], num_tokens)
    for layer in cache.pools:
        _finish(layer, num_tokens, chunk)


def _fill_stored(file: ReadingFile, cache: StoredCache, num_tokens: int, chunk: int, device: torch.device) -> None:
    """Layer by layer through a buffer of one layer."""
    for number, (heads, key_dim, value_dim) in enumerate(file.header.shapes):
        keys, values = (
            torch.empty((1, heads, num_tokens, dim), dtype=file.header.dtype, device=device)
            for dim in (key_dim, value_dim)
        )
        file.load([(keys[0], values[0])], num_tokens, number)
        for begin, end in ((0, min(chunk, num_tokens)), (chunk, num_tokens)):
            if begin < end:
                cache.pools[number].update(keys[:, :, begin:end], values[:, :, begin:end])


def _prepare(
    layer: KVLayer, shape: tuple[int, int, int], dtype: torch.dtype, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Allocate a layer's pools and return them [Hkv, capacity, D]; the key index is made when they are filled."""
    heads, key_dim, value_dim = shape
    append, layer.append_index = layer.append_index, None
    layer.lazy_initialization(
        torch.empty((1, heads, 0, key_dim), dtype=dtype, device=device),
        torch.empty((1, heads, 0, value_dim), dtype=dtype, device=device),
    )
    layer.append_index = append
    assert layer.keys is not None
    assert layer.values is not None
    return layer.keys[0], layer.values[0]


def _finish(layer: KVLayer, num_tokens: int, chunk: int) -> None:
    """Count the loaded rows, and index them as a prefill in chunks would have."""
    layer.length = num_tokens
    if layer.append_index is not None:
        assert layer.keys is not None
        rows = layer.keys[0, :, :num_tokens]
        layer.start_index(rows[:, :chunk])
        assert layer.index is not None
        layer.append_index(layer.index, rows, 0)
