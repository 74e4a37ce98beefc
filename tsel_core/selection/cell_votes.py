"""Everybody votes: every query of a block for cells, and in the cells with the most votes for rows.

Queries that voted for a cell want the same thing, so their mean, weighted by their votes, is a query in its own right:
the cell's *visitor*. What a row's logit with the visitor has more than the cell's mean key has corrects the mass that
the mean key was given. (The mean of a whole block is no such query: docs/dev/quality-log.md.)
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from tsel_core.selection.cells import Cells, sums_by_cell

_MOST = 30.0  # nats above a cell's mean: exp stays finite
_MOST_VOTES = 60.0  # the kernels that count votes tell them apart up to 64
_LEAST = 1e-30  # mass below which a cell has no visitor


@dataclass(frozen=True, slots=True)
class Blocks:
    """Queries of some selection blocks: query [b, Hkv, Q, D] float32 scaled, Q the queries and heads of a KV head;
    starts [b]; near_lse [b, Hkv, Q]: log-sum-exp over sinks and window."""

    query: Tensor
    starts: Tensor
    near_lse: Tensor


def cell_logits(blocks: Blocks, mean_keys: Tensor) -> Tensor:
    """[b, Hkv, Q, J] of mean keys [Hkv, J, D]."""
    return torch.einsum("bhqd,hjd->bhqj", blocks.query, mean_keys)


def row_votes(
    blocks: Blocks, cells: Cells, keys: Tensor, num_sink: int, pool: int, group: int, visitors: bool = True
) -> Tensor:
    """Votes [b, Hkv, N] float32: of the `pool` rows of the best cells, 0 elsewhere. `group` heads a KV head.

    A vote is a mass summed over the block's queries and the heads of a KV head, as `soft_votes` gives it.
    """
    plain = cell_logits(blocks, cells.mean_keys)
    open_ = (cells.ends > num_sink) & (cells.ends <= blocks.starts[:, None])
    hidden = ~open_[:, None, None] | (cells.count == 0)[None, :, None]
    far = (plain + cells.count.log()[:, None]).masked_fill_(hidden, float("-inf"))
    lse = torch.logaddexp(blocks.near_lse, torch.logsumexp(far, -1))
    mass = torch.exp_(far.sub_(lse[..., None]))
    density = mass.sum(2) / cells.count.clamp(min=1)
    member = cells.member.expand(len(density), -1, -1)
    by_row = density.gather(-1, member)
    if not visitors:
        return torch.nn.functional.pad(by_row, (0, keys.shape[1] - by_row.shape[-1]))
    best = by_row.topk(min(pool, member.shape[-1]), -1).indices
    votes = _visitors_votes(blocks.query, mass, plain, cells, keys, best, group)
    out = torch.zeros(*density.shape[:2], keys.shape[1], device=density.device)
    return out.scatter_(-1, best, votes)


def _visitors_votes(
    query: Tensor, mass: Tensor, plain: Tensor, cells: Cells, keys: Tensor, best: Tensor, group: int
) -> Tensor:
    """Votes [b, Hkv, P] of the rows `best` [b, Hkv, P] by the visitors of their cells, a visitor for every head.

    A visitor's logit is the mean of its queries' logits, by their votes: visitors themselves are never made.
    """
    there = cells.member.expand(len(best), -1, -1).gather(-1, best)
    rows = keys.expand(len(best), -1, -1, -1).gather(2, best[..., None].expand(-1, -1, -1, keys.shape[-1]))
    logits = rows.float() @ query.transpose(-1, -2)  # [b, Hkv, P, Q], heads innermost
    weight = _of_rows(mass.transpose(-1, -2), there).unflatten(-1, (-1, group))
    total = mass.unflatten(2, (-1, group)).sum(2).transpose(-1, -2)  # [b, Hkv, J, G]
    at_mean = (mass * plain).unflatten(2, (-1, group)).sum(2).transpose(-1, -2) / total.clamp(min=_LEAST)
    held = _of_rows(total, there)
    visitor = (weight * logits.unflatten(-1, (-1, group))).sum(-2) / held.clamp(min=_LEAST)
    above = torch.exp((visitor - _of_rows(at_mean, there)).clamp(max=_MOST))
    count = cells.count.clamp(min=1).expand(len(best), -1, -1).gather(-1, there)
    return ((held * above).sum(-1) / count).clamp(max=_MOST_VOTES)


def _of_rows(of_cells: Tensor, there: Tensor) -> Tensor:
    """Values [b, Hkv, P, X] of cells [b, Hkv, J, X] for rows whose cells are `there` [b, Hkv, P]."""
    return of_cells.gather(2, there[..., None].expand(-1, -1, -1, of_cells.shape[-1]))


def rest_attention(
    blocks: Blocks, cells: Cells, keys: Tensor, values: Tensor, indices: Tensor, num_sink: int
) -> tuple[Tensor, Tensor]:
    """Attention to the mean rows of what was not picked: out [b, Hkv, Q, D], log-sum-exp [b, Hkv, Q] (-inf: nothing).

    indices [b, Hkv, K] int32, -1 padded: the picked rows, which are subtracted from their cells' sums. Sinks lie in
    the first cells and are subtracted too.
    """
    num_cells, dim = cells.keys.shape[1:]
    sinks = torch.arange(num_sink, device=indices.device).expand(*indices.shape[:2], -1)
    taken = torch.cat([sinks, indices.long()], -1)
    taken = torch.where(taken < cells.member.shape[1], taken, -1)  # of the window, so in no open cell
    real = (taken >= 0)[..., None].float()
    at = taken.clamp(min=0)
    member = cells.member.expand(len(at), -1, -1).gather(-1, at)
    index = at[..., None].expand(-1, -1, -1, dim)
    count = cells.count - sums_by_cell(real, member, num_cells)[..., 0]
    left_keys = cells.keys - sums_by_cell(
        keys.expand(len(at), -1, -1, -1).gather(2, index).float() * real, member, num_cells
    )
    left = values.expand(len(at), -1, -1, -1).gather(2, index).float() * real
    left_values = cells.values - sums_by_cell(left, member, num_cells)
    divisor = count.clamp(min=1)[..., None]
    logits = torch.einsum("bhqd,bhjd->bhqj", blocks.query, left_keys / divisor)
    hidden = (count < 0.5) | (cells.ends > blocks.starts[:, None])[:, None]
    logits = (logits + count.clamp(min=1).log()[:, :, None]).masked_fill_(hidden[:, :, None], float("-inf"))
    lse = torch.logsumexp(logits, -1)
    shares = torch.exp(logits - lse.clamp(min=-1e30)[..., None])
    return torch.einsum("bhqj,bhjd->bhqd", shares, left_values / divisor), lse
