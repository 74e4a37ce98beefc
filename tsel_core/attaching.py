"""The selection in a model that a program already has: `attach(model)`, then `model.generate` as ever.

As a press of NVIDIA/kvpress is used: a context around the calls. Prompts are read with full attention, written tokens
select; with `prefill=True` the prompt selects too, except its last `tail` tokens (the question).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tsel_core.config import SelectionConfig
from tsel_core.errors import ModelError, UsageError

if TYPE_CHECKING:
    from torch import nn

    from tsel_core.layers.runtime import Seam


class Attached:
    """What selected while a model was attached. Rows are of the whole run; see `coverage` and `num_selected`."""

    def __init__(self, seam: Seam) -> None:
        self._seam = seam

    @property
    def coverage(self) -> tuple[float, float] | None:
        """(mean, lowest layer's mean) share of softmax mass that picked rows held; None: nothing was selected."""
        trace = self._seam.runtime.trace
        return trace.coverage_of([*trace.prefill_coverage, *trace.decode_coverage])

    @property
    def num_selected(self) -> int:
        """Picks of a layer and a written token."""
        return len(self._seam.runtime.trace.decode_picks)

    @property
    def full_layers(self) -> dict[int, str]:
        """Layers that never select, and why."""
        return dict(self._seam.runtime.full_layers)


@contextmanager
def attach(
    model: nn.Module, selection: SelectionConfig | None = None, *, prefill: bool = False, tail: int = 64
) -> Iterator[Attached]:
    """Select in `model` (a causal language model of transformers, batch 1) inside the `with`; as before after it.

    ```python
    with tsel.attach(model, tsel.SelectionConfig(budget=1024)) as attached:
        model.generate(**inputs, max_new_tokens=100)
    print(attached.coverage)
    ```

    `tail`: with `prefill`, a forward of at most so many tokens reads with full attention. The model must attend with
    its own cache (`use_cache`); a batch or padding raises ModelError, as does a model whose attention cannot be
    replaced, or whose logits are others with it (a few tokens are compared, each time).
    Raises UsageError when the model is attached already.
    """
    import torch

    from tsel_core.decoder.paths import check_seam
    from tsel_core.layers import seam as seams
    from tsel_core.selection.passes import Pass
    from tsel_kernels.backend import load_kernels

    if getattr(model, "tsel_attached", False):
        raise UsageError("this model is attached already", "leave the other `with` first")
    if not hasattr(model, "set_attn_implementation"):
        raise ModelError("this is not a model of transformers", "pass a causal language model of transformers")
    before = model.config.get_text_config()._attn_implementation  # type: ignore[union-attr, operator]
    device = next(model.parameters()).device
    seam = seams.attach(model, selection or SelectionConfig(), load_kernels(torch.device(device)))

    def choose(_module: nn.Module, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        ids = named.get("input_ids", arguments[0] if arguments else None)
        if ids is None:
            ids = named.get("inputs_embeds")
        num = 1 if ids is None else int(ids.shape[1])
        selects = num == 1 or (prefill and num > tail)
        seam.run = Pass("select" if selects else "full", decoding=num == 1)
        if num > 1:  # a new text: picks of the last one say nothing about it
            for selector in seam.runtime.selectors:
                selector.cache.clear()
                selector.cells.clear()

    model.tsel_attached = True  # type: ignore[assignment]
    hook = None
    try:
        check_seam(model)
        hook = model.register_forward_pre_hook(choose, with_kwargs=True)
        with torch.no_grad():
            yield Attached(seam)
    finally:
        if hook is not None:
            hook.remove()
        del model.tsel_attached
        for module in model.modules():
            if hasattr(module, "tsel_layer"):
                del module.tsel_layer
        model.set_attn_implementation(before)  # type: ignore[operator]
