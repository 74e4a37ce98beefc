"""Torch definitions of the cells and of attention that begins with their mean rows (letters: tsel_kernels.shapes).

J cells, P cells of a block's pool, B blocks of `block_size` queries. A block sees the first visible[b] cells [B] int32,
whole segments that end before its window; empty cells count for nothing.
Source: k-means as in Lloyd's "Least squares quantization in PCM" (1982); the rest is ours (docs/dev/method.md).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from tsel_kernels.cells.held import CellPool, Cells, check_cells, named_rows
from tsel_kernels.checks import check_cache
from tsel_kernels.shapes import grouped, logits_of, ungrouped

ROUNDS = 3
"""Rounds of k-means before the last assignment."""

MOST_ABOVE = 30.0
"""Nats that a row may lie above its cell's mean key."""


def make_cells_(keys: Tensor, values: Tensor, cells: Cells, segments: range) -> None:
    """Cells of `segments` of keys, values [Hkv, N, D], in place: k-means from keys that lie evenly apart.

    Centres are rounded to the keys' dtype before rows choose the nearest (of equals the first).
    """
    check_cache(keys, values)
    check_cells(cells, keys, segments)
    shape, num = cells.shape, len(segments)
    if num == 0:
        return
    begin, each = shape.first + segments.start * shape.segment, shape.per_segment
    own = slice(begin, begin + num * shape.segment)
    cut = keys[:, own].float().unflatten(1, (num, shape.segment))
    places = torch.arange(each, device=keys.device) * shape.segment // each + shape.segment // (2 * each)
    centre = cut[:, :, places]
    for _ in range(ROUNDS):
        hot = _one_hot(cut, centre.to(keys.dtype).float())
        count = hot.sum(2)[..., None]
        centre = torch.where(count > 0, hot.transpose(2, 3) @ cut / count.clamp(min=1), centre)
    hot = _one_hot(cut, centre.to(keys.dtype).float())
    count = hot.sum(2)
    mean = hot / count.clamp(min=1)[:, :, None]
    mine = slice(segments.start * each, segments.stop * each)
    for held, of in ((cells.keys, cut), (cells.values, values[:, own].float().unflatten(1, (num, shape.segment)))):
        held[:, mine] = (mean.transpose(2, 3) @ of).flatten(1, 2).to(held.dtype)
    first_cell = torch.arange(segments.start, segments.stop, device=keys.device)[None, :, None] * each
    member = hot.argmax(3)
    at = slice(segments.start * shape.segment, segments.stop * shape.segment)
    cells.member[:, at] = (member + first_cell).flatten(1).int()
    order = member.sort(dim=-1, stable=True).indices
    first_row = torch.arange(segments.start, segments.stop, device=keys.device)[None, :, None] * shape.segment
    cells.rows[:, at] = (order + first_row + shape.first).flatten(1).int()
    cells.count[:, mine] = count.flatten(1).int()
    cells.weight[:, mine] = count.flatten(1).log2()
    cells.begin[:, mine] = (count.cumsum(-1) - count + first_row).flatten(1).int()


def _one_hot(cut: Tensor, centre: Tensor) -> Tensor:
    """1 at the nearest centre [Hkv, S, C, D] of every row of cut [Hkv, S, R, D]: [Hkv, S, R, C]."""
    nearest = (cut @ centre.transpose(-1, -2) - 0.5 * (centre**2).sum(-1)[:, :, None]).argmax(-1)
    return torch.nn.functional.one_hot(nearest, centre.shape[2]).to(cut.dtype)


def coarse_attention(
    query: Tensor, near: Tensor, near_lse: Tensor, cells: Cells, visible: Tensor, *, block_size: int, scaling: float
) -> tuple[Tensor, Tensor]:
    """Attention of query [T, H, D] to what is near and to every visible cell as count equal rows.

    near [T, H, D] and near_lse [T, H]: attention to sinks, window and chunk. Returns out [T, H, D] in the query's dtype
    and log-sum-exp [T, H] float32.
    """
    outs, lses = [], []
    for block, num in enumerate(visible.tolist()):
        own = slice(block * block_size, (block + 1) * block_size)
        kv_heads = cells.keys.shape[0]
        logits = logits_of(query[own], cells.keys[:, :num], scaling) + cells.weight[:, None, :num] * math.log(2)
        here, lse = grouped(near[own], kv_heads), grouped(near_lse[own][..., None], kv_heads)
        both = torch.cat([lse, logits], -1)
        total = torch.logsumexp(both, -1)
        share = torch.exp(both - total[..., None])
        out = share[..., :1] * here + share[..., 1:] @ cells.values[:, :num].float()
        outs.append(ungrouped(out, query[own].shape[0]))
        lses.append(ungrouped(total, query[own].shape[0]))
    return torch.cat(outs).to(query.dtype), torch.cat(lses)


