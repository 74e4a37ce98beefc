"""When the captured decode loop can write after a reading, and writing with it, its own choice or given tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torch import Tensor

from tsel_core.config import SelectionConfig
from tsel_core.decoder.forward import Forward
from tsel_core.decoder.graph.decode import GraphDecoder, captures
from tsel_core.device.faults import as_fault
from tsel_core.engine.reading import Reading, Step
from tsel_core.kv.cache import KVCache
from tsel_core.kv.host import reads_host_memory
from tsel_core.selection.beyond_window import BeyondWindow
from tsel_kernels.protocol import Kernels

_Way = tuple[SelectionConfig | None, BeyondWindow | None]


def selects_captured(reading: Reading, cfg: SelectionConfig) -> bool:
    """Whether the captured loop selects: past the trained window, or there is an index and its first step would."""
    if reading.beyond is not None:
        return True
    indexed = reading.cache.append_index is not None
    return indexed and reading.step_pass().selects(cfg, 0, reading.cache.length + 1, 1)


class CapturedWriter:
    """Greedy writing through a captured step (decoder/graph/decode.py), which is kept for the next answer."""

    def __init__(self, forward: Forward, kernels: Kernels) -> None:
        self.forward, self.kernels = forward, kernels
        self._captured: tuple[KVCache, _Way, GraphDecoder] | None = None
        self.refused = ""  # what a capture of the model's own layers was refused with: then they are not tried again

    def takes(self, reading: Reading, cfg: SelectionConfig, temperature: float) -> bool:
        """Whether the captured decode loop can write: CUDA, greedy, picks and weights not observed, a known shape."""
        runtime, forward = self.forward.runtime, self.forward
        observed = any(selector.observer is not None for selector in runtime.selectors)
        watched = runtime.trace.weigh_rows or observed or forward.ranks is not None
        if not captures(self.kernels, forward.device) or temperature > 0 or watched:
            return False
        special = cfg.coverage_floor > 0 or cfg.full_layers or cfg.layer_budgets or cfg.reuse_scope != "all" or cfg.rule
        if special or not self.takes_rows(reading, cfg):
            return False
        return forward.step is not None or (not forward.choice.uncaptured and self._own_layers(reading, cfg))

    def _own_layers(self, reading: Reading, cfg: SelectionConfig) -> bool:
        """Whether the model's own layers were captured over a reading's cache, now or before."""
        if self.refused or reading.cache.length >= reading.cache.capacity:
            return False
        try:
            self._started(reading, cfg, 0)
        except RuntimeError as error:
            if "captur" not in str(error).lower() and as_fault(error, "writing") is not None:
                raise
            self.forget()
            self.refused = str(error)
        return not self.refused

    def takes_rows(self, reading: Reading, cfg: SelectionConfig) -> bool:
        """Whether the captured loop reads how the cache holds its rows: plain and 4-bit ones all, others picked.

        Past the trained window plain ones, from a length on (BeyondWindow), and not where every row is attended to.
        """
        storage, beyond = reading.cache.storage, reading.beyond
        if beyond is not None:
            long = reading.cache.length >= beyond.true_rows(decoding=True)
            return storage == "plain" and long and not beyond.every_row
        if storage == "host" and not reads_host_memory(self.kernels.name, self.forward.device):
            return False
        return storage in ("plain", "q4") or (storage in ("host", "fp8") and selects_captured(reading, cfg))

    @property
    def cache(self) -> KVCache | None:
        """The cache that the captured loop writes in."""
        return None if self._captured is None else self._captured[0]

    def forget_words(self) -> None:
        """Overwrite what the last answer left in the buffers; the captured loop stays."""
        if self._captured is not None:
            self._captured[2].clear()

    def forget(self) -> None:
        """Give back the buffers of the captured loop, and the cache it holds on to."""
        self._captured = None

    def _decoder(self, reading: Reading, cfg: SelectionConfig) -> GraphDecoder:
        """The captured loop over a reading's cache, captured once while cache, settings and way of reading stay."""
        selection = cfg if selects_captured(reading, cfg) else None
        kept, way = self._captured, (selection, reading.beyond)
        if kept is None or not kept[2].fits(reading.cache) or kept[1] != way:
            self._captured = None  # frees the old buffers first
            model, step = self.forward.model, self.forward.captured_step(reading.cache)
            assert step is not None
            decoder = GraphDecoder(step, model, reading.cache, self.kernels, selection, reading.beyond)
            self._captured = kept = (reading.cache, way, decoder)
        return kept[2]

    def write(self, reading: Reading, cfg: SelectionConfig, limit: int, end_ids: tuple[int, ...]) -> Iterator[Step]:
        """Write greedily through the captured loop, keeping reading and counts as the ordinary loop does."""
        runtime, token = self.forward.runtime, int(reading.logits.argmax())
        if token in end_ids:
            return
        decoder = self._started(reading, cfg, token)
        yield Step(token)
        written = [token]
        try:
            with runtime.timings.phase("decode"):
                room = reading.cache.capacity - len(reading.ids) - 1
                for token in decoder.run(min(limit - 1, room), end_ids):
                    written.append(token)
                    yield Step(token)
        finally:
            # recurrent layers hold every step that was made; rows past those counted are written again
            held = written[:-1] if reading.cache.states is None else written[: decoder.stats.num_steps]
            self._finish(reading, decoder, held)

    def force(self, reading: Reading, cfg: SelectionConfig, ids: Sequence[int]) -> list[Tensor]:
        """Logits [vocab] before each of `ids`, which are written after a reading in place of the model's choice."""
        before = reading.logits
        if len(ids) == 1:
            return [before]
        decoder = self._started(reading, cfg, ids[0])
        with self.forward.runtime.timings.phase("decode"):
            logits = decoder.forced(ids[:-1])
        self._finish(reading, decoder, ids[:-1])
        return [before, *logits]

    def _started(self, reading: Reading, cfg: SelectionConfig, token: int) -> GraphDecoder:
        """The captured loop, ready to write `token` at the end of a reading."""
        decoder = self._decoder(reading, cfg)
        reading.cache.settle()
        decoder.start(token, reading.cache.length)
        decoder.prepare()
        return decoder

    def _finish(self, reading: Reading, decoder: GraphDecoder, written: Sequence[int]) -> None:
        """Add the tokens whose rows the cache now holds to the reading, and the counts to the run's."""
        runtime = self.forward.runtime
        reading.ids.extend(written)
        for layer in reading.cache.pools:
            layer.length = len(reading.ids)
        reading.logits = decoder.logits.clone()
        decoder.report(runtime.trace, runtime.selectors)
        runtime.timings.settle()
