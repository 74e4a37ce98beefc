"""Rotary, cache and attention of one decode token in torch: the Mixer of tsel_core.decoder_step for a CPU."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tsel_core.attention import AttentionRuntime
from tsel_core.decoder_step import LayerWeights
from tsel_core.kv_cache import KVCache


class RotaryTable:
    """cos and sin [capacity, D] of a model's own rotary module (scalings included), float32."""

    def __init__(self, model: nn.Module, capacity: int) -> None:
        base: Any = model.get_decoder() if hasattr(model, "get_decoder") else model.model
        positions = torch.arange(capacity, device=base.embed_tokens.weight.device)[None]
        probe = torch.empty((), dtype=torch.float32, device=positions.device)
        cos, sin = base.rotary_emb(probe, positions)
        self.cos, self.sin = cos[0], sin[0]

    def rotate(self, rows: Tensor, position: int) -> Tensor:
        """Rotate rows [n, D] to one position (half-split layout)."""
        half = rows.shape[-1] // 2
        swapped = torch.cat([-rows[:, half:], rows[:, :half]], -1)
        return rows * self.cos[position].to(rows.dtype) + swapped * self.sin[position].to(rows.dtype)


class CacheMixer:
    """Appends to a KVCache and attends through the runtime, exactly as the transformers seam does."""

    def __init__(self, model: nn.Module, cache: KVCache, runtime: AttentionRuntime, table: RotaryTable) -> None:
        config = model.config.get_text_config()  # type: ignore[union-attr, operator]
        attention: Any = next(m for m in model.modules() if hasattr(m, "tsel_layer"))
        self.num_heads = config.num_attention_heads
        self.num_kv_heads = config.num_key_value_heads
        self.head_dim = attention.head_dim
        self.scaling = attention.scaling
        norm = getattr(attention, "q_norm", None)
        self.eps = float(getattr(norm, "variance_epsilon", 1e-6))
        self.cache, self.runtime, self.table = cache, runtime, table

    def mix(self, layer_idx: int, qkv: Tensor, layer: LayerWeights) -> Tensor:
        """See Mixer."""
        rows = qkv.view(-1, self.head_dim)
        query = rows[: self.num_heads]
        key = rows[self.num_heads : self.num_heads + self.num_kv_heads]
        value = rows[self.num_heads + self.num_kv_heads :]
        if layer.q_norm is not None and layer.k_norm is not None:
            query = F.rms_norm(query, (self.head_dim,), layer.q_norm, self.eps)
            key = F.rms_norm(key, (self.head_dim,), layer.k_norm, self.eps)
        position = self.cache.layers[layer_idx].length
        query, key = self.table.rotate(query, position), self.table.rotate(key, position)
        keys, values = self.cache.update(key[None, :, None], value[None, :, None], layer_idx)
        out = self.runtime.layer(layer_idx, query[None], keys[0], values[0], self.scaling)
        return out.reshape(1, -1)
