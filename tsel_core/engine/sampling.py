"""Picking the next token: greedy, or temperature with top-p."""

from __future__ import annotations

import torch
from torch import Tensor


class Sampler:
    """temperature 0 takes the most likely token; otherwise nucleus sampling with its own seeded generator."""

    def __init__(self, temperature: float = 0.0, top_p: float = 1.0, seed: int = 0) -> None:
        self.temperature = temperature
        self.top_p = top_p
        self.generator = torch.Generator().manual_seed(seed)

    def __call__(self, logits: Tensor) -> int:
        """Next token id from logits [vocab]."""
        if self.temperature == 0:
            return int(logits.argmax())
        probabilities = torch.softmax(logits.float().cpu() / self.temperature, -1)
        if self.top_p < 1:
            ordered, order = probabilities.sort(descending=True)
            beyond = ordered.cumsum(0) - ordered >= self.top_p  # the token that crosses the line stays in
            probabilities = torch.zeros_like(probabilities).scatter(0, order, ordered.masked_fill(beyond, 0.0))
        return int(torch.multinomial(probabilities, 1, generator=self.generator))
