"""What kind of mixer each layer of a model has, by the names that transformers gives them."""

from __future__ import annotations

from typing import Any

ATTENTION = frozenset({"full_attention", "sliding_attention"})
RECURRENT = frozenset({"linear_attention", "conv"})  # a state in the place of keys and values
BOTH = "hybrid"  # keys and values, and a state beside them
NO_MIXER = frozenset({"moe", "mlp"})
KNOWN = ATTENTION | RECURRENT | NO_MIXER | {BOTH}


def layer_kinds(config: Any) -> list[str]:
    """The kind of every layer of a text config; full attention where it does not say."""
    named = getattr(config, "layer_types", None)
    return [str(kind) for kind in named] if named else ["full_attention"] * int(config.num_hidden_layers)
