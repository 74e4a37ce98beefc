"""Engines for several threads over one model: prompts are read one after another, answers written together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor

from tsel_core.config import Mode
from tsel_core.decoder.forward import Forward
from tsel_core.decoder.together import Row
from tsel_core.engine.engine import Engine
from tsel_core.engine.reading import Beginning, Reading, Step
from tsel_core.engine.together.gate import Gate
from tsel_core.engine.together.meeting import Meeting, Wanted
from tsel_core.engine.together.writer import Loops, TogetherWriter
from tsel_core.kv.cache import KVCache
from tsel_core.layers.runtime import Seam, make_runtime
from tsel_core.progress import Progress
from tsel_core.selection.passes import Pass
from tsel_kernels.batch.reference import LEAST_ROWS


class Crew:
    """Makes engines that share a model, each for a thread of its own; the `base` engine is not used beside them.

    One prompt is read at a time, chunk by chunk; between two chunks those who write get a token each.
    """

    def __init__(self, base: Engine) -> None:
        self.base = base
        self.gate, self.reading = Gate(), Gate()
        self.meeting = Meeting(base.forward, self.gate)
        self.loops = Loops(base.forward, self.gate)

    @staticmethod
    def takes(engine: Engine) -> bool:
        """Whether several sequences of this model can be written together: one device, the lean step."""
        return engine.ranks is None and engine.forward.step is not None and not engine.forward.rotaries

    def engine(self) -> SharedEngine:
        """An engine for one thread."""
        return SharedEngine(self)


class GatedForward(Forward):
    """A forward pass that waits for its turn."""

    gate: Gate

    def __call__(self, cache: KVCache, tokens: Tensor, run: Pass) -> Tensor:
        """See Forward."""
        with self.gate:
            return super().__call__(cache, tokens, run)


class SharedEngine(Engine):
    """An engine of a crew: what it reads and writes is its own, the weights are not."""

    def __init__(self, crew: Crew) -> None:
        self.crew, base = crew, crew.base
        super().__init__(base.loaded, base.config, base.selection, base.storage, base.planned_chunk)
        self.captured = TogetherWriter(self.forward, self.kernels, crew.loops)
        self._forces = False

    def _seam(self) -> Seam:
        runtime = make_runtime(self.selection, self.kernels, len(self.crew.base.runtime.selectors))
        runtime.full_layers = self.crew.base.runtime.full_layers
        return Seam(runtime)

    def _forward(self, seam: Seam) -> Forward:
        twin = self.crew.base.forward.sharing(seam, GatedForward)
        twin.gate = self.crew.gate
        return twin

    def read(
        self,
        ids: Sequence[int],
        tail_start: int,
        *,
        room: int,
        progress: Progress | None = None,
        kept: Beginning | None = None,
    ) -> Reading:
        """See Engine; prompts of other threads wait."""
        with self.crew.reading:
            reading = super().read(ids, tail_start, room=room, progress=progress, kept=kept)
            self.crew.loops.note_bits(reading.cache)
            return reading

    def new_cache(self, capacity: int, decode: Mode, *, rotated: bool = True) -> KVCache:
        """See Engine; of a size and with an index that the loop of several sequences can take."""
        cache = super().new_cache(-(-capacity // LEAST_ROWS) * LEAST_ROWS, decode, rotated=rotated)
        self.crew.loops.set_bits(cache)
        return cache

    def captures(self, reading: Reading) -> bool:
        """Whether the loop of several sequences writes after a reading."""
        return not self._forces and super().captures(reading)

    def _write(
        self,
        reading: Reading,
        max_new_tokens: int | None,
        forced_ids: Sequence[int] | None,
        keep_logits: list[Tensor] | None,
        ignore_end: bool,
    ) -> Iterator[Step]:
        self._forces = bool(forced_ids)
        if self.captures(reading) and keep_logits is None:
            yield from super()._write(reading, max_new_tokens, forced_ids, keep_logits, ignore_end)
            return
        with self._at_the_meeting():
            yield from super()._write(reading, max_new_tokens, forced_ids, keep_logits, ignore_end)

    @contextmanager
    def _at_the_meeting(self) -> Iterator[None]:
        self.crew.meeting.enter()
        try:
            yield
        finally:
            self.crew.meeting.leave()

    @torch.inference_mode()
    def _step(self, reading: Reading, token: int) -> None:
        """One decode step, together with those of the other threads."""
        cache, runtime = reading.cache, self.runtime
        with runtime.timings.phase("decode"):
            row = Row(cache, runtime, self.forward.rotary_table(cache.capacity, cache.offset), reading.step_pass())
            reading.logits = self.crew.meeting.step(Wanted(token, row))
        reading.ids.append(token)
        runtime.trace.num_steps += 1
