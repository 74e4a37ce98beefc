"""Engines for several threads over one model: prompts are read one after another, answers written together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, TypeVar

import torch
from torch import Tensor

from tsel_core.config import Mode
from tsel_core.decoder.forward import Forward
from tsel_core.decoder.together import Row
from tsel_core.engine.captured_writer import CapturedWriter
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
from tsel_kernels.cpu_threads import use_threads

_Item = TypeVar("_Item")
_Made = TypeVar("_Made")
_MAKING = threading.Lock()
"""Threads that begin together make one crew, with one gate: two would compute beside each other."""
AT_ONCE = {"cpu": 4, "cuda": 16}
"""Texts that are written at once. A CPU multiplies four rows in twice the time of one; more only hold more memory."""


class Crew:
    """Makes engines that share a model, each for a thread of its own; the `base` engine is not used beside them.

    One prompt is read at a time, chunk by chunk; between two chunks those who write get a token each.
    """

    def __init__(self, base: Engine) -> None:
        self.base = base
        self.alone = base.device.type == "cuda"  # greedy steps one by one are not made together
        self.gate, self.reading = Gate(), Gate()
        self.meeting = Meeting(base.forward, self.gate)
        self.loops = Loops(base.forward, self.gate)

    @staticmethod
    def takes(engine: Engine) -> bool:
        """Whether several sequences of this model can be written together: one device, the lean step."""
        return engine.ranks is None and engine.forward.step is not None and not engine.forward.rotaries

    @classmethod
    def of(cls, engine: Engine) -> Crew:
        """The crew of an engine, which stays with it: what was captured serves the next time."""
        if isinstance(engine, SharedEngine):
            return engine.crew
        with _MAKING:
            if not isinstance(engine.together, cls):
                engine.together = cls(engine)
            engine.together.gate.open()
            return engine.together

    def engine(self) -> SharedEngine:
        """An engine for one thread."""
        with _MAKING:  # the first one prepares the weights of single rows, for seconds
            return SharedEngine(self)

    def each(self, work: Callable[[SharedEngine, _Item], _Made], items: Sequence[_Item], most: int) -> list[_Made]:
        """work(engine, item) of every item, `most` at once, in the order of the items. Ctrl-C ends all of them."""
        return list(self.each_in_turn(work, items, most))

    def each_in_turn(
        self, work: Callable[[SharedEngine, _Item], _Made], items: Sequence[_Item], most: int
    ) -> Generator[_Made]:
        """As `each`; an item's result is given as soon as it and those before it are there.

        Whoever takes no more of them closes the iterator, which ends the rest as Ctrl-C does.
        """
        idle: SimpleQueue[SharedEngine] = SimpleQueue()
        num_threads = torch.get_num_threads()

        def one(item: _Item) -> _Made:
            use_threads(num_threads)
            engine = idle.get_nowait()
            try:
                return work(engine, item)
            finally:
                idle.put(engine)

        for _ in range(min(most, len(items))):
            idle.put(self.engine())
        pool = ThreadPoolExecutor(min(most, len(items)), "tsel-together")
        try:
            yield from pool.map(one, items)
        except (KeyboardInterrupt, GeneratorExit):
            self.gate.close()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


class GatedForward(Forward):
    """A forward pass that waits for its turn."""

    gate: Gate
    meeting: Meeting

    def together(self, tokens: Tensor, rows: Sequence[Row]) -> Tensor:
        """See Forward; together with those of the other threads."""
        return self.meeting.step(Wanted(tokens.tolist(), rows))

    def __call__(self, cache: KVCache, tokens: Tensor, run: Pass) -> Tensor:
        """See Forward."""
        with self.gate:
            return super().__call__(cache, tokens, run)


class SharedEngine(Engine):
    """An engine of a crew: what it reads and writes is its own, the weights are not."""

    def __init__(self, crew: Crew) -> None:
        self.crew, base = crew, crew.base
        self._writes = False  # step by step: the others wait a moment for this one's token
        self._decides = False  # step by step, and greedy
        super().__init__(base.loaded, base.config, base.selection, base.storage, base.planned_chunk)

    @property
    def base(self) -> Engine:
        """See Engine."""
        return self.crew.base

    def new_writer(self) -> CapturedWriter:
        """See Engine; the loop is one for all threads."""
        return TogetherWriter(self.forward, self.kernels, self.crew.loops, self._step)

    def _seam(self) -> Seam:
        runtime = make_runtime(self.selection, self.kernels, len(self.crew.base.runtime.selectors))
        runtime.full_layers = self.crew.base.runtime.full_layers
        return Seam(runtime)

    def _forward(self, seam: Seam) -> Forward:
        twin = self.crew.base.forward.sharing(seam, GatedForward)
        twin.gate, twin.meeting = self.crew.gate, self.crew.meeting
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

    def _write(self, reading: Reading, *how: Any) -> Iterator[Step]:
        choose = how[-1]
        sampler = self.config if choose is None else getattr(choose, "sampler", None)
        self._decides = getattr(sampler, "temperature", 0.0) == 0
        try:
            yield from super()._write(reading, *how)
        finally:
            if self._writes:
                self._writes = False
                self.crew.meeting.leave()

    @torch.inference_mode()
    def _step(self, reading: Reading, token: int, left: int = 0) -> None:
        """One decode step, together with those of the other threads, and so are its drafts.

        On a GPU a greedy one is made alone: the library's products of several rows round their sums in another order
        than those of one, and what goes step by step there is decided (a choice, a table, how likely a word is).
        """
        if self.crew.alone and self._decides:
            super()._step(reading, token, left)
            return
        if not self._writes:
            self._writes = True
            self.crew.meeting.enter()
        cache, runtime = reading.cache, self.runtime
        with runtime.timings.phase("decode"):
            if self._ahead is not None:
                self._ahead.step(token, left)
            else:
                row = Row(cache, runtime, self.forward.rotary_table(cache.capacity, cache.offset), reading.step_pass())
                reading.logits = self.crew.meeting.step(Wanted([token], [row]))[0]
                reading.ids.append(token)
        runtime.trace.num_steps += 1
