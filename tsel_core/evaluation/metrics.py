"""How far a setting's next-token distributions are from those of full attention on the same words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

_KEPT = 2048  # most likely tokens kept a position; the rest of the vocabulary is one more outcome


@dataclass(frozen=True)
class Reference:
    """Distributions of full attention: the `_KEPT` likeliest tokens [n, k] and their log-probabilities [n, k]."""

    token_ids: Tensor
    log_probs: Tensor

    @property
    def greedy(self) -> list[int]:
        """The likeliest token at each position."""
        return [int(t) for t in self.token_ids[:, 0]]


def keep_reference(logits: Sequence[Tensor]) -> Reference:
    """Shrink logits [vocab] of every position to what `fidelity` needs (a few hundred times smaller)."""
    rows = [torch.log_softmax(x.float(), -1).topk(min(_KEPT, x.shape[-1])) for x in logits]
    return Reference(torch.stack([r.indices for r in rows]).cpu(), torch.stack([r.values for r in rows]).cpu())


def fidelity(reference: Reference, logits: Sequence[Tensor]) -> tuple[float, float]:
    """(agreement, KL): share of positions with the same greedy token, mean KL(full || other) in nats.

    The KL is taken over the kept tokens and "any other token": a lower bound of the exact one that misses only how
    the other shares its mass among tokens that full attention finds very unlikely.
    """
    num = min(len(logits), len(reference.token_ids))
    if not num:
        return 1.0, 0.0
    same, total = 0, 0.0
    for i in range(num):
        ids, logp = reference.token_ids[i], reference.log_probs[i].double()
        other = torch.log_softmax(logits[i].float(), -1)
        logq = other[ids.to(other.device)].cpu().double()
        same += int(other.argmax()) == int(ids[0])
        p_rest, q_rest = (1 - logp.exp().sum()).clamp(min=0), (1 - logq.exp().sum()).clamp(min=1e-12)
        divergence = (logp.exp() * (logp - logq)).sum()
        if p_rest > 1e-9:
            divergence += p_rest * (p_rest.log() - q_rest.log())
        total += max(0.0, float(divergence))
    return same / num, total / num
