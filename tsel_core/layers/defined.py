"""Attention as it is defined, in plain torch: what a check computes where a kernel would be compiled for it alone."""

from __future__ import annotations

from torch import Tensor

from tsel_core.kv.stored import StoredRows, whole
from tsel_core.layers.runtime import AttentionRuntime
from tsel_core.selection.passes import Pass
from tsel_kernels.attention.full import general_attention


class DefinedRuntime(AttentionRuntime):
    """The state of layers that attend to every row by matrix products and a softmax, in the rows' own dtype."""

    def exact(
        self,
        run: Pass,
        layer_idx: int,
        query: Tensor,
        keys: Tensor | StoredRows,
        values: Tensor | StoredRows,
        scaling: float,
        sinks: Tensor | None = None,
    ) -> Tensor:
        """See AttentionRuntime."""
        return general_attention(query, *whole(keys, values), scaling, None, None, sinks)