def cell_votes(
    query: Tensor, lse: Tensor, cells: Cells, visible: Tensor, *, block_size: int, scaling: float
) -> Tensor:
    """Votes [B, Hkv, J] float32 of every query of a block for *one row* of a cell: sum of exp(logit - lse).

    0 for cells that are empty or not visible. query [T, H, D], lse [T, H] from `coarse_attention`.
    """
    votes = torch.zeros((len(visible), *cells.count.shape), device=query.device)
    for block, num in enumerate(visible.tolist()):
        own = slice(block * block_size, (block + 1) * block_size)
        logits = logits_of(query[own], cells.keys[:, :num], scaling)
        normal = grouped(lse[own][..., None], cells.keys.shape[0])
        each = torch.exp(logits - normal).sum(1)
        votes[block, :, :num] = each.masked_fill(cells.count[:, :num] == 0, 0)
    return votes


def cell_pool(votes: Tensor, cells: Cells, visible: Tensor, num: int, room: int) -> CellPool:
    """The `num` visible cells with the most votes [B, Hkv, J] for a row, of equals the first; empty ones never."""
    seen = torch.arange(votes.shape[2], device=votes.device) < visible[:, None, None]
    ranked = votes.masked_fill(~(seen & (cells.count > 0)), float("-inf")).sort(dim=-1, descending=True, stable=True)
    best = torch.where(ranked.values > float("-inf"), ranked.indices, votes.shape[2])[..., :num].sort(-1).values
    best = torch.nn.functional.pad(best, (0, num - best.shape[-1]), value=votes.shape[2])
    there = best < votes.shape[2]
    count = cells.count.expand(len(votes), -1, -1).gather(-1, torch.where(there, best, 0)).masked_fill(~there, 0)
    begin = (count.cumsum(-1) - count).masked_fill(~there, 0)
    used = count.sum(-1).clamp(max=room)
    return CellPool(torch.where(there, best, -1).int(), begin.int(), used.int(), room)


def cell_visitors(
    query: Tensor, lse: Tensor, cells: Cells, pool: Tensor, *, block_size: int, scaling: float
) -> tuple[Tensor, Tensor]:
    """Of each head the mean of a block's queries, weighted by their votes for a cell: who voted wants the same.

    pool [B, Hkv, P] int32 cells, -1 padded. Returns visitors [B, Hkv, P, G, D] in the query's dtype and their votes for
    one row [B, Hkv, P, G] float32; padding: zeros.
    """
    num, heads, dim = query.shape
    blocks, kv_heads, picked = pool.shape
    group = heads // kv_heads
    made = torch.zeros((blocks, kv_heads, picked, group, dim), device=query.device)
    held = torch.zeros((blocks, kv_heads, picked, group), device=query.device)
    for block in range(blocks):
        own = slice(block * block_size, min(num, (block + 1) * block_size))
        rows = query[own].float().unflatten(1, (kv_heads, group))
        keys = cells.keys.float().gather(1, pool[block].clamp(min=0).long()[..., None].expand(-1, -1, dim))
        logits = torch.einsum("thgd,hpd->hgtp", rows, keys) * scaling
        logits -= lse[own].unflatten(1, (kv_heads, group)).permute(1, 2, 0)[..., None]
        made[block] = torch.einsum("hgtp,thgd->hpgd", torch.softmax(logits, 2), rows)
        held[block] = torch.exp(torch.logsumexp(logits, 2)).transpose(1, 2)
    there = (pool >= 0)[..., None]
    return made.masked_fill_(~there[..., None], 0).to(query.dtype), held.masked_fill_(~there, 0)


def cell_row_votes(
    keys: Tensor, cells: Cells, pool: CellPool, made: Tensor, held: Tensor, *, scaling: float
) -> tuple[Tensor, Tensor]:
    """Votes [B, Hkv, room] float32 of the rows of a pool's cells, and these rows [B, Hkv, room] int32.

    A row's vote is the sum over visitors of `held` times exp of what its logit with the visitor `made` has above the mean
    key's. keys [Hkv, N, D], made [B, Hkv, P, G, D], held [B, Hkv, P, G]. Places that are not used: anything.
    """
    blocks, kv_heads = pool.used.shape
    votes = torch.zeros((blocks, kv_heads, pool.room), device=keys.device)
    listed = torch.zeros((blocks, kv_heads, pool.room), dtype=torch.int32, device=keys.device)
    for block, kv in ((b, h) for b in range(blocks) for h in range(kv_heads)):
        there = (pool.cells[block, kv] >= 0).nonzero()[:, 0]
        cell = pool.cells[block, kv, there].long()
        count = cells.count[kv, cell].long()
        used = int(pool.used[block, kv])
        place = torch.arange(len(there), device=keys.device).repeat_interleave(count)[:used]  # of a row's cell
        within = torch.arange(len(place), device=keys.device) - pool.begin[block, kv, there].long()[place]
        rows = cells.rows[kv, cells.begin[kv, cell].long()[place] + within]
        above = keys[kv, rows.long()].float() - cells.keys[kv, cell].float()[place]
        logits = torch.einsum("rd,rgd->rg", above, made[block, kv, there].float()[place]) * scaling
        votes[block, kv, :used] = (held[block, kv, there][place] * torch.exp(logits.clamp(max=MOST_ABOVE))).sum(-1)
        listed[block, kv, :used] = rows
    return votes, listed


