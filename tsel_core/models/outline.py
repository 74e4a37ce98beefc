"""What transformers made of a model's config, remembered, so that the next start need not import it.

An outline is written down after a decoder built from it gave the logits of transformers' own forward pass
(tsel_core.decoder.paths). It holds results, not rules: the rotary frequencies themselves, not how they are scaled.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tsel_core.models.families import QueryScale, Traits


@dataclass(frozen=True, slots=True)
class Outline:
    """A decoder of a fast family beside its weights. `layout` changes with the names and shapes of the weights."""

    model_type: str
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    hidden_size: int
    vocab_size: int
    max_position_embeddings: int
    eps: float  # of the norms over the hidden size
    head_eps: float  # of those over a head
    scaling: float  # of attention logits
    frequencies: tuple[float, ...]  # of rotary positions [head_dim / 2], float32
    rotary_scaling: float  # of cos and sin
    traits: Traits
    eos_ids: tuple[int, ...]
    layout: str

    def as_json(self) -> dict[str, Any]:
        """What `outline_from` reads. A float32 number is written so that it comes back the same."""
        return {**asdict(self), "traits": {**asdict(self.traits), "unrotated_layers": [*self.traits.unrotated_layers]}}


def outline_from(content: dict[str, Any]) -> Outline:
    """The outline of `as_json`. KeyError, TypeError or ValueError for anything else."""
    values = dict(content)
    traits = dict(values.pop("traits"))
    scale = traits.pop("query_scale")
    unrotated = frozenset(int(i) for i in traits.pop("unrotated_layers"))
    known = Traits(unrotated_layers=unrotated, query_scale=None if scale is None else QueryScale(**scale), **traits)
    frequencies, eos_ids = tuple(values.pop("frequencies")), tuple(values.pop("eos_ids"))
    return Outline(**values, traits=known, frequencies=frequencies, eos_ids=eos_ids)
