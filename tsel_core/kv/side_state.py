"""What some layers hold beside rows from the first one on, as bytes: recurrent states, and the rows of cut windows.

A kept reading (tsel_core.prefix_cache) holds rows. These bytes travel in it as one more layer, whose "rows" they fill.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from tsel_core.kv.cache import KVCache
from tsel_core.kv.layer import KVLayer, NoRows
from tsel_core.kv.states import Held
from tsel_core.kv.window_layer import WindowLayer

_DTYPES = {str(d).removeprefix("torch."): d for d in (torch.float32, torch.bfloat16, torch.float16)}
_KINDS = ("conv", "recurrent", "keys", "values")


@dataclass(frozen=True)
class SideState:
    """`data` [bytes] uint8; `about` (JSON): which tensors lie in it, one after the other, and their flags."""

    data: Tensor
    about: dict[str, Any]

    def as_rows(self, num_rows: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        """The bytes as keys and values [1, num_rows, D] of a layer, filled up with zeros."""
        width = max(1, math.ceil(self.data.numel() / (2 * num_rows * dtype.itemsize)))
        room = self.data.new_zeros(2 * num_rows * width * dtype.itemsize)
        room[: self.data.numel()] = self.data
        keys, values = room.view(dtype).view(2, 1, num_rows, width).unbind()
        return keys, values

    @staticmethod
    def from_rows(keys: Tensor, values: Tensor, about: dict[str, Any]) -> SideState:
        """What `as_rows` gave."""
        data = torch.stack([keys, values]).contiguous().view(-1).view(torch.uint8)
        return SideState(data, about)


def row_layers(cache: KVCache) -> list[KVLayer]:
    """The layers that hold rows from the first one on."""
    return [layer for layer in cache.pools if not isinstance(layer, NoRows | WindowLayer)]


def side_state(cache: KVCache, num_tokens: int) -> SideState | None:
    """The state after `num_tokens` tokens, which the cache read before; None where nobody knows it any more."""
    tensors: list[tuple[int, str, int, Tensor]] = []
    flags: dict[str, Any] = {}
    if cache.states is not None:
        held = cache.states.held_at(cache.length, num_tokens)
        if held is None:
            return None
        for layer_idx, one in held.items():
            flags[str(layer_idx)] = [list(one.has_previous.items()), list(one.kernel_sizes.items())]
            for kind, found in (("conv", one.conv), ("recurrent", one.recurrent)):
                tensors += [(layer_idx, kind, number, t) for number, t in found.items() if t is not None]
    for layer_idx, layer in enumerate(cache.pools):
        if isinstance(layer, WindowLayer):
            if not layer.can_crop(num_tokens):
                return None
            keys, values = layer.rows_before(num_tokens)
            tensors += [(layer_idx, "keys", 0, keys), (layer_idx, "values", 0, values)]
    listed = [[i, kind, n, str(t.dtype).removeprefix("torch."), list(t.shape)] for i, kind, n, t in tensors]
    data = [t.contiguous().view(-1).view(torch.uint8) for *_, t in tensors]
    return SideState(torch.cat(data), {"tensors": listed, "flags": flags})


def put_side_state(cache: KVCache, num_tokens: int, side: SideState) -> None:
    """Make a cache hold what `side_state` gave. ValueError, KeyError or TypeError where it is not of this model."""
    found: dict[tuple[int, str, int], Tensor] = {}
    at = 0
    for layer_idx, kind, number, dtype, shape in side.about["tensors"]:
        size = math.prod(shape) * _DTYPES[dtype].itemsize
        if kind not in _KINDS or at + size > side.data.numel():
            raise ValueError("its state is not what it says")
        found[layer_idx, kind, number] = side.data[at : at + size].clone().view(_DTYPES[dtype]).view(shape)
        at += size
    if cache.states is not None:
        held = {int(i): _held(found, int(i), flags) for i, flags in side.about["flags"].items()}
        if held.keys() != cache.states.layers.keys():
            raise ValueError("its recurrent layers are others")
        cache.states.put_back(held)
    for layer_idx, layer in enumerate(cache.pools):
        if isinstance(layer, WindowLayer):
            layer.set_rows(found[layer_idx, "keys", 0], found[layer_idx, "values", 0], num_tokens)


def _held(found: dict[tuple[int, str, int], Tensor], layer_idx: int, flags: Sequence[Any]) -> Held:
    previous, sizes = ({int(n): value for n, value in pairs} for pairs in flags)
    conv, recurrent = ({n: found.get((layer_idx, kind, n)) for n in previous} for kind in ("conv", "recurrent"))
    return Held(conv, recurrent, previous, sizes)
