"""Which queries of a selection block are anchors: they attend to everything and vote for the whole block."""

from __future__ import annotations

import random
from functools import lru_cache

import torch
from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.device.uploads import upload


@lru_cache(maxsize=64)
def offsets_in_block(anchors: str, block_size: int, anchor_every: int) -> tuple[int, ...]:
    """Offsets of the anchors within a block, ascending; at least one."""
    begins = range(0, block_size, anchor_every)
    if anchors == "even":
        chosen = set(begins)
    elif anchors == "even+last":
        chosen = {*begins, block_size - 1}
    elif anchors == "end":
        chosen = {min(b + anchor_every, block_size) - 1 for b in begins}
    else:
        draw = random.Random(f"anchors {block_size} {anchor_every}")
        chosen = {draw.randrange(b, min(b + anchor_every, block_size)) for b in begins}
    return tuple(sorted(chosen))


def anchor_offsets(config: SelectionConfig, num_queries: int, device: torch.device) -> Tensor:
    """Offsets [B * R] int64 of the anchors in a chunk of `num_queries`, R in every one of B blocks.

    A ragged last block repeats its last query so that every block has R voters.
    """
    within = offsets_in_block(config.anchors, config.block_size, config.anchor_every)
    begins = torch.arange(0, num_queries, config.block_size, device=device)
    offsets = begins[:, None] + upload(within, device)[None, :]
    return offsets.clamp(max=num_queries - 1).flatten()


_LEAST_STRIDE = 101  # queries between measured ones; odd, so that they fall at every place within a block
_MOST_MEASURED = 17  # a chunk: each costs as much as an anchor, and a chunk of 8,192 queries has 128 of those


def measured_offsets(config: SelectionConfig, num_queries: int, device: torch.device) -> Tensor:
    """Offsets [M] int64 of the queries on which a chunk's coverage is measured: none of them votes.

    Voters see their own rows picked: their coverage grows as they get fewer, while that of the others falls. Where
    every query votes, or the chunk is very short, the voters are all there is and are measured instead.
    """
    within = set(offsets_in_block(config.anchors, config.block_size, config.anchor_every))
    stride = max(_LEAST_STRIDE, num_queries // (_MOST_MEASURED - 1) - 7 | 1)
    within_reach = range(37, num_queries - 1, stride)
    chosen = [at for at in within_reach if at % config.block_size not in within]
    return upload(chosen, device)
