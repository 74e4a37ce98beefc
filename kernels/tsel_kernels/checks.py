"""Argument checks shared by the torch definitions and the Triton kernels: both backends raise the same errors."""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_kernels.key_index import KeyIndex
from tsel_kernels.packed_weight import PackedWeight

MAX_HEAD_DIM = 256


def check_query(query: Tensor, keys: Tensor | KeyIndex) -> None:
    """query [A, H, D] fits keys [Hkv, N, D] or an index: same D, H a multiple of Hkv, one device, last stride 1."""
    if query.dim() != 3:
        raise ValueError(f"query must be [rows, heads, head_dim], got shape {tuple(query.shape)}")
    heads, dim = query.shape[1:]
    if isinstance(keys, KeyIndex):
        kv_heads, key_dim, device = keys.num_kv_heads, keys.head_dim, keys.codes.device
    else:
        if keys.dim() != 3:
            raise ValueError(f"keys must be [kv_heads, rows, head_dim], got shape {tuple(keys.shape)}")
        kv_heads, key_dim, device = keys.shape[0], keys.shape[2], keys.device
    if key_dim != dim:
        raise ValueError(f"head_dim of query and keys must agree, got {dim} and {key_dim}")
    if dim > MAX_HEAD_DIM or dim % 2:
        raise ValueError(f"head_dim must be even and at most {MAX_HEAD_DIM}, got {dim}")
    if heads % kv_heads:
        raise ValueError(f"query heads must be a multiple of KV heads, got {heads} and {kv_heads}")
    if device != query.device:
        raise ValueError(f"query and keys must be on one device, got {query.device} and {device}")
    if query.stride(-1) != 1:
        raise ValueError("query must be contiguous in its last dimension")


def check_step(**tensors: Tensor) -> None:
    """Tensors [H, D] of a decode step lie without gaps: kernels address their heads by H and D alone."""
    for name, tensor in tensors.items():
        if not tensor.is_contiguous():
            raise ValueError(f"{name} of a decode step must be contiguous, got strides {tensor.stride()}")


def check_cache(keys: Tensor, values: Tensor) -> None:
    """keys and values [Hkv, N, D] agree and are contiguous in their last dimension."""
    if keys.shape != values.shape:
        raise ValueError(f"keys and values must have one shape, got {tuple(keys.shape)} and {tuple(values.shape)}")
    if keys.stride(-1) != 1 or values.stride(-1) != 1:
        raise ValueError("keys and values must be contiguous in their last dimension")


def check_groups(groups: int, kv_heads: int) -> None:
    """A pick is shared by all heads (groups 1) or made per KV head (groups Hkv)."""
    if groups not in (1, kv_heads):
        raise ValueError(f"groups must be 1 or the number of KV heads ({kv_heads}), got {groups}")


def check_blocks(num_voters: int, num_blocks: int) -> None:
    """Every block has the same number of voters."""
    if num_blocks < 1 or num_voters % num_blocks:
        raise ValueError(f"voters must be a multiple of blocks, got {num_voters} voters and {num_blocks} blocks")


def check_k(k: int) -> None:
    """A pick has at least one row."""
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")


def check_picks(num_queries: int, block_size: int, indices: Tensor, window_start: Tensor, kv_heads: int) -> None:
    """indices [B, groups, K] and window_start [B] have one entry a block of `block_size` queries."""
    blocks = -(-num_queries // block_size)
    check_groups(indices.shape[1], kv_heads)
    if indices.shape[0] != blocks or window_start.shape[0] != blocks:
        raise ValueError(
            f"{num_queries} queries in blocks of {block_size} need {blocks} picks and window starts, "
            f"got {indices.shape[0]} and {window_start.shape[0]}"
        )


def check_row_linear(
    row: Tensor,
    weight: Tensor | PackedWeight,
    out: Tensor,
    bias: Tensor | None,
    norm: Tensor | None,
    residual: Tensor | None,
    gated: bool,
) -> None:
    """Shapes of row_linear_: row [K], weight [N, K] with rows without gaps, vectors contiguous."""
    if isinstance(weight, Tensor) and (weight.dim() != 2 or weight.stride(1) != 1):
        raise ValueError(f"weight must be [N, K], contiguous in K, got {tuple(weight.shape)} with strides {weight.stride()}")
    num, width = weight.shape
    if gated and (num % 2 or bias is not None):
        raise ValueError(f"a gated product needs an even number of rows and no bias, got {num} rows")
    made = num // 2 if gated else num
    for name, vector, size in (
        ("row", row, width), ("norm", norm, width), ("bias", bias, num), ("residual", residual, made), ("out", out, made),
    ):  # fmt: skip
        if vector is not None and (vector.shape != (size,) or not vector.is_contiguous()):
            raise ValueError(f"{name} must be [{size}] and contiguous, got {tuple(vector.shape)}, strides {vector.stride()}")


def check_packed(weight: PackedWeight, out: Tensor | None = None) -> None:
    """Words of 4- or 8-bit codes, scale and zero of each group, contiguous; `out` [N, K] with rows without gaps."""
    words, groups = weight.words, weight.words.shape[:2]
    if words.dim() != 3 or words.shape[2] not in (4, 8) or words.dtype != torch.int32 or not words.is_contiguous():
        raise ValueError(f"packed words must be int32 [N, K / 32, 4 or 8], contiguous, got {tuple(words.shape)} {words.dtype}")
    for name, numbers in (("scale", weight.scale), ("zero", weight.zero)):
        if numbers is not None and (numbers.shape != groups or not numbers.is_contiguous()):
            raise ValueError(f"{name} of a packed weight must be {tuple(groups)} and contiguous, got {tuple(numbers.shape)}")
    if out is not None and (out.shape != weight.shape or out.stride(1) != 1):
        raise ValueError(f"out must be {weight.shape}, contiguous in K, got {tuple(out.shape)} with strides {out.stride()}")
