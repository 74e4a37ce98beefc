"""A chunk of tokens through the model: by the lean step where it reproduces the model, else by transformers."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from tsel_core.decoder.cpu_linear import Int8Report, RowLinear, add_int8_rows, quantize_all
from tsel_core.decoder.mixer import CacheMixer, RotaryTable
from tsel_core.decoder.step import DecoderStep, KernelOps, TorchOps, matches_model
from tsel_core.decoder.weights import supported
from tsel_core.kv.cache import KVCache
from tsel_core.layers.runtime import Seam
from tsel_core.selection.passes import Pass

if TYPE_CHECKING:
    from tsel_core.device.ranks import Ranks
    from tsel_core.models.load import LoadedModel


class Forward:
    """Logits of a model's last token; keys and values go to the given cache."""

    def __init__(self, loaded: LoadedModel, seam: Seam, backend: Any) -> None:
        self.loaded, self.seam, self.runtime, self.backend = loaded, seam, seam.runtime, backend
        self.device = torch.device(loaded.device)
        self.ranks: Ranks | None = None  # the processes that hold the model's other parts
        self._table: RotaryTable | None = None
        self.int8_report: Int8Report | None = None  # set when single rows go through int8 weights
        self._waiting: list[RowLinear] | None = None  # products whose int8 copies are made before the first single row

    def __call__(self, cache: KVCache, tokens: Tensor, run: Pass) -> Tensor:
        """Logits [vocab] after tokens [T] int64 that follow those in the cache; [T, vocab] if `run.every`."""
        step = self.step
        if len(tokens) == 1:
            self.prepare_rows()
        if step is not None:
            table = self.rotary_table(cache.capacity)
            mixer = CacheMixer(self.loaded.model, cache, self.runtime, table, self.backend, run)
            return step.forward(tokens, mixer, every=run.every)
        self.seam.run = run
        out = self.loaded.model(
            input_ids=tokens[None], past_key_values=cache, use_cache=True, logits_to_keep=0 if run.every else 1
        )
        return out.logits[0] if run.every else out.logits[0, -1]

    def prepare_rows(self) -> None:
        """Make the int8 copies for single rows, once; nothing to do where they are not used."""
        if self.step is not None and self._waiting is not None:
            self.int8_report, self._waiting = quantize_all(self._waiting), None

    @cached_property
    def step(self) -> DecoderStep | None:
        """The lean step, None for a model it does not reproduce."""
        model, num_layers = self.loaded.model, self.loaded.info.num_layers
        if self.runtime.full_layers or not supported(model):
            return None
        ops = KernelOps(self.backend) if self.device.type == "cuda" else TorchOps()
        step, table = DecoderStep(model, ops), RotaryTable(model, 8)
        step.ranks = self.ranks

        def make_mixer() -> CacheMixer:
            return CacheMixer(model, KVCache(num_layers, 8), self.runtime, table, self.backend, Pass())

        self.seam.run = Pass()
        if not matches_model(step, model, make_mixer, KVCache(num_layers, 8)):
            return None
        if getattr(self.loaded, "int8_rows", False):
            self._waiting = add_int8_rows(step, self.loaded.dtype)
        return step

    def rotary_table(self, capacity: int) -> RotaryTable:
        """cos and sin for positions up to `capacity`, kept between calls."""
        if self._table is None or self._table.capacity < capacity:
            self._table = RotaryTable(self.loaded.model, capacity)
        return self._table
