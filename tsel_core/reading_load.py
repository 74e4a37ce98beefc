"""From the file of a kept reading into an empty cache, however that holds its rows."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from tsel_core.kv_cache import KVCache, KVLayer, start_indexes
from tsel_core.kv_stored_cache import StoredCache
from tsel_core.reading_arrival import Arriving
from tsel_core.reading_blocks import DamagedReading
from tsel_core.reading_file import ReadingFile

STREAMED = {"cuda"}
"""Kinds of device that read the question while rows are on their way: on a CPU the cores have enough to do."""


def load_rows(
    file: ReadingFile, cache: KVCache, num_tokens: int, chunk: int, device: torch.device
) -> Arriving | None:
    """Load the first `num_tokens` rows, indexed as a prefill in chunks of `chunk` tokens would have begun.

    Returns what is on its way, layers waiting for their own rows; None: everything is there. Raises DamagedReading or
    OSError; the cache then holds something that must be released.
    """
    header = file.header
    if len(header.shapes) != len(cache.pools):
        raise DamagedReading(f"it holds {len(header.shapes)} layers, the model has {len(cache.pools)}")
    if isinstance(cache, StoredCache):
        _fill_stored(file, cache, num_tokens, chunk, device)
        return None
    layers = zip(cache.pools, header.shapes, strict=True)
    pools = [_prepare(layer, shape, header.dtype, device) for layer, shape in layers]
    if device.type not in STREAMED:
        file.load(pools, num_tokens)
        _finish(cache.pools, num_tokens, chunk)
        return None
    arriving = Arriving(
        [2 * heads for heads, _, _ in header.shapes], lambda arrived: file.load(pools, num_tokens, arrived=arrived)
    )

    def arrive(number: int) -> None:
        arriving.wait_for(number)
        _finish([cache.pools[number]], num_tokens, chunk)

    for number, layer in enumerate(cache.pools):
        layer.length, layer.arrival = num_tokens, partial(arrive, number)
    return arriving


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


def _finish(layers: list[KVLayer], num_tokens: int, chunk: int) -> None:
    """Count the loaded rows, and index them as a prefill in chunks would have."""
    for layer in layers:
        layer.length = num_tokens
    indexed = [layer for layer in layers if layer.append_index is not None]
    rows = [layer.held(num_tokens)[0][0] for layer in indexed]
    start_indexes(indexed, [keys[:, :chunk] for keys in rows])
    for layer, keys in zip(indexed, rows, strict=True):
        assert layer.index is not None
        assert layer.append_index is not None
        layer.append_index(layer.index, keys, 0)
