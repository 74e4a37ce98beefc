"""What the queries between two anchors get for the rows that were not picked.

An anchor attended to everything, so for it the exact output, the output over the picked rows and both log-sum-exps
are known. rho = share of its softmax mass outside the picked rows, rest = its output over those rows alone.
"delta" (Delta Attention, arXiv:2505.11254): out + (exact - picked) of the anchor.
"mix": (1 - rho) * out + rho * rest: the anchor's rest with the anchor's share.
"merge": the anchor's rest as one more row whose logit is the anchor's log-sum-exp over the rest; a query that
matches its picked rows strongly is then corrected less. The last two are ours. All are exact at the anchors.
"""

from __future__ import annotations

import torch
from torch import Tensor

from tsel_core.config import Correction
from tsel_kernels.protocol import PrefillKernels

_SMALL_SHARE = 1e-4  # below it `rest` is a difference of rounding errors, and the correction would be as small


def owners(num_queries: int, offsets: Tensor) -> Tensor:
    """Index [T] of the anchor at or before each query, -1 before the first; offsets [A] ascending."""
    at = torch.arange(num_queries, device=offsets.device)
    return torch.searchsorted(offsets.contiguous(), at, right=True) - 1


def correct_between(
    how: Correction,
    kernels: PrefillKernels,
    out: Tensor,
    picked_lse: Tensor,
    exact: Tensor,
    lse: Tensor,
    offsets: Tensor,
) -> Tensor:
    """Correct the queries between the anchors; `out` may be written to. Arguments as `mix_correct`."""
    if how == "delta":
        return kernels.delta_correct(out, exact, offsets, into=out)
    correct = mix_correct if how == "mix" else merge_correct
    return correct(out, picked_lse, exact, lse, offsets)


def mix_correct(out: Tensor, picked_lse: Tensor, exact: Tensor, lse: Tensor, offsets: Tensor) -> Tensor:
    """out [T, H, D], picked_lse [T, H] over the picked rows; exact [A, H, D], lse [A, H]; offsets [A]."""
    owner = owners(out.shape[0], offsets)
    held = torch.exp(picked_lse[offsets] - lse).clamp(max=1)[..., None]
    rest = exact.float() - held * out[offsets].float()
    mixed = held[owner] * out.float() + rest[owner]
    return torch.where((owner >= 0)[:, None, None], mixed, out.float()).to(out.dtype)


def merge_correct(out: Tensor, picked_lse: Tensor, exact: Tensor, lse: Tensor, offsets: Tensor) -> Tensor:
    """Arguments as `mix_correct`."""
    owner = owners(out.shape[0], offsets)
    held = torch.exp(picked_lse[offsets] - lse).clamp(max=1)
    share = (1 - held).clamp(min=_SMALL_SHARE)
    rest = (exact.float() - held[..., None] * out[offsets].float()) / share[..., None]
    weight = torch.sigmoid(lse[owner] + torch.log(share[owner]) - picked_lse)[..., None]
    merged = out.float() + weight * (rest[owner] - out.float())
    counts = ((owner >= 0)[:, None] & ((1 - held) > _SMALL_SHARE)[owner])[..., None]
    return torch.where(counts, merged, out.float()).to(out.dtype)
