"""Kept readings of caches in 4 bits: the codes as they were held, so that loading rounds nothing a second time."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tsel_core.kv.cache import KVCache
from tsel_core.kv.four_bits import EXACT, FORM
from tsel_core.kv.layer import KVLayer
from tsel_core.kv.stored import StoredLayer, codes_of
from tsel_core.prefix_cache.format.blocks import DamagedReading
from tsel_core.prefix_cache.format.file import ReadingFile

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def codes_json(cache: KVCache) -> dict[str, Any] | None:
    """What codes need beside them: computing dtype, means and sizes of channels, the first rows; None: no codes."""
    if cache.storage != "q4":
        return None
    means, sizes, first = [], [], []
    for layer in cache.pools:
        keys, values = codes_of(layer)
        assert layer.turn is not None
        means.append([_text(keys.pool.mean), _text(values.pool.mean)])
        first.append([_text(keys.first), _text(values.first)])
        sizes.append("" if layer.turn.sizes is None else _text(layer.turn.sizes))
    dtype = str(cache.pools[0].dtype).removeprefix("torch.")
    return {"form": FORM, "dtype": dtype, "means": means, "sizes": sizes, "first": first}


def fill_codes(file: ReadingFile, layers: Sequence[KVLayer], num_tokens: int, device: torch.device) -> None:
    """The first rows of a kept reading into empty layers. Raises DamagedReading."""
    about = file.header.about.get("codes")
    if file.header.dtype != torch.uint8 or not about or len(about["means"]) != len(layers):
        raise DamagedReading("it does not hold rows in 4 bits")
    if about.get("form") != FORM:
        raise DamagedReading("its codes are of another form")
    for number, (layer, (heads, *sizes)) in enumerate(zip(layers, file.header.shapes, strict=True)):
        held = [torch.empty((heads, num_tokens, size), dtype=torch.uint8, device=device) for size in sizes]
        file.load([(held[0], held[1])], num_tokens, number)
        dtype, dims = _DTYPES[about["dtype"]], [2 * (sizes[1] - 4)] * 2
        means, text = about["means"][number], about["sizes"][number]
        assert isinstance(layer, StoredLayer)
        keys, values = (torch.empty((1, heads, 0, dim), dtype=dtype, device=device) for dim in dims)
        assert layer.turn is not None
        layer.turn.bits = 8 if sizes[0] - 4 == dims[0] else 4
        layer.lazy_initialization(keys, values)
        num_exact = min(EXACT, file.header.num_tokens)
        firsts = about["first"][number]
        for rows, codes, dim, mean, exact in zip(codes_of(layer), held, dims, means, firsts, strict=True):
            rows.put(codes)
            rows.pool.mean.copy_(_numbers(mean, (heads, dim)))
            rows.first = _numbers(exact, (heads, num_exact, dim)).to(device, dtype)[:, :num_tokens]
        layer.turn.sizes = _numbers(text, (heads, 1, dims[0])).to(device, dtype) if text else None
        layer.length = num_tokens


def _text(numbers: Tensor) -> str:
    return base64.b64encode(numbers.float().cpu().numpy().astype("<f4").tobytes()).decode("ascii")


def _numbers(text: str, shape: tuple[int, ...]) -> Tensor:
    """What `_text` made. Raises DamagedReading for another count."""
    found = np.frombuffer(base64.b64decode(text), dtype="<f4").copy()
    if len(found) != math.prod(shape):
        raise DamagedReading("what stands beside its codes is not of its rows")
    return torch.from_numpy(found).view(shape)
