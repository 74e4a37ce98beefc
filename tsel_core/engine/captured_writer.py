"""When the captured decode loop can write after a reading, and writing with it, its own choice or given tokens."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.decoder.graph.decode import GraphDecoder, captures
from tsel_core.engine.reading import Reading, Step
from tsel_core.kv.cache import KVCache
from tsel_core.kv.host import reads_host_memory

if TYPE_CHECKING:
    from tsel_core.engine.engine import Engine


class CapturedWriter:
    """Greedy writing for an engine through a captured step (decoder/graph/decode.py), kept for the next answer."""

    def __init__(self, engine: Engine) -> None:
        self.engine: Engine = weakref.proxy(engine)  # the engine owns this: a cycle would keep its weights alive
        self._captured: tuple[KVCache, SelectionConfig | None, GraphDecoder] | None = None

    def takes(self, reading: Reading) -> bool:
        """Whether the captured decode loop can write: CUDA, greedy, picks and weights not observed, a known shape."""
        engine, cfg = self.engine, self.engine.selection
        observed = any(selector.observer is not None for selector in engine.runtime.selectors)
        watched = engine.runtime.trace.weigh_rows or observed or engine.ranks is not None
        if not captures(engine.backend, engine.device) or engine.config.temperature > 0 or watched:
            return False
        special = cfg.coverage_floor > 0 or cfg.full_layers or cfg.layer_budgets or cfg.reuse_scope != "all"
        known = engine.forward.step is not None and reading.cache.beyond is None
        return known and not special and self.takes_rows(reading)

    def takes_rows(self, reading: Reading) -> bool:
        """Whether the captured loop reads how the cache holds its rows: plain ones all, host and 8-bit ones picked."""
        storage = reading.cache.storage
        if storage == "host" and not reads_host_memory(self.engine.backend.name, self.engine.device):
            return False
        return storage == "plain" or (storage in ("host", "fp8") and self.selects(reading))

    def selects(self, reading: Reading) -> bool:
        """Whether the captured loop selects: it was asked for, there is an index, and rows to leave out."""
        cfg = self.engine.selection
        least = cfg.budget + cfg.num_local + cfg.num_sink
        indexed = reading.cache.append_index is not None
        return reading.decode_mode == "select" and indexed and reading.cache.length > least

    def forget(self) -> None:
        """Give back the buffers of the captured loop, and the cache it holds on to."""
        self._captured = None

    def _decoder(self, reading: Reading) -> GraphDecoder:
        """The captured loop over a reading's cache, captured once while cache and settings stay the same."""
        engine = self.engine
        selection = engine.selection if self.selects(reading) else None
        kept = self._captured
        if kept is None or kept[0] is not reading.cache or kept[1] != selection:
            assert engine.forward.step is not None
            self._captured = None  # frees the old buffers first
            decoder = GraphDecoder(engine.forward.step, engine.loaded.model, reading.cache, engine.backend, selection)
            self._captured = kept = (reading.cache, selection, decoder)
        return kept[2]

    def write(self, reading: Reading, limit: int, end_ids: tuple[int, ...]) -> Iterator[Step]:
        """Write greedily through the captured loop, keeping reading and counts as the ordinary loop does."""
        runtime, token = self.engine.runtime, int(reading.logits.argmax())
        if token in end_ids:
            return
        decoder = self._started(reading, token)
        yield Step(token)
        written = [token]
        try:
            with runtime.timings.phase("decode"):
                room = reading.cache.capacity - len(reading.ids) - 1
                for token in decoder.run(min(limit - 1, room), end_ids):
                    written.append(token)
                    yield Step(token)
        finally:
            self._finish(reading, decoder, written[:-1])

    def force(self, reading: Reading, ids: Sequence[int]) -> list[Tensor]:
        """Logits [vocab] before each of `ids`, which are written after a reading in place of the model's choice."""
        before = reading.logits
        if len(ids) == 1:
            return [before]
        decoder = self._started(reading, ids[0])
        with self.engine.runtime.timings.phase("decode"):
            logits = decoder.forced(ids[:-1])
        self._finish(reading, decoder, ids[:-1])
        return [before, *logits]

    def _started(self, reading: Reading, token: int) -> GraphDecoder:
        """The captured loop, ready to write `token` at the end of a reading."""
        decoder = self._decoder(reading)
        reading.cache.settle()
        decoder.start(token, reading.cache.length)
        decoder.prepare()
        return decoder

    def _finish(self, reading: Reading, decoder: GraphDecoder, written: Sequence[int]) -> None:
        """Add the tokens whose rows the cache now holds to the reading, and the counts to the run's."""
        runtime = self.engine.runtime
        reading.ids.extend(written)
        for layer in reading.cache.pools:
            layer.length = len(reading.ids)
        reading.logits = decoder.logits.clone()
        decoder.report(runtime.trace, runtime.selectors)
        runtime.timings.settle()
