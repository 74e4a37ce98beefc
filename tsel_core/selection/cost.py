"""What the attention of a prefill costs by count: score and value rows that queries meet, relative to full.

A query of full attention at position n meets n rows twice (q.k and p.v). An anchor does the same and once more for
its vote (q.k); every query meets the picked rows, sinks and window twice. Bytes: every chunk of full attention reads
the cache once; a selecting chunk reads it for its anchors, the keys once more for the votes, and the rows of each
block. Linear layers are not counted. The last layer counts like the others, though it attends for one token of a chunk.
"""

from __future__ import annotations

from dataclasses import dataclass

from tsel_core.config import SelectionConfig
from tsel_core.selection.anchors import offsets_in_block


@dataclass(frozen=True, slots=True)
class Cost:
    """Relative to full attention: 1 is the same, 0.125 an eighth."""

    flops: float
    bytes: float


def prefill_cost(config: SelectionConfig, num_tokens: int, *, chunk_size: int = 512, num_layers: int = 1) -> Cost:
    """Cost of reading `num_tokens` from the start; layers kept full cost 1. Chunks too short to select run full."""
    full = sum(1 for i in range(num_layers) if i in config.full_layers)
    selecting = _select_cost(config, num_tokens, chunk_size)
    share = full / num_layers
    return Cost(share + (1 - share) * selecting.flops, share + (1 - share) * selecting.bytes)


def _select_cost(config: SelectionConfig, num_tokens: int, chunk_size: int) -> Cost:
    mean_query = config.vote == "mean-query"
    anchors = 0 if mean_query else len(offsets_in_block(config.anchors, config.block_size, config.anchor_every))
    share = 0.0 if mean_query else anchors / config.block_size
    flops_full = flops = bytes_full = used = 0.0
    for begin in range(0, num_tokens, chunk_size):
        num = min(chunk_size, num_tokens - begin)
        rows = begin + num / 2
        flops_full += 2 * num * rows
        bytes_full += 2 * (begin + num)
        if config.cell_rows and begin - config.num_local - config.num_sink > config.budget:
            flops += num * _cell_rows_met(config, rows)
            used += 2 * (begin + num) + 2 * -(-num // config.block_size) * config.pool * config.budget
            continue
        if begin - config.num_local - config.num_sink <= config.budget:
            flops += 2 * num * rows
            used += 2 * (begin + num)
            continue
        block = num if mean_query else config.block_size
        picked = config.num_sink + config.budget + config.num_local + block / 2
        voters = 1 if mean_query else 0
        flops += 2 * num * min(picked, rows) + 3 * num * share * rows + voters * rows
        used += (3 if anchors else 1) * (begin + num) + 2 * -(-num // block) * picked
    return Cost(flops / flops_full, used / bytes_full)


def _cell_rows_met(config: SelectionConfig, rows: float) -> float:
    """Products of a query with rows and mean rows where every query votes by cells (k-means apart).

    Mean rows are met by scores and values and once more for the votes; the pool's cells for their visitors (twice) and
    where picked rows are taken from them, its rows by the visitors of a head.
    """
    attended = config.num_sink + config.budget + config.num_local + config.block_size / 2
    pool = config.pool * config.budget if config.visitors else config.budget
    of_cells = (3 * rows + 4 * pool) / config.cell_rows
    return 2 * min(attended, rows) + of_cells + pool / config.block_size