def pick_cell_rows(
    votes: Tensor, rows: Tensor, pool: CellPool, cells: Cells, k: int, named: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """The k rows [B, Hkv, k] int32 with the most votes, in the order of the list, and how many each cell has of them.

    votes, rows [B, Hkv, room] from `cell_row_votes`. Of equal votes the first of the list win; rows without any are not
    picked (-1 padded). Counts [B, Hkv, J] int32. Rows `named` [B, R], R <= k, for every head (distinct rows of cells,
    -1 at the end) come first and are part of the k.
    """
    real = (torch.arange(pool.room, device=votes.device) < pool.used[..., None]) & (votes > 0)
    place = (rows.long() - cells.shape.first).clamp(min=0, max=cells.member.shape[1] - 1)
    wanted = torch.full((len(votes), 1, 1), k, device=votes.device)
    if named is not None:
        is_named = named_rows(named, cells)[:, None].expand(-1, votes.shape[1], -1)
        real &= is_named.gather(-1, place) == 0
        wanted = wanted - (named >= 0).sum(-1)[:, None, None]
    ranked = votes.masked_fill(~real, -1).sort(dim=-1, descending=True, stable=True)
    within = torch.arange(pool.room, device=votes.device) < wanted
    best = torch.where((ranked.values > 0) & within, ranked.indices, pool.room)[..., :k].sort(-1).values
    best = torch.nn.functional.pad(best, (0, k - best.shape[-1]), value=pool.room)
    there = best < pool.room
    kept = rows.gather(-1, torch.where(there, best, 0)).masked_fill(~there, -1)
    if named is not None:
        given = named.int()[:, None].expand(-1, votes.shape[1], -1)
        both = torch.cat([given, kept], -1)
        order = (both < 0).sort(dim=-1, stable=True).indices[..., :k]
        kept = both.gather(-1, order)
    taken = torch.zeros((len(votes), *cells.count.shape), dtype=torch.int32, device=votes.device)
    member = cells.member.expand(len(votes), -1, -1).gather(-1, (kept - cells.shape.first).clamp(min=0).long())
    return kept, taken.scatter_add_(-1, member.long(), (kept >= 0).int())


def cell_attention(
    query: Tensor,
    coarse: Tensor,
    coarse_lse: Tensor,
    keys: Tensor,
    values: Tensor,
    cells: Cells,
    indices: Tensor,
    pool: Tensor,
    taken: Tensor,
    *,
    block_size: int,
    scaling: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """`coarse_attention`, in which picked rows stand for themselves instead of being equal rows of their cells.

    indices [B, Hkv, K]: rows of the cells pool [B, Hkv, P], both int32 and -1 padded; taken [B, Hkv, J] from
    `pick_cell_rows`. Returns out [T, H, D], its log-sum-exp [T, H], and the log-sum-exp over picked rows alone [T, H] (-inf: none).
    """
    check_cache(keys, values)
    dim, kv_heads = query.shape[2], keys.shape[0]
    outs: list[list[Tensor]] = [[], [], []]
    for block in range(len(indices)):
        own = slice(block * block_size, (block + 1) * block_size)
        at = indices[block].clamp(min=0).long()[..., None].expand(-1, -1, dim)
        rows = logits_of(query[own], keys.gather(1, at), scaling).masked_fill_((indices[block] < 0)[:, None], float("-inf"))
        place = pool[block].clamp(min=0).long()
        stood = taken[block].gather(1, place).masked_fill(pool[block] < 0, 0)
        spread = place[..., None].expand(-1, -1, dim)
        away = logits_of(query[own], cells.keys.gather(1, spread), scaling) + stood[:, None].float().log()
        away.masked_fill_((stood == 0)[:, None], float("-inf"))
        before = grouped(coarse_lse[own][..., None], kv_heads)
        top = torch.maximum(before[..., 0], rows.amax(-1))[..., None]
        weights = [torch.exp(before - top), torch.exp(rows - top), torch.exp(away - top)]
        total = (weights[0].sum(-1) + weights[1].sum(-1) - weights[2].sum(-1))[..., None]
        means = cells.values.gather(1, spread).float()
        out = weights[0] * grouped(coarse[own], kv_heads) + weights[1] @ values.gather(1, at).float() - weights[2] @ means
        num = query[own].shape[0]
        outs[0].append(ungrouped(out / total, num))
        outs[1].append(ungrouped((top + total.log())[..., 0], num))
        outs[2].append(ungrouped(torch.logsumexp(rows, -1), num))
    return torch.cat(outs[0]).to(query.dtype), torch.cat(outs[1]), torch.cat(outs[2])
