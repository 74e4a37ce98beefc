"""Layers with a recurrent state as a model of transformers takes them; imported for such models alone."""

from __future__ import annotations

from transformers.cache_utils import LinearAttentionLayer

from tsel_core.decoder.seam_cache import SeamLayer


class SeamBoth(LinearAttentionLayer, SeamLayer):  # type: ignore[override]
    """A layer with a recurrent state beside its keys and values."""

    def __init__(self, number_of_states: int = 1) -> None:
        LinearAttentionLayer.__init__(self, number_of_states=number_of_states)
        self.keys = self.values = None
        self.is_initialized = False

    def reset(self) -> None:
        """Forget the state; rows are cut by the KVCache."""
        LinearAttentionLayer.reset(self)
