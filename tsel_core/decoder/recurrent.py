"""Which layers of a transformers model are recurrent, and empty states for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tsel_core.kv.states import RecurrentLayers
from tsel_core.layers.kinds import BOTH, NO_MIXER, RECURRENT, layer_kinds


def recurrent_layers(config: Any) -> RecurrentLayers | None:
    """The recurrent layers of a text config of transformers; None for a model without any."""
    kinds, count = layer_kinds(config), int(getattr(config, "number_of_conv_states", 1))
    found = {i: kind for i, kind in enumerate(kinds) if kind in RECURRENT or kind == BOTH}
    if not found and not set(kinds) & NO_MIXER:
        return None

    def make() -> Mapping[int, Any]:
        from transformers.cache_utils import LinearAttentionLayer

        from tsel_core.decoder.seam_states import SeamBoth

        classes = {i: SeamBoth if kind == BOTH else LinearAttentionLayer for i, kind in found.items()}
        return {i: made(number_of_states=count) for i, made in classes.items()}

    return RecurrentLayers(make, frozenset(i for i, kind in enumerate(kinds) if kind in RECURRENT | NO_MIXER))
