"""The output head of a model for some of its tokens: a check compares their logits, and need not widen the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from tsel_core.decoder.weights import Linear, plain_linear

NUM_ROWS = 4096


@dataclass(frozen=True)
class SampledHead:
    """`rows` [NUM_ROWS] of the vocabulary, spread over it; None: all of it (a small one, or a head of another kind)."""

    rows: Tensor | None

    @classmethod
    def of(cls, model: Any) -> SampledHead:
        """For a causal language model of transformers."""
        head = model.get_output_embeddings()
        if type(head) is not nn.Linear or head.out_features < 2 * NUM_ROWS:
            return cls(None)
        at = torch.arange(NUM_ROWS, device=head.weight.device)
        return cls(at * head.out_features // NUM_ROWS)

    @contextmanager
    def swapped(self, model: Any) -> Iterator[None]:
        """While it lasts the model gives the logits of these tokens alone."""
        if self.rows is None:
            yield
            return
        head = model.get_output_embeddings()
        model.set_output_embeddings(self._small(head.weight, head.bias))
        try:
            yield
        finally:
            model.set_output_embeddings(head)

    def of_linear(self, head: Linear) -> Linear:
        """A head as a linear map, for these tokens alone."""
        plain = plain_linear(head)
        return head if self.rows is None or plain is None else self._small(*plain)

    def _small(self, weight: Tensor, bias: Tensor | None) -> nn.Linear:
        small = nn.Linear(weight.shape[1], NUM_ROWS, bias=bias is not None, device="meta")
        small.weight = nn.Parameter(weight.detach()[self.rows], requires_grad=False)
        if bias is not None:
            small.bias = nn.Parameter(bias.detach()[self.rows], requires_grad=False)
        return small
