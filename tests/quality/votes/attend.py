"""Attention of a scene's queries to what a way picks, with a term for the rest."""

from __future__ import annotations

import torch
from torch import Tensor

from tests.quality.votes.cells import neighbours
from tests.quality.votes.opinions import all_votes
from tests.quality.votes.scene import HIDDEN, Scene, Way
from tsel_core.selection.lexical import LexicalRows


def attend(scene: Scene, way: Way, lexical: LexicalRows, before: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """(output [Hkv, T, G, D], votes [B, Hkv, N]) of one way; `before`: votes of the layer before."""
    starts = scene.starts(way)
    votes = all_votes(scene, way, lexical, before)
    seen = picked(scene, way, votes) | scene.near(way, starts)[:, None]
    outs = []
    for b in range(len(starts)):
        mine = slice(b * way.query_block, (b + 1) * way.query_block)
        logits = scene.logits[:, mine].masked_fill(~seen[b][:, None, None], HIDDEN)
        outs.append(_with_rest(scene, way, logits, ~seen[b], mine))
    out = torch.cat(outs, 1)
    if way.delta:
        anchors = torch.arange(0, out.shape[1], way.every, device=out.device)
        out = out + (scene.exact - out)[:, anchors].repeat_interleave(way.every, 1)[:, : out.shape[1]]
    return out, votes


def picked(scene: Scene, way: Way, votes: Tensor) -> Tensor:
    """The candidates with the most votes, as many as the budget [B, Hkv, N]."""
    starts = scene.starts(way)
    allowed = ((scene.at >= way.num_sink) & (scene.at[None] < starts[:, None]))[:, None]
    chosen = torch.where(allowed, votes, -1.0).topk(min(way.budget, scene.num_rows), -1).indices
    return torch.zeros_like(votes, dtype=torch.bool).scatter_(-1, chosen, True) & allowed


def _with_rest(scene: Scene, way: Way, logits: Tensor, left: Tensor, mine: slice) -> Tensor:
    """Softmax over the rows whose logits are given and, where the way has a rest, what `left` [Hkv, N] leaves."""
    if not (way.rest or way.rest_cells):
        return torch.einsum("htgn,hnd->htgd", torch.softmax(logits, -1), scene.values)
    far, values = rest_rows(scene, way, left, mine)
    shares = torch.softmax(torch.cat([logits, far], -1), -1)
    near = torch.einsum("htgn,hnd->htgd", shares[..., : scene.num_rows], scene.values)
    return near + torch.einsum("htgj,hjd->htgd", shares[..., scene.num_rows :], values)


def rest_rows(scene: Scene, way: Way, left: Tensor, mine: slice) -> tuple[Tensor, Tensor]:
    """Logits [Hkv, t, G, J] and values [Hkv, J, D] of the mean rows of what was left in each cell."""
    cells = scene.cells(way.size, way.segment) if way.rest_cells else neighbours(scene.keys, way.rest)
    rows = cells.member.shape[1]
    kept = left[:, :rows].float()
    count = cells.sums(kept[..., None])[..., 0]
    divisor = count.clamp(min=1)[..., None]
    mean = cells.sums(scene.keys[:, :rows], kept) / divisor
    values = cells.sums(scene.values[:, :rows], kept) / divisor
    logits = torch.einsum("htgd,hjd->htgj", scene.query[:, mine], mean) * scene.scaling + count.log()[:, None, None]
    return logits.masked_fill_((count == 0)[:, None, None], HIDDEN), values
