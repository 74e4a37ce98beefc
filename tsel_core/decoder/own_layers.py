"""transformers' own layers around our attention: chunks of a text, and one written token with its place on the device.

Norms, products, experts and recurrent mixers are the library's modules, whatever the family. Ours are the attention
over the cache (tsel_core.layers.runtime) and the loop that writes (tsel_core.decoder.graph).
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from torch import Tensor

from tsel_core.decoder.rotary_length import FixedLengthRotary
from tsel_core.kv.cache import KVCache

if TYPE_CHECKING:
    from transformers.cache_utils import Cache

    from tsel_core.layers.runtime import RowAttention, Seam


def own_logits(
    model: Any, cache: KVCache | Cache, tokens: Tensor, *, every: bool, positions: Tensor | None = None
) -> Tensor:
    """Logits [vocab] after tokens [T], or [T, vocab] after each with `every`; `positions` [1, T]: not the next ones."""
    from tsel_core.decoder.seam_cache import SeamCache

    given: dict[str, Any] = {} if positions is None else {"position_ids": positions}
    if "logits_to_keep" in inspect.signature(model.forward).parameters:
        given["logits_to_keep"] = 0 if every else 1
    rows = SeamCache(cache) if isinstance(cache, KVCache) else cache
    logits: Tensor = model(input_ids=tokens[None], past_key_values=rows, use_cache=True, **given).logits[0]
    return logits if every else logits[-1]


@contextmanager
def lengths(rotaries: Sequence[FixedLengthRotary], length: int) -> Iterator[None]:
    """Rotary frequencies of a text of `length` tokens, where they depend on it."""
    for rotary in rotaries:
        rotary.length = length
    try:
        yield
    finally:
        for rotary in rotaries:
            rotary.length = 0


class OwnStep:
    """Logits of one token whose position is on the device, through a model's own layers."""

    def __init__(self, model: Any, seam: Seam, rotaries: Sequence[FixedLengthRotary], cache: KVCache) -> None:
        from tsel_core.decoder.seam_cache import NewRows

        self.model, self.seam, self.rotaries, self.cache = model, seam, rotaries, cache
        self.new_rows = NewRows(cache)
        head = model.get_output_embeddings()
        self.vocab_size = int(model.config.get_text_config().vocab_size if head is None else head.weight.shape[0])

    def forward(self, token: Tensor, rows: RowAttention) -> Tensor:
        """Logits [vocab] after token [1] int64."""
        self.seam.rows = rows
        try:
            with lengths(self.rotaries, self.cache.capacity), experts_of_one_token(self.model):
                positions = rows.position.long()[None] + self.cache.offset
                return own_logits(self.model, self.new_rows, token, every=False, positions=positions)
        finally:
            self.seam.rows = None


@contextmanager
def experts_of_one_token(model: Any) -> Iterator[None]:
    """Experts by products over the chosen ones: the default asks the device which were chosen, and waits."""
    if not getattr(model, "_can_set_experts_implementation", lambda: False)():
        yield
        return
    usual = model.get_experts_implementation()
    model.set_experts_implementation("batched_mm")
    try:
        yield
    finally:
        model.set_experts_implementation(usual)
