"""Votes [B, Hkv, N] for rows, each in softmax mass of a query and head."""

from __future__ import annotations

import torch
from torch import Tensor

from tests.quality.votes.cells import Cells
from tests.quality.votes.scene import HIDDEN, Scene, Way, summed
from tsel_core.selection.lexical import LexicalRows

_NAMED = 10.0  # more than any vote
_MOST = 30.0  # logits above a cell's mean; exp stays finite


def all_votes(scene: Scene, way: Way, lexical: LexicalRows, before: Tensor | None) -> Tensor:
    """What a way's voters say together, zero outside the candidates; `before`: votes of the layer before."""
    starts, owner, kv_heads = scene.starts(way), scene.owner(way), scene.query.shape[0]
    votes = torch.zeros(len(starts), kv_heads, scene.num_rows, device=owner.device)
    if way.oracle:
        votes += summed(torch.exp(scene.logits - scene.lse[..., None]), owner)
    if way.size and not way.alone:
        votes += _cell_votes(scene, way, starts, owner)
    if way.anchor:
        votes += way.anchor * _anchor_votes(scene, way, len(starts))
    if before is not None and way.neighbour:
        votes += way.neighbour * before.mean(1, keepdim=True)
    allowed = (scene.at >= way.num_sink) & (scene.at[None] < starts[:, None])
    if way.lexical:
        room = round(way.lexical * way.budget)
        named = lexical.rows(scene.start, len(owner), way.query_block, room, way.num_sink, starts)
        place = torch.where(named >= 0, named, scene.num_rows - 1)[:, None].expand(-1, kv_heads, -1)
        votes.scatter_add_(-1, place, torch.full_like(place, _NAMED, dtype=votes.dtype))
    return torch.where(allowed[:, None], votes, 0.0)


def _anchor_votes(scene: Scene, way: Way, blocks: int) -> Tensor:
    """Exact votes of the first query of every `every`; a block takes its own, or the one before it."""
    chosen = torch.arange(0, scene.query.shape[1], way.every, device=scene.at.device)
    seen = torch.exp(scene.logits[:, chosen] - scene.lse[:, chosen][..., None])
    voters = max(1, way.query_block // way.every)
    return torch.stack(
        [seen[:, i : i + voters].mean((1, 2)) for i in (b * way.query_block // way.every for b in range(blocks))]
    )


def _cell_votes(scene: Scene, way: Way, starts: Tensor, owner: Tensor) -> Tensor:
    cells = scene.cells(way.size, way.segment)
    mass = cell_mass(scene, way, cells, starts, owner)
    if way.visitors:
        rows = _shared_by_visitors(scene, way, cells, mass)
    else:
        each = summed(mass, owner) / cells.count.clamp(min=1)
        rows = each.gather(-1, cells.member.expand(len(starts), -1, -1))
    return torch.nn.functional.pad(rows, (0, scene.num_rows - rows.shape[-1]))


def cell_mass(scene: Scene, way: Way, cells: Cells, starts: Tensor, owner: Tensor) -> Tensor:
    """Share of every query's softmax that a cell before its window holds, by its mean key [Hkv, T, G, J].

    Sinks and window count exactly in the normaliser: a head that looks there votes for little else.
    """
    far = torch.einsum("htgd,hjd->htgj", scene.query, cells.mean) * scene.scaling
    if way.spread:
        variance = cells.sums(scene.keys[:, : cells.member.shape[1]] ** 2) / way.size - cells.mean**2
        far += torch.einsum("htgd,hjd->htgj", scene.query**2, variance) * (0.5 * way.spread * scene.scaling**2)
    far += cells.count.log()[:, None, None]
    candidates = (cells.ends[None] > way.num_sink) & (cells.ends[None] <= starts[owner][:, None])
    far.masked_fill_(~candidates[None, :, None], HIDDEN)
    near = scene.near(way, starts)[owner]
    near_lse = torch.logsumexp(scene.logits.masked_fill(~near[None, :, None], HIDDEN), -1)
    lse = torch.logaddexp(near_lse, torch.logsumexp(far, -1))
    return torch.exp(far - lse[..., None])


def _shared_by_visitors(scene: Scene, way: Way, cells: Cells, mass: Tensor) -> Tensor:
    """Votes [B, Hkv, M]: of each head the queries that voted for a cell, averaged by their votes, see its rows.

    Such queries want the same thing, so their mean does not blur them as the mean of a block does. What a row's logit
    has more than the cell's mean key corrects the mass that the mean key was given.
    """
    rows, heads, found = scene.keys[:, : cells.member.shape[1]], mass.shape[2], []
    index, count = cells.member[..., None].expand_as(rows), cells.count.clamp(min=1)
    for begin in range(0, mass.shape[1], way.query_block):
        mine = slice(begin, begin + way.query_block)
        weight = mass[:, mine]
        total = weight.sum(1)
        visitor = torch.einsum("htgj,htgd->hgjd", weight, scene.query[:, mine]) / total.clamp(min=1e-30)[..., None]
        votes = torch.zeros(cells.member.shape, device=mass.device)
        for g in range(heads):
            there = (rows * visitor[:, g].gather(1, index)).sum(-1)
            at_mean = (cells.mean * visitor[:, g]).sum(-1).gather(1, cells.member)
            above = torch.exp(((there - at_mean) * scene.scaling).clamp(max=_MOST))
            votes += (total[:, g] / count).gather(1, cells.member) * above
        if way.pool:
            held = (weight.sum((1, 2)) / count).gather(1, cells.member)
            least = held.topk(min(held.shape[1], way.pool * way.budget), -1).values[..., -1:]
            votes *= held >= least
        found.append(votes / heads / weight.shape[1])
    return torch.stack(found)
