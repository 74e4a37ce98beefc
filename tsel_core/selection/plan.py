"""What every layer of a prefill chunk needs to know about its queries, made once for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.selection.anchors import anchor_offsets, measured_offsets


@dataclass(frozen=True, slots=True)
class ChunkPlan:
    """Offsets are places in the chunk, int64 on the device.

    starts [B] int32: first row of each block's local window (0 when it reaches the sinks). anchors [B * R]: the voters.
    measured [M]: queries on which coverage is measured. everyone [A]: all that attend to every row, the anchors
    first; positions [A]: their rows. The measured ones are everyone[measured_from:], which are the anchors themselves
    where no other query is left.
    """

    starts: Tensor
    anchors: Tensor
    measured: Tensor
    everyone: Tensor
    positions: Tensor
    measured_from: int


@lru_cache(maxsize=4)
def chunk_plan(config: SelectionConfig, q_start: int, num_queries: int, device: torch.device) -> ChunkPlan:
    """The plan of the queries at q_start ..; a dozen small operations, so layers share it."""
    anchors = anchor_offsets(config, num_queries, device)
    measured = measured_offsets(config, num_queries, device)
    everyone = torch.cat([anchors, measured])
    measured_from = len(anchors)
    if len(measured) == 0:
        measured_from, measured = 0, anchors
    starts = window_starts(config, q_start, num_queries, config.block_size, device)
    return ChunkPlan(starts, anchors, measured, everyone, q_start + everyone, measured_from)


def step_window(config: SelectionConfig, last: int) -> int:
    """First row of the local window of a written token at row `last`: 0 when the window reaches the sinks."""
    begin = last + 1 - config.num_local
    return begin if begin > config.num_sink else 0


def window_starts(
    config: SelectionConfig, q_start: int, num_queries: int, block_size: int, device: torch.device
) -> Tensor:
    """First row of each block's local window [B] int32: 0 when the window reaches the sinks."""
    begins = torch.arange(q_start, q_start + num_queries, block_size, device=device) - config.num_local
    return torch.where(begins > config.num_sink, begins, 0).to(torch.int32)


def whole_segments(config: SelectionConfig, at: int) -> int:
    """Segments of cells before the window of a block at row `at`; the first begins after the sinks.

    A window begins where a segment ends: no cell lies on both sides. On average it holds about `num_local` rows.
    """
    least = max(config.num_local - config.cell_segment // 2, config.num_local // 4)
    return max(0, at - least - config.num_sink) // config.cell_segment
