"""Block shapes of a decode step's kernels and the scratch they share, both from `DecodeShape` and the device's limits."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from tsel_kernels.decode.state import DecodeShape
from tsel_kernels.decode.triton_pick import PickWorkspace, pick_workspace
from tsel_kernels.triton_device import DeviceLimits, ceil_div, device_limits, next_power

SCORE_TILE = 256
"""Most rows a score program takes at a time; the index is allocated to a multiple of it."""
SCORE_BYTES = 16 * 1024
"""Bytes of codes in one tile: wider rows make it shorter, so that its stages fit whatever the head_dim and bits."""
SCORE_PROGRAMS = 2
"""Score programs per multiprocessor."""
ATTEND_ROWS = 64
MOST_SPLITS = 256
"""The join holds one result a split in registers; longer lists (full attention) give a program several tiles."""


@dataclass(frozen=True)
class DecodeWorkspace:
    """Scratch shared by all layers (zero where it counts).

    logits [Hkv, capacity, HP] int16, part [Hkv * programs + Hkv, HP] float32 (sums of exponentials; mean's share),
    pick, split_out [Hkv, splits, GP, D] float32, split_lse [Hkv, splits, GP] float32.
    """

    logits: Tensor
    part: Tensor
    pick: PickWorkspace
    split_out: Tensor
    split_lse: Tensor


def score_heads(shape: DecodeShape) -> int:
    """Heads of one KV head, padded for the matrix units."""
    return max(4, next_power(shape.num_heads // shape.num_kv_heads))


def score_block(limits: DeviceLimits, row_bytes: int) -> tuple[int, int]:
    """(rows, pipeline stages) of a score program whose padded rows are `row_bytes` long.

    Stages are as many as leave room for SCORE_PROGRAMS programs on a multiprocessor (a tile fewer is in memory than
    there are stages, and 8 KiB go to layout changes): 4 with 227 KiB, 3 with 163, 2 with 99.
    """
    buffers = (limits.shared_bytes // SCORE_PROGRAMS - 8192) // SCORE_BYTES
    return max(64, min(SCORE_TILE, SCORE_BYTES // row_bytes)), max(2, min(4, buffers + 1))


def attend_rows(shape: DecodeShape) -> int:
    """Rows one program of the decode attention gathers: 64, or 32 where K and V of 64 would not fit well."""
    return ATTEND_ROWS if shape.head_dim <= 128 else 32


def split_rounds(shape: DecodeShape) -> int:
    """Tiles of rows a program of the decode attention takes, so that at most MOST_SPLITS results are joined."""
    return ceil_div(shape.num_sink + shape.k + shape.window_rows, attend_rows(shape) * MOST_SPLITS)


def num_splits(shape: DecodeShape) -> int:
    """Splits of the decode attention's row list."""
    return ceil_div(shape.num_sink + shape.k + shape.window_rows, attend_rows(shape) * split_rounds(shape))


def decode_workspace(shape: DecodeShape, device: torch.device) -> DecodeWorkspace:
    """Allocate the scratch of a decode step; capacity is rounded up to the score tile."""
    return workspace_of(shape, device, 1)


def workspace_of(shape: DecodeShape, device: torch.device, share: int) -> DecodeWorkspace:
    """The scratch of one of `share` sequences that use the device at once: each needs the fewer programs."""
    limits = device_limits(device)
    heads, tiles = score_heads(shape), ceil_div(shape.capacity, SCORE_TILE)
    programs = max(1, min(ceil_div(SCORE_PROGRAMS * limits.num_sms, shape.num_kv_heads * share), ceil_div(tiles, 2), 512))

    def floats(*size: int, dtype: torch.dtype = torch.float32) -> Tensor:
        return torch.zeros(size, dtype=dtype, device=device)

    kv, splits, packed = shape.num_kv_heads, num_splits(shape), max(16, next_power(shape.num_heads // shape.num_kv_heads))
    if share > 1:  # a multiprocessor holds four programs of attention at a time: two rounds of them are enough
        tiles_listed = ceil_div(shape.num_sink + shape.k + shape.window_rows, attend_rows(shape))
        rounds = ceil_div(tiles_listed * kv * share, 8 * limits.num_sms)
        splits = min(splits, ceil_div(tiles_listed, rounds))
    return DecodeWorkspace(
        logits=floats(kv, tiles * SCORE_TILE, heads, dtype=torch.int16),
        part=floats(kv * programs + kv, heads),
        pick=pick_workspace(
            shape.groups, shape.capacity, device, max(1, shape.capacity - shape.num_sink - shape.num_local), share
        ),
        split_out=floats(kv, splits, packed, shape.head_dim),
        split_lse=floats(kv, splits, packed),
    )


def as_workspace(workspace: object) -> DecodeWorkspace:
    """The scratch a step was given; TypeError if it was made by other kernels."""
    if not isinstance(workspace, DecodeWorkspace):
        raise TypeError(f"the workspace must come from decode_workspace of the Triton kernels, got {type(workspace)}")
    return workspace
