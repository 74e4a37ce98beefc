"""A chunk of tokens through the model: by the lean step where it reproduces the model, else by transformers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import torch
from torch import Tensor

from tsel_core.decoder.cpu_linear import Int8Report, add_int8_rows
from tsel_core.decoder.cpu_modules import add_int8_modules
from tsel_core.decoder.int8_rows import Int8Rows
from tsel_core.decoder.low_bit.fp8 import use_fp8
from tsel_core.decoder.low_bit.step import compute_packed, first_rows, has_compiled_rows, is_packed
from tsel_core.decoder.mixer import CacheMixer, RotaryTable
from tsel_core.decoder.own_layers import OwnStep, lengths, own_logits
from tsel_core.decoder.paths import Choice, choose_path
from tsel_core.decoder.recurrent import recurrent_layers
from tsel_core.decoder.rotary_length import fix_lengths
from tsel_core.decoder.step import DecoderStep
from tsel_core.decoder.together import BatchMixer, Row, rows_step
from tsel_core.errors import ModelError
from tsel_core.kv.cache import KVCache
from tsel_core.kv.states import RecurrentLayers
from tsel_core.layers.runtime import Seam
from tsel_core.models.plain_decoder import PlainModel
from tsel_core.selection.passes import Pass
from tsel_kernels.cpu_threads import lone_operations
from tsel_kernels.protocol import Kernels

if TYPE_CHECKING:
    from tsel_core.device.ranks import Ranks
    from tsel_core.models.load import LoadedModel


_F = TypeVar("_F", bound="Forward")


class Forward:
    """Logits of a model's last token; keys and values go to the given cache."""

    def __init__(self, loaded: LoadedModel, seam: Seam, kernels: Kernels) -> None:
        self.loaded, self.seam, self.runtime, self.kernels = loaded, seam, seam.runtime, kernels
        self.device = torch.device(loaded.device)
        self.ranks: Ranks | None = None  # the processes that hold the model's other parts
        self.rotaries = fix_lengths(loaded.model)  # those whose frequencies depend on the length of the text
        self.recurrent = _recurrent(loaded.model)  # layers whose state is kept beside the KV cache
        self._table: RotaryTable | None = None
        self.int8_report: Int8Report | None = None  # set when single rows go through int8 weights
        self._waiting: Int8Rows | None = None  # products whose int8 copies are made before the first single row

    def __call__(self, cache: KVCache, tokens: Tensor, run: Pass) -> Tensor:
        """Logits [vocab] after tokens [T] int64 that follow those in the cache; [T, vocab] if `run.every`."""
        step = self.step
        if len(tokens) == 1:
            self.prepare_rows()
        if step is not None:
            table = self.rotary_table(cache.capacity, cache.offset)
            mixer = CacheMixer(self.model, cache, self.runtime, table, self.kernels, run)
            with nullcontext() if cache.length else first_rows(step):
                return step.forward(tokens, mixer, every=run.every)
        self.seam.run, self.seam.cache = run, cache
        places = _positions(cache, tokens)
        try:
            with lengths(self.rotaries, cache.capacity), cache.unbroken():
                return own_logits(self.loaded.model, cache, tokens, every=run.every, positions=places)
        finally:
            self.seam.cache = None

    def together(self, tokens: Tensor, rows: Sequence[Row]) -> Tensor:
        """Logits [B, vocab] after one token [B] of each of several sequences; only where there is a lean step."""
        mixers = [CacheMixer(self.model, r.cache, r.runtime, r.table, self.kernels, r.run) for r in rows]
        with self.writing():
            return self.rows_step.forward(tokens, BatchMixer(mixers), every=True)

    @cached_property
    def rows_step(self) -> DecoderStep:
        """The lean step for rows of several sequences."""
        assert self.step is not None
        self.prepare_rows()
        return rows_step(self.step)

    def sharing(self, seam: Seam, kind: type[_F]) -> _F:
        """The same weights and checks with another state of the layers; only where there is a lean step."""
        assert self.step is not None
        self.prepare_rows()
        twin = kind.__new__(kind)
        twin.__dict__.update(self.__dict__)
        twin.seam, twin.runtime, twin._table = seam, seam.runtime, None
        return twin

    def writing(self) -> AbstractContextManager[None]:
        """What a token is chosen and forwarded in: where compiled code multiplies, torch leaves it the other cores."""
        if self.device.type == "cpu" and self.step is not None and has_compiled_rows(self.step):
            return lone_operations()
        return nullcontext()

    def prepare_rows(self) -> None:
        """Make the int8 copies for single rows, once; nothing to do where they are not used."""
        if self._waiting is not None:
            self.int8_report, self._waiting = self._waiting.prepare(), None

    @cached_property
    def choice(self) -> Choice:
        """The path this model takes, decided once, before the first token. Raises ModelError where none is right."""
        choice = choose_path(self.loaded, self.seam, self.kernels, self.ranks, self.rotaries)
        if choice.step is not None and is_packed(choice.step):
            compute_packed(choice.step, self.kernels, self.loaded.dtype, self.loaded.info.head_dim)
        elif getattr(self.loaded, "int8_rows", False):
            if choice.step is not None:
                rows = add_int8_rows(choice.step, self.loaded.dtype)
            else:
                rows = add_int8_modules(self.loaded.model)
            if rows is not None:
                digest = getattr(self.loaded, "files_digest", "")
                self._waiting = Int8Rows(rows, digest, getattr(self.loaded.info, "name", ""))
        return choice

    def multiply_in_fp8(self) -> None:
        """From now on chunks are multiplied in 8-bit floats. Raises ModelError where transformers runs the layers."""
        if self.step is None:
            name = getattr(self.loaded.info, "name", "")
            raise ModelError(
                f"{name}: the products of its layers are transformers' own, not in 8-bit floats", "use --weights full"
            )
        use_fp8(self.step, self.kernels)

    @property
    def step(self) -> DecoderStep | None:
        """The lean step, None for a model it does not reproduce."""
        return self.choice.step

    def captured_step(self, cache: KVCache) -> DecoderStep | OwnStep | None:
        """What the captured loop forwards a token of this cache by; None where it cannot."""
        if self.step is not None or self.choice.uncaptured:
            return self.step
        return OwnStep(self.loaded.model, self.seam, self.rotaries, cache)

    @property
    def model(self) -> Any:
        """The modules whose weights the step takes: those of transformers, or our own."""
        return self.choice.model

    @property
    def reads_beyond(self) -> bool:
        """Whether prompts may go past the trained window: the lean step, and positions that are rotary's alone."""
        if self.step is None:
            return False
        traits = self.step.traits
        return not traits.unrotated_layers and traits.query_scale is None

    def rotary_table(self, capacity: int, offset: int = 0) -> RotaryTable:
        """cos and sin for `capacity` rows from position `offset` on, kept between calls."""
        if self._table is None or self._table.capacity < capacity or self._table.offset != offset:
            self._table = RotaryTable(self.model, capacity, offset)
        return self._table


def _positions(cache: KVCache, tokens: Tensor) -> Tensor | None:
    """Where tokens stand [1, T] that follow a cache of which rows were taken out; None: at the next rows."""
    if not cache.offset:
        return None
    start = cache.length + cache.offset
    return torch.arange(start, start + len(tokens), device=tokens.device)[None]


def _recurrent(model: Any) -> RecurrentLayers | None:
    return None if isinstance(model, PlainModel) else recurrent_layers(model.config.get_text_config())
