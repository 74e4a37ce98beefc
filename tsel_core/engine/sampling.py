"""Picking the next token: greedy, or temperature with top-p; penalties, biases, a grammar, and what was likely."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from tsel_core.engine.choosing import Choosing

if TYPE_CHECKING:
    from tsel_core.engine.grammar import Matcher

Choose = Callable[[Tensor], int]
"""From logits [vocab] to the next token."""


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


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """A token that was written with the log of its share by the model's own logits, and the likeliest instead of it."""

    token_id: int
    logprob: float
    top: tuple[tuple[int, float], ...] = ()


@dataclass
class Chooser:
    """Chooses the tokens of one reply. `logprobs` grows by one for every token, where they are asked for."""

    choosing: Choosing
    sampler: Sampler
    tokenizer: Any
    end_ids: Sequence[int]
    logprobs: list[TokenLogprob] = field(default_factory=list)
    _seen: Counter[int] = field(default_factory=Counter)
    _matcher: Matcher | None = None

    def __call__(self, logits: Tensor) -> int:
        """Next token id from logits [vocab]."""
        scores = self._adjusted(logits.detach().float().cpu())
        if self.choosing.grammar is not None:
            if self._matcher is None:
                from tsel_core.engine.grammar import Matcher

                self._matcher = Matcher(self.choosing.grammar, self.tokenizer, len(logits), self.end_ids)
            scores = scores.masked_fill(~self._matcher.allowed(), -torch.inf)
        token = self.sampler(scores)
        if self._matcher is not None:
            self._matcher.take(token)
        if self.choosing.num_logprobs is not None and token not in self.end_ids:
            self.logprobs.append(_logprob(logits, token, self.choosing.num_logprobs))
        self._seen[token] += 1
        return token

    def _adjusted(self, scores: Tensor) -> Tensor:
        """Scores [vocab] after biases and penalties; the model's logits stay as they are."""
        choosing = self.choosing
        added = {token: bias for token, bias in choosing.logit_bias if 0 <= token < len(scores)}
        if choosing.presence_penalty or choosing.frequency_penalty:
            for token, count in self._seen.items():
                penalty = choosing.presence_penalty + choosing.frequency_penalty * count
                added[token] = added.get(token, 0.0) - penalty
        if not added:
            return scores
        return scores.index_add(0, torch.tensor(list(added)), torch.tensor(list(added.values())))


def _logprob(logits: Tensor, token: int, num_top: int) -> TokenLogprob:
    shares = torch.log_softmax(logits.detach().float().cpu(), -1)
    values, ids = shares.topk(min(num_top, len(shares)))
    top = tuple(zip(ids.tolist(), values.tolist(), strict=True))
    return TokenLogprob(token, float(shares[token]), top)
