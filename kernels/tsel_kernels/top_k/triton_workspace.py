"""Scratch memory of the top-k, made once and left clean by every call."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from tsel_kernels.triton_device import ceil_div, next_power

BINS = 128
LIST_TILE = 2048
"""Most votes a program of the list kernel takes (fewer where a row is short, more beyond 4 M votes)."""


@dataclass(frozen=True)
class TopKWorkspace:
    """Scratch of `rows` picks of k from at most `capacity` votes; all but `bounds` and `listed` are zero at rest.

    counts [rows, BINS] int32, states [rows, 2, tiles] int32 (candidates of a tile, their place in the list), tickets
    [rows, 4] int32 (programs done, candidates listed), bounds [rows, 4] int32 (least bits listed, most bits the k-th
    can have, needs refining, votes above), listed [rows, 2, cap] int32 (as they came, in row order). One program lists
    `tile` votes.
    """

    counts: Tensor
    states: Tensor
    tickets: Tensor
    bounds: Tensor
    listed: Tensor
    tile: int


def topk_workspace(rows: int, capacity: int, k: int, device: torch.device) -> TopKWorkspace:
    """Workspace for `rows` picks of k votes out of at most `capacity`."""
    tile = max(1024, min(LIST_TILE, next_power(ceil_div(capacity * rows, 1024))))
    tiles = ceil_div(capacity, tile)
    while tiles > 1024:
        tile, tiles = tile * 2, ceil_div(tiles, 2)

    def zeros(*shape: int) -> Tensor:
        return torch.zeros(shape, dtype=torch.int32, device=device)

    # a longer list does not fit the registers of the program that picks, nor its 16-bit counts
    cap = min(32768, max(4096, (4 if k <= 2048 else 2) * next_power(k)))
    return TopKWorkspace(zeros(rows, BINS), zeros(rows, 2, tiles), zeros(rows, 4), zeros(rows, 4), zeros(rows, 2, cap), tile)
