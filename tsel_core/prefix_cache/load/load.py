"""From the file of a kept reading into an empty cache, however that holds its rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor

from tsel_core.kv.cache import KVCache
from tsel_core.kv.layer import KVLayer
from tsel_core.kv.side_state import row_layers
from tsel_core.kv.stored_cache import StoredCache
from tsel_core.prefix_cache.format.blocks import DamagedReading
from tsel_core.prefix_cache.format.file import Pools, ReadingFile
from tsel_core.prefix_cache.load.arrival import Arriving
from tsel_core.prefix_cache.load.codes import fill_codes
from tsel_core.prefix_cache.load.packed import LayerBuffer, PackedLayers

STREAMED = {"cuda"}
"""Kinds of device that read the question while rows are on their way: on a CPU the cores have enough to do."""


def load_rows(
    file: ReadingFile,
    cache: KVCache,
    num_tokens: int,
    chunk: int,
    device: torch.device,
    beside: Sequence[KVLayer] = (),
) -> Arriving | None:
    """Load the first `num_tokens` rows into the layers of a cache that have all of them, and those `beside` it.

    The key index is made later as a prefill in chunks of `chunk` tokens begins it. Returns what is on its way, layers
    waiting for their own rows; None: everything is there. Raises DamagedReading or OSError; the cache then holds
    something that must be released.
    """
    header, layers = file.header, [*row_layers(cache), *beside]
    if len(header.shapes) != len(layers):
        raise DamagedReading(f"it holds {len(header.shapes)} layers, the model has {len(layers)}")
    if cache.storage == "q4":
        fill_codes(file, layers, num_tokens, device)
        return None
    if isinstance(cache, StoredCache):
        _fill_stored(file, layers, num_tokens, chunk, device)
        return None
    pairs = zip(layers, header.shapes, strict=True)
    pools = [_prepare(layer, shape, header.dtype, device) for layer, shape in pairs]
    for layer in layers:
        layer.length, layer.first_keys = num_tokens, chunk
    if header.packed is not None and not PackedLayers.fits(file, pools):
        _fill_in_turn(file, pools, num_tokens, device)
        return None
    packed = None if header.packed is None else PackedLayers(file, pools, num_tokens)
    if device.type in STREAMED:
        return _stream(file, layers, pools, num_tokens, packed)
    if packed is None:
        file.load(pools, num_tokens)
    else:
        file.load_packed(packed.staged)
        for number in range(len(pools)):
            packed.unpack(number)
        packed.check()
    return None


def _stream(
    file: ReadingFile, layers: Sequence[KVLayer], pools: Pools, num_tokens: int, packed: PackedLayers | None
) -> Arriving:
    """Layers wait for their own rows."""
    parts = file.num_parts()
    if packed is None:
        arriving = Arriving(parts, lambda arrived: file.load(pools, num_tokens, arrived=arrived))
    else:
        staged = packed.staged
        arriving = Arriving(parts, lambda arrived: file.load_packed(staged, arrived=arrived), packed.check)

    def arrive(number: int) -> None:
        arriving.wait_for(number)
        if packed is not None:
            packed.unpack(number)

    for number, layer in enumerate(layers):
        layer.arrival = partial(arrive, number)
    return arriving


def _fill_in_turn(file: ReadingFile, pools: Pools, num_tokens: int, device: torch.device) -> None:
    """A packed file whose blocks are longer than the pools: layer by layer through a buffer."""
    buffer = LayerBuffer(file, device)
    for number, (keys, values) in enumerate(pools):
        buffer.load(number, keys[:, :num_tokens], values[:, :num_tokens])


def _fill_stored(
    file: ReadingFile, layers: Sequence[KVLayer], num_tokens: int, chunk: int, device: torch.device
) -> None:
    """Layer by layer through a buffer of one layer."""
    buffer = None if file.header.packed is None else LayerBuffer(file, device)
    for number, (heads, key_dim, value_dim) in enumerate(file.header.shapes):
        keys, values = (
            torch.empty((1, heads, num_tokens, dim), dtype=file.header.dtype, device=device)
            for dim in (key_dim, value_dim)
        )
        if buffer is None:
            file.load([(keys[0], values[0])], num_tokens, number)
        else:
            buffer.load(number, keys[0], values[0])
        for begin, end in ((0, min(chunk, num_tokens)), (chunk, num_tokens)):
            if begin < end:
                layers[number].update(keys[:, :, begin:end], values[:, :, begin:end])


def _prepare(
    layer: KVLayer, shape: tuple[int, int, int], dtype: torch.dtype, device: torch.device
) -> tuple[Tensor, Tensor]:
    """A layer's pools [Hkv, capacity, D], allocated unless it has them; the key index is made when they are filled.

    Pools of a spare cache (engine/spare.py) stay where they are: a captured step reads them by their addresses.
    """
    heads, key_dim, value_dim = shape
    held = layer.keys, layer.values
    wanted = [(1, heads, layer.capacity, dim) for dim in (key_dim, value_dim)]
    if [None if t is None else (*t.shape, t.dtype) for t in held] == [(*w, dtype) for w in wanted]:
        assert held[0] is not None
        assert held[1] is not None
        return held[0][0], held[1][0]
    append, layer.append_index = layer.append_index, None
    layer.lazy_initialization(
        torch.empty((1, heads, 0, key_dim), dtype=dtype, device=device),
        torch.empty((1, heads, 0, value_dim), dtype=dtype, device=device),
    )
    layer.append_index = append
    assert layer.keys is not None
    assert layer.values is not None
    return layer.keys[0], layer.values[0]
