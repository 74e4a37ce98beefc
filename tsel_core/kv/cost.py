"""What one token of KV costs in bytes, for every way of storing keys and values (tsel_core.kv.cache)."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from tsel_core.config import KVChoice, Storage
from tsel_core.errors import UsageError


@dataclass(frozen=True, slots=True)
class CacheShape:
    """Sizes of a model's cache. `index_bits` a dimension of a key, on the compute device; 0: there is no index.

    `row_index`: picks on a CPU read an int8 copy of the keys, which only the plain storage has (KVLayer.row_index).
    """

    num_layers: int
    num_kv_heads: int
    head_dim: int
    dtype: torch.dtype
    index_bits: int = 0
    row_index: bool = False


@dataclass(frozen=True, slots=True)
class RowCost:
    """Bytes one token takes: `rows` (keys and values), `index`, `staging` on the device; `host_rows` in host memory.

    `fixed`: bytes on the device however many tokens there are.
    """

    rows: int
    index: int
    staging: int
    host_rows: int = 0
    fixed: int = 0

    @property
    def on_device(self) -> int:
        """Bytes on the compute device."""
        return self.rows + self.index + self.staging


RECENT = 256
"""Latest rows that storage in 4 bits holds exactly too (four_bits.py)."""

INDEX_BITS = {"auto": 5, "4": 4, "8": 8}
"""Bits a dimension to plan with: "auto" takes 8 in the few layers with wide keys, planned as a quarter of them."""


def choices(device: torch.device, dtype: torch.dtype) -> tuple[Storage, ...]:
    """Storages that make sense on a device, in the order that "auto" tries them: docs/dev/kv-four-bits.md.

    On a CPU host memory is where the cache is anyway; with a bf16 compute dtype rounding to bf16 is the plain cache.
    """
    if device.type == "cpu":
        return ("plain", "fp8", "q4") if dtype == torch.bfloat16 else ("plain", "bf16", "fp8", "q4")
    if device.type != "cuda":
        return ("plain",)
    return ("plain", "fp8", "q4", "host")


def storages_for(kv: KVChoice, device: torch.device, dtype: torch.dtype) -> tuple[Storage, ...]:
    """Storages `--kv` allows, in the order they are tried. Raises UsageError for one the device does not have."""
    possible = choices(device, dtype)
    if kv == "auto":
        return possible
    wanted: Storage = "plain" if kv == "bf16" and dtype == torch.bfloat16 else kv
    if wanted not in possible:
        raise UsageError(
            f"--kv {kv} is not for a {device.type} device: its cache is in host memory already",
            "use --kv auto, bf16, fp8 or q4",
        )
    return (wanted,)


def storage_name(storage: Storage, dtype: torch.dtype) -> str:
    """The name in messages and in the JSON: fp32, bf16, fp16, fp8, q4 or host."""
    if storage != "plain":
        return storage
    return {torch.float32: "fp32", torch.bfloat16: "bf16", torch.float16: "fp16"}.get(dtype, str(dtype))


def row_cost(storage: Storage, shape: CacheShape) -> RowCost:
    """Bytes a token takes over all layers. Staging is what one layer's rows take in the compute dtype (host: two)."""
    values = 2 * shape.num_kv_heads * shape.head_dim  # of a layer: keys and values
    row = shape.head_dim * shape.index_bits // 8 + 4  # codes, scale and zero
    index = shape.num_kv_heads * row * shape.num_layers if shape.index_bits else 0
    if storage == "q4":  # the codes of the keys are the index
        index = 0
    if shape.row_index and storage == "plain":
        index = shape.num_kv_heads * shape.head_dim * shape.num_layers
    layer = values * shape.dtype.itemsize
    if storage == "plain":
        return RowCost(shape.num_layers * layer, index, 0)
    if storage == "host":
        return RowCost(0, index, 2 * layer, shape.num_layers * layer)
    rows = 2 * shape.num_kv_heads  # of a token: fp8 has an exponent a row, 4 bits a scale and a zero
    wide = shape.num_kv_heads * shape.head_dim // 8  # q4: keys in 8 bits in a quarter of the layers
    per_layer = {"bf16": 2 * values, "fp8": values + rows, "q4": values // 2 + 4 * rows + wide}[storage]
    fixed = RECENT * shape.num_layers * layer if storage == "q4" else 0
    return RowCost(shape.num_layers * per_layer, index, layer, fixed=fixed)
