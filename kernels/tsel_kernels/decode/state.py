"""What a decode step is made for: its fixed sizes, and what one layer remembers between steps."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class DecodeShape:
    """Fixed sizes of a decode step: heads, rows of the cache, pick, sinks, window and the reuse slack (rows)."""

    num_heads: int
    num_kv_heads: int
    head_dim: int
    capacity: int
    k: int
    groups: int
    num_sink: int = 128
    num_local: int = 512
    slack: int = 64

    @property
    def window_rows(self) -> int:
        """Most rows the window part can hold."""
        return self.num_sink + self.num_local + self.slack


@dataclass(frozen=True)
class DecodeState:
    """What one layer remembers between steps.

    cached_query [H, D] of the last selection, window_start [1] int32, indices [1, groups, k] int32 (-1 padded),
    lse [1, H] float32 of the last score pass, reuse [1] int32 (this step reuses), hits [1] int32 (steps that reused so far).
    """

    cached_query: Tensor
    window_start: Tensor
    indices: Tensor
    lse: Tensor
    reuse: Tensor
    hits: Tensor


def decode_state(shape: DecodeShape, dtype: torch.dtype, device: torch.device) -> DecodeState:
    """A state that makes the first step select."""

    def ints(*size: int, fill: int = 0) -> Tensor:
        return torch.full(size, fill, dtype=torch.int32, device=device)

    return DecodeState(
        cached_query=torch.zeros((shape.num_heads, shape.head_dim), dtype=dtype, device=device),
        window_start=ints(1),
        indices=ints(1, shape.groups, shape.k, fill=-1),
        lse=torch.zeros((1, shape.num_heads), device=device),
        reuse=ints(1),
        hits=ints(1),
    )
