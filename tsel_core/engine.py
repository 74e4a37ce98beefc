"""Chunked prefill and our own decode loop over a transformers model with the "tsel" attention."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

from tsel_core.attention import AttentionRuntime, Mode, attach
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.crossover import NEVER, Crossover, Geometry, crossover
from tsel_core.errors import NotFinite, TselError
from tsel_core.extrapolation import BeyondWindow, beyond_window
from tsel_core.faults import guarded, guarded_steps
from tsel_core.forward import Forward
from tsel_core.graph_decode import GraphDecoder
from tsel_core.kv_cache import KVCache
from tsel_core.kv_cost import Storage
from tsel_core.kv_host import reads_host_memory
from tsel_core.kv_stored_cache import make_cache
from tsel_core.lexical import LexicalRows
from tsel_core.ops import load_backend
from tsel_core.progress import NoProgress, Progress
from tsel_core.sampling import Sampler
from tsel_core.timings import Timings

if TYPE_CHECKING:
    from tsel_core.model import LoadedModel
    from tsel_core.tensor_parallel import Ranks
    from tsel_core.trace import Trace

# Tokens a chunk has when the settings leave it open. CPU: larger chunks gain nothing and show progress later.
# H100, 7B shape: 512 to 8192 tokens run the linear part equally fast, fewer chunks launch less.
_CHUNK = {"cpu": 512, "cuda": 8192}
# Largest cache (tokens) the captured loop attends to as a whole; its join keeps one row a split in registers.
_FULL_GRAPH = 16_384
# Below this "auto" does not even ask for the crossover: nothing was ever faster there.
_ALWAYS_FULL = 4096


@dataclass
class Reading:
    """A prompt that was read: its tokens, its cache, and the logits [vocab] after the last token."""

    ids: list[int]
    cache: KVCache
    logits: Tensor
    prefill_mode: Mode
    decode_mode: Mode
    reason: str
    num_reused: int = 0  # tokens that were loaded from a kept reading instead of read


class Beginning(Protocol):
    """Keys and values of the first tokens of a prompt that were computed before (tsel_core.reading_store)."""

    def fill(self, cache: KVCache, device: torch.device, trace: Trace | None = None) -> int:
        """Load them into an empty cache and return how many tokens it then holds; 0 when they cannot be used."""


@dataclass(frozen=True, slots=True)
class Step:
    """One written token, and (when asked for) the softmax mass by unit while it was written (Trace.unit_weights)."""

    token_id: int
    unit_weights: Tensor | None = None


@dataclass
class Engine:
    """Reads prompts and writes answers with one loaded model; not thread-safe, one document at a time."""

    loaded: LoadedModel
    config: EngineConfig = field(default_factory=EngineConfig)
    selection: SelectionConfig = field(default_factory=SelectionConfig)
    storage: Storage = "plain"  # how new caches hold their rows
    planned_chunk: int | None = None  # tokens of a prefill chunk when the settings leave it open
    traced_layers: frozenset[int] = frozenset()  # layers weighed while writing, once the trace knows the units
    ranks: Ranks | None = None  # set by tsel_core.tensor_parallel_lead where other processes hold parts of the model

    def __post_init__(self) -> None:
        self.device = torch.device(self.loaded.device)
        self.backend = load_backend(self.device)
        self.runtime: AttentionRuntime = attach(self.loaded.model, self.selection, self.backend)
        self.forward = Forward(self.loaded, self.runtime, self.backend)
        self._captured: tuple[KVCache, SelectionConfig | None, GraphDecoder] | None = None
        self.reset()

    def reset(self) -> None:
        """Forget counts, coverage and timings of the last run (the weights stay)."""
        fresh = AttentionRuntime(self.runtime.selectors, Timings(on_cuda=self.device.type == "cuda"))
        for selector in fresh.selectors:
            selector.cache = type(selector.cache)()
        self.runtime.timings, self.runtime.trace = fresh.timings, fresh.trace
        self.runtime.trace.weighed_layers = self.traced_layers
        self.runtime.trace.weigh_rows = bool(self.traced_layers)

    @property
    def chunk_size(self) -> int:
        """Tokens of a prefill chunk."""
        return self.config.chunk_size or self.planned_chunk or _CHUNK[self.device.type]

    def hold(self, storage: Storage, chunk_size: int) -> None:
        """Use what the fit planner chose: how new caches hold rows, tokens of a chunk if settings leave it open."""
        self.storage, self.planned_chunk = storage, chunk_size

    def choose_modes(self, num_tokens: int) -> tuple[Mode, Mode, str]:
        """(prefill, decode, reason) for a prompt of this length; sets from how many rows on layers select."""
        self.runtime.select_from = 0
        beyond = self.beyond(num_tokens)
        if self.config.attention != "auto":
            reason = "asked for" if beyond is None else f"asked for; {beyond.reason(num_tokens)}"
            return self.config.attention, self.config.attention, reason
        short = self.config.crossover is None and num_tokens <= _ALWAYS_FULL
        if short and beyond is None:
            return "full", "full", f"{num_tokens:,} tokens: full attention is faster on short texts"
        found = Crossover(NEVER, NEVER) if short else self._crossover()
        if beyond is not None:
            self.runtime.select_from = found.prefill
            return "select", "select", beyond.reason(num_tokens)
        prefill: Mode = "select" if num_tokens >= found.prefill else "full"
        stored = self.storage != "plain" and self.device.type == "cuda"  # full attention would fetch every row a step
        decode: Mode = "select" if stored or num_tokens >= found.decode else "full"
        if prefill == "select":
            self.runtime.select_from = found.prefill  # earlier chunks of the document run full: they are faster so
        side = "at or above" if prefill == "select" else "below"
        at = "" if found.prefill == NEVER else f" of {found.prefill:,}"
        return prefill, decode, f"{num_tokens:,} tokens, {side} the crossover{at}"

    def beyond(self, num_tokens: int) -> BeyondWindow | None:
        """How a prompt is read that leaves the trained window with its answer; None: it does not, or must not."""
        config = self.config
        if not config.extrapolate or num_tokens + config.max_new_tokens <= self.loaded.info.trained_window:
            return None
        known, every_row = self.forward.step is not None, config.attention == "full"
        return beyond_window(self.loaded.info, self.selection, known, every_row)

    def _crossover(self) -> Crossover:
        if self.config.crossover is not None:
            return Crossover(self.config.crossover, self.config.crossover)
        info = self.loaded.info
        geometry = Geometry(info.num_heads, info.num_kv_heads, info.head_dim, self.chunk_size)
        return crossover(geometry, self.selection, self.backend, self.device, self.loaded.dtype)

    @torch.inference_mode()
    def read(
        self,
        ids: Sequence[int],
        tail_start: int,
        *,
        room: int,
        progress: Progress | None = None,
        kept: Beginning | None = None,
    ) -> Reading:
        """Prefill `ids` in chunks; tokens from `tail_start` on (the question) always attend to everything.

        `room` is how many more tokens the cache must hold; what `kept` holds of the beginning is loaded, not read.
        Raises ValueError on an empty prompt; OutOfMemory, DeviceLost, NotFinite with nothing left allocated.
        """
        try:
            return guarded("reading", self._read, ids, tail_start, room, progress, kept)
        except TselError:
            self.let_go()
            raise

    def _read(
        self, ids: Sequence[int], tail_start: int, room: int, progress: Progress | None, kept: Beginning | None
    ) -> Reading:
        """See read."""
        if not ids:
            raise ValueError("a prompt needs at least one token")
        watch = progress or NoProgress()
        prefill, decode, reason = self.choose_modes(len(ids))
        beyond = self.beyond(len(ids))
        self._captured = None  # it holds the last cache
        cache = self.new_cache(len(ids) + room, decode, beyond)
        self.runtime.trace.watch_picks(cache.capacity, self.device)
        reading = Reading([], cache, torch.empty(0), prefill, decode, reason)
        if kept is not None:
            with self.runtime.timings.phase("load_reading"):
                reading.num_reused = kept.fill(cache, self.device, self.runtime.trace)
            reading.ids.extend(ids[: reading.num_reused])
        lexical = prefill == "select" and self.selection.lexical_share > 0
        self.runtime.lexical = LexicalRows(torch.tensor(list(ids), device=self.device)) if lexical else None
        watch.begin("prefill", len(ids), "tokens")
        with self.runtime.timings.phase("prefill"):
            edge = beyond.distances.window if beyond is not None else len(ids)
            for begin, end in _chunks(tail_start, len(ids), self.chunk_size, reading.num_reused, edge):
                self.runtime.mode = prefill if begin < tail_start else "full"
                self._extend(reading, ids[begin:end])
                watch.advance(end)
        self.runtime.lexical = None
        watch.end()
        self.runtime.timings.settle()
        return reading

    def new_cache(self, capacity: int, decode: Mode, beyond: BeyondWindow | None = None) -> KVCache:
        """An empty cache; on CUDA with the key index beside it when decode steps will select from rotated keys."""
        indexed = self.device.type == "cuda" and decode == "select" and beyond is None and self.ranks is None
        append = self.backend.append_index_ if indexed else None
        bits = self.selection.index_bits
        cache = make_cache(self.storage, self.loaded.info.num_layers, capacity, append, self.backend, bits)
        cache.beyond = beyond
        return cache

    @torch.inference_mode()
    def extend(self, reading: Reading, ids: Sequence[int]) -> None:
        """Read more tokens (a next question) with full attention over everything read so far."""
        self.runtime.mode = "full"
        with self.runtime.timings.phase("prefill"):
            for begin in range(0, len(ids), self.chunk_size):
                guarded("reading", self._extend, reading, ids[begin : begin + self.chunk_size])

    def crop(self, reading: Reading, num_tokens: int) -> None:
        """Forget all but the first `num_tokens` tokens of a reading."""
        reading.cache.crop(num_tokens)
        del reading.ids[num_tokens:]
        for selector in self.runtime.selectors:
            selector.cache.clear()

    def _extend(self, reading: Reading, ids: Sequence[int]) -> None:
        """Forward a chunk and keep the logits of its last token."""
        reading.logits = self.forward(reading.cache, ids)
        reading.ids.extend(ids)
        if not bool(torch.isfinite(reading.logits).all()):
            raise NotFinite(len(reading.ids))

    def let_go(self, reading: Reading | None = None) -> None:
        """After an error: give back the memory of a reading and everything the engine holds beside the weights."""
        self._captured = None
        self.runtime.lexical = None
        for selector in self.runtime.selectors:
            selector.cache.clear()
        if reading is not None:
            reading.cache.release()
            reading.ids.clear()
            reading.logits = torch.empty(0)
        if self.device.type == "cuda":
            with contextlib.suppress(RuntimeError):  # a lost device cannot free anything either
                torch.cuda.empty_cache()

    def write(
        self,
        reading: Reading,
        max_new_tokens: int | None = None,
        *,
        forced_ids: Sequence[int] | None = None,
        keep_logits: list[Tensor] | None = None,
        ignore_end: bool = False,
    ) -> Iterator[Step]:
        """Write tokens after a reading until an end token or the limit; the end token is not yielded.

        The reading grows with every token, so a caller that stops early keeps a valid reading. `forced_ids`
        are written instead of the model's choice (teacher forcing, to compare settings on the same words; end
        tokens do not stop them, nor anything with `ignore_end`); `keep_logits` collects the logits [vocab] before each.
        Raises OutOfMemory, DeviceLost, NotFinite; the tokens yielded before stand, the reading must be let go.
        """
        steps = self._write(reading, max_new_tokens, forced_ids, keep_logits, ignore_end)
        yield from guarded_steps("writing", steps)

    def _write(
        self,
        reading: Reading,
        max_new_tokens: int | None,
        forced_ids: Sequence[int] | None,
        keep_logits: list[Tensor] | None,
        ignore_end: bool,
    ) -> Iterator[Step]:
        """See write."""
        if forced_ids is None and keep_logits is None and self._can_graph(reading):
            end_ids = () if ignore_end else self.loaded.eos_ids
            yield from self._write_graph(reading, max_new_tokens or self.config.max_new_tokens, end_ids)
            return
        with self.runtime.timings.phase("prepare"):
            self.forward.prepare_rows()
        sampler = Sampler(self.config.temperature, self.config.top_p, self.config.seed)
        limit = len(forced_ids) if forced_ids is not None else max_new_tokens or self.config.max_new_tokens
        try:
            for written in range(limit):
                token = sampler(reading.logits) if forced_ids is None else forced_ids[written]
                if keep_logits is not None:
                    keep_logits.append(reading.logits.clone())
                if forced_ids is None and not ignore_end and token in self.loaded.eos_ids:
                    return
                yield Step(token, self.runtime.trace.take_weights())
                if written + 1 < limit:
                    self._step(reading, token)
        finally:
            self.runtime.timings.settle()

    def _can_graph(self, reading: Reading) -> bool:
        """Whether the captured decode loop can write: CUDA, greedy, nobody watching row weights, a shape it takes."""
        if self.device.type != "cuda" or self.config.temperature > 0 or self.runtime.trace.weigh_rows or self.ranks:
            return False
        cfg = self.selection
        special = cfg.coverage_floor > 0 or cfg.full_layers or cfg.layer_budgets or cfg.reuse_scope != "all"
        if self.forward.step is None or special or reading.cache.beyond is not None or not self._graph_takes(reading):
            return False
        return self._graph_selects(reading) or reading.cache.capacity <= _FULL_GRAPH

    def _graph_takes(self, reading: Reading) -> bool:
        """Whether the captured loop reads how the cache holds its rows: as they are, or in host memory, picked ones."""
        if reading.cache.storage == "host":
            return self._graph_selects(reading) and reads_host_memory(self.backend.name, self.device)
        return reading.cache.storage == "plain"

    def _graph_selects(self, reading: Reading) -> bool:
        """Whether the captured loop selects: it was asked for, there is an index, and rows to leave out."""
        cfg = self.selection
        least = cfg.budget + cfg.num_local + cfg.num_sink
        indexed = reading.cache.pools[0].index is not None
        return reading.decode_mode == "select" and indexed and reading.cache.length > least

    def _decoder(self, reading: Reading) -> GraphDecoder:
        """The captured loop over a reading's cache, captured once while cache and settings stay the same."""
        selection = self.selection if self._graph_selects(reading) else None
        kept = self._captured
        if kept is None or kept[0] is not reading.cache or kept[1] != selection:
            assert self.forward.step is not None
            self._captured = None  # frees the old buffers first
            decoder = GraphDecoder(self.forward.step, self.loaded.model, reading.cache, self.backend, selection)
            self._captured = kept = (reading.cache, selection, decoder)
        return kept[2]

    def _write_graph(self, reading: Reading, limit: int, end_ids: tuple[int, ...]) -> Iterator[Step]:
        """Write greedily through the captured loop, keeping reading and counts as the ordinary loop does."""
        token = int(reading.logits.argmax())
        if token in end_ids:
            return
        decoder = self._decoder(reading)
        reading.cache.settle()
        decoder.start(token, reading.cache.length)
        decoder.prepare()
        yield Step(token)
        written = [token]
        try:
            with self.runtime.timings.phase("decode"):
                room = reading.cache.capacity - len(reading.ids) - 1
                for token in decoder.run(min(limit - 1, room), end_ids):
                    written.append(token)
                    yield Step(token)
        finally:
            reading.ids.extend(written[:-1])
            for layer in reading.cache.pools:
                layer.length = len(reading.ids)
            reading.logits = decoder.logits.clone()
            decoder.report(self.runtime.trace, self.runtime.selectors)
            self.runtime.timings.settle()

    @torch.inference_mode()
    def score(self, reading: Reading, ids: Sequence[int]) -> list[Tensor]:
        """Logits [vocab] before each of `ids`, in one pass with full attention; the reading grows by all but one."""
        before = reading.logits
        if len(ids) == 1:
            return [before]
        self.runtime.mode = "full"
        logits = self.forward(reading.cache, ids[:-1], every=True)
        reading.ids.extend(ids[:-1])
        reading.logits = logits[-1]
        return [before, *logits]

    @torch.inference_mode()
    def _step(self, reading: Reading, token: int) -> None:
        """One decode step: forward a written token."""
        self.runtime.mode, self.runtime.decoding = reading.decode_mode, True
        try:
            with self.runtime.timings.phase("decode"):
                self._extend(reading, [token])
            self.runtime.trace.num_steps += 1
        finally:
            self.runtime.decoding = False

    def use_selection(self, selection: SelectionConfig) -> None:
        """Change the selection settings of every layer."""
        self.selection = selection
        for selector in self.runtime.selectors:
            selector.config = selection


def _chunks(
    tail_start: int, num_tokens: int, chunk_size: int, start: int, edge: int
) -> Iterator[tuple[int, int]]:
    """(begin, end) of the prefill chunks from `start` on; a chunk never crosses `tail_start` or `edge`."""
    for lo, hi in ((0, min(tail_start, num_tokens)), (min(tail_start, num_tokens), num_tokens)):
        for begin in range(max(lo, start), hi, chunk_size):
            end = min(begin + chunk_size, hi)
            if begin < edge < end:
                yield begin, edge
                yield edge, end
            else:
                yield begin, end
