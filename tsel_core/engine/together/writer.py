"""Writing through the captured loop of several sequences, in the place of that of one (engine/captured_writer.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from torch import Tensor

from tsel_core.config import IndexBits, SelectionConfig
from tsel_core.decoder.graph.batch_mixer import held_rows
from tsel_core.decoder.graph.decode import GraphDecoder
from tsel_core.engine.captured_writer import CapturedWriter, selects_captured
from tsel_core.engine.reading import Reading, Step
from tsel_core.engine.together.gate import Gate
from tsel_core.engine.together.loop import BatchLoop, Counts
from tsel_core.kv.cache import KVCache
from tsel_kernels.protocol import Kernels

if TYPE_CHECKING:
    from tsel_core.decoder.forward import Forward

MOST = 32  # sequences of a loop


class Loops:
    """The loops of a crew, one for each kind of attention, and the widths of the key index that they agree on."""

    def __init__(self, forward: Forward, gate: Gate) -> None:
        self.forward, self.gate = forward, gate
        self._loops: list[BatchLoop] = []
        self._making = Lock()
        self._bits: list[IndexBits] | None = None

    def of(self, selection: SelectionConfig | None) -> BatchLoop:
        """The loop of a configuration; None: full attention."""
        with self._making:
            found = next((loop for loop in self._loops if loop.selection == selection), None)
            if found is None:
                found = BatchLoop(self.forward, self.gate, selection, MOST)
                self._loops.append(found)
            return found

    def note_bits(self, cache: KVCache) -> None:
        """The first document's widths are those of all: one kernel reads the indexes of all sequences."""
        found = [layer.index.bits for layer in cache.pools if layer.index is not None]
        if self._bits is None and len(found) == len(cache.pools):
            self._bits = ["8" if bits == 8 else "4" for bits in found]

    def set_bits(self, cache: KVCache) -> None:
        """Give an empty cache the widths that were noted."""
        if self._bits is not None and cache.append_index is not None:
            for layer, bits in zip(cache.pools, self._bits, strict=True):
                layer.index_bits = bits

    @property
    def num_steps(self) -> int:
        """Steps made so far."""
        return sum(loop.num_steps for loop in self._loops)

    @property
    def num_tokens(self) -> int:
        """Tokens written so far."""
        return sum(loop.num_tokens for loop in self._loops)


class TogetherWriter(CapturedWriter):
    """A thread's way into the loop."""

    def __init__(self, forward: Forward, kernels: Kernels, loops: Loops, step: Callable[[Reading, int], None]) -> None:
        super().__init__(forward, kernels)
        self.loops, self.step = loops, step

    def takes(self, reading: Reading, cfg: SelectionConfig, temperature: float) -> bool:
        """See CapturedWriter."""
        return super().takes(reading, cfg, temperature) and reading.cache.length + 1 < reading.cache.capacity

    def takes_rows(self, reading: Reading, cfg: SelectionConfig) -> bool:
        """Plain rows only, none taken out: the loop's sequences share the positions of their rows.

        Past the trained window a reading has a captured loop of its own.
        """
        if reading.beyond is not None:
            return super().takes_rows(reading, cfg)
        cache = reading.cache
        plain = cache.storage == "plain" and not cache.forgets and cache.offset == 0
        return plain and held_rows(cache, 0, indexed=False) is not None

    def write(self, reading: Reading, cfg: SelectionConfig, limit: int, end_ids: tuple[int, ...]) -> Iterator[Step]:
        """See CapturedWriter; the others that write meanwhile share every step."""
        if reading.beyond is not None:
            try:
                yield from super().write(reading, cfg, limit, end_ids)
            finally:
                self.forget()  # it holds the cache, and a thread may be long without another text
            return
        token = int(reading.logits.argmax())
        if token in end_ids:
            return
        yield Step(token)
        if limit <= 1:
            return
        loop = self.loops.of(cfg if selects_captured(reading, cfg) else None)
        reading.cache.settle()
        self.loops.note_bits(reading.cache)
        room = reading.cache.capacity - len(reading.ids) - 1
        seat = loop.enter(reading.cache, token, min(limit - 1, room))
        written = [token]
        try:
            with self.forward.runtime.timings.phase("decode"):
                while (found := loop.next(seat)) is not None and found not in end_ids:
                    written.append(found)
                    yield Step(found)
        finally:
            self._end(reading, loop.leave(seat), written[:-1])

    def _end(self, reading: Reading, counts: Counts, held: Sequence[int]) -> None:
        """Add the tokens whose rows the cache now holds to the reading, and the counts to the run's."""
        runtime = self.forward.runtime
        reading.ids.extend(held)
        for layer in reading.cache.pools:
            layer.length = len(reading.ids)
        reading.logits = counts.logits
        runtime.trace.num_steps += counts.steps
        for layer_idx, selector in enumerate(runtime.selectors):
            if not counts.picked[layer_idx]:
                continue
            runtime.trace.decode_coverage.append((layer_idx, counts.covered[layer_idx] / counts.picked[layer_idx]))
            hits = min(counts.steps, counts.hits[layer_idx])
            selector.cache.num_hits += hits
            selector.cache.num_misses += counts.steps - hits
        runtime.timings.settle()

    def force(self, reading: Reading, cfg: SelectionConfig, ids: Sequence[int]) -> list[Tensor]:
        """See CapturedWriter; the loop takes no tokens but its own, so they are forwarded one by one."""
        found = [reading.logits]
        for token in ids[:-1]:
            self.step(reading, token)
            found.append(reading.logits)
        return found

    def _started(self, reading: Reading, cfg: SelectionConfig, token: int) -> GraphDecoder:
        """See CapturedWriter; a loop of one reading waits for its turn, to be captured and at every step."""
        with self.loops.gate:
            decoder = super()._started(reading, cfg, token)
        decoder.turn = self.loops.gate
        return decoder
