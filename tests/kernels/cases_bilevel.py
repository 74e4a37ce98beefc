"""Calls of the bi-level kernels at realistic shapes, beside those of cases.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from tsel_kernels.bilevel.levels import FAR, HELD_PARTS, FarPlaces, LeveledIndex, LeveledKeys
from tsel_kernels.decode.state import DecodeShape, decode_state
from tsel_kernels.key_index import KeyIndex


def bilevel_calls(gpu: Any, query: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, index: KeyIndex, k: int) -> dict[str, Callable[[], Any]]:
    """Name -> call: query [T, H, D] at the last rows of keys, values [Hkv, N, D]; the index of N rows."""
    device, (num, heads, dim), (kv_heads, rows) = query.device, query.shape, keys.shape[:2]
    sinks, local, scaling = 32, 128, dim**-0.5
    leveled = LeveledKeys(keys, keys, 0, 512)
    anchors = query[15::16].contiguous()
    positions = torch.arange(rows - num + 15, rows, 16, device=device)
    starts = torch.arange(rows - num - local, rows - local, 64, dtype=torch.int32, device=device)
    lse = torch.full((4, heads), 9.0, device=device)
    picks = torch.arange(sinks, sinks + k, device=device, dtype=torch.int32).expand(4, kv_heads, k).contiguous()
    levels = LeveledIndex(index, index, 512, FarPlaces(2, 256, 2, FAR))
    one, at = query[0].contiguous(), torch.tensor([rows - 2], dtype=torch.int32, device=device)
    shape = DecodeShape(heads, kv_heads, dim, rows, k, kv_heads, sinks, local)
    state, work = decode_state(shape, query.dtype, device), gpu.decode_workspace(shape, device)
    state.window_start.fill_(rows - 1 - local)
    held = torch.zeros(HELD_PARTS, heads, device=device)
    table = torch.rand((rows, dim), device=device), torch.rand((rows, dim), device=device)
    pair, voters = (query, query), (anchors, anchors)
    common = {"scaling": scaling}
    return {
        "bilevel_attention": lambda: gpu.bilevel_attention(pair, torch.arange(rows - num, rows, device=device), leveled, values, **common),
        "bilevel_votes": lambda: gpu.bilevel_votes(voters, positions, leveled, values, sinks, starts, groups=kv_heads, **common),
        "bilevel_votes shared": lambda: gpu.bilevel_votes(voters, positions, leveled, values, sinks, starts, groups=1, **common),
        "bilevel_held": lambda: gpu.bilevel_held(
            (query[:4], query[:4]), positions[:4], lse, leveled, picks, starts[:4], num_sink=sinks, **common
        ),
        "bilevel_turn_": lambda: gpu.bilevel_turn_(one, keys, at, one.clone(), one.clone(), levels, rope=table),
        "bilevel_select_": lambda: gpu.bilevel_select_(one, one, levels, at, state, shape, work, held, **common),
    }  # fmt: skip
