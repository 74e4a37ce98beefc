"""Chunked prefill and our own decode loop over a transformers model with the "tsel" attention."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from tsel_core.config import LEAST_CHUNK, EngineConfig, Mode, SelectionConfig, Storage, within_reach
from tsel_core.decoder.cpu_linear import rounds_rows
from tsel_core.decoder.forward import Forward
from tsel_core.device.current import make_current
from tsel_core.device.faults import guarded, guarded_steps
from tsel_core.device.timings import Timings
from tsel_core.device.uploads import upload
from tsel_core.engine.captured_writer import CapturedWriter
from tsel_core.engine.chunks import CHUNK, MEAN_QUERY_CHUNK, OTHER_GPU_CHUNK
from tsel_core.engine.crossover import Crossover, Geometry, crossover
from tsel_core.engine.lookahead import Lookahead
from tsel_core.engine.modes import Modes, choose_modes
from tsel_core.engine.prefill import read_prompt
from tsel_core.engine.reading import Beginning, LostRows, Reading, Step
from tsel_core.engine.sampling import Choose, Sampler
from tsel_core.engine.spare import SpareCache, reserved
from tsel_core.errors import NotFinite, OutOfMemory, TselError, UsageError
from tsel_core.kv.cache import KVCache
from tsel_core.kv.pages import has_pages
from tsel_core.kv.stored_cache import make_cache
from tsel_core.layers.runtime import AttentionRuntime, Seam, make_runtime
from tsel_core.models.plain_decoder import PlainModel
from tsel_core.progress import Progress
from tsel_core.selection.beyond_window import BeyondWindow, beyond_window
from tsel_core.selection.passes import Pass
from tsel_kernels.ahead import begin as begin_compiling
from tsel_kernels.backend import load_kernels
from tsel_kernels.checks import MAX_HEAD_DIM

if TYPE_CHECKING:
    from tsel_core.device.ranks import Ranks
    from tsel_core.models.load import LoadedModel

@dataclass
class Engine:
    """Reads prompts and writes answers with one loaded model; not thread-safe, one document at a time."""

    loaded: LoadedModel
    config: EngineConfig = field(default_factory=EngineConfig)
    selection: SelectionConfig = field(default_factory=SelectionConfig)
    storage: Storage = "plain"  # how new caches hold their rows
    planned_chunk: int | None = None  # tokens of a prefill chunk when the settings leave it open
    reaches: bool = False  # a prompt may leave the trained window by a little where the settings leave it open
    traced_layers: frozenset[int] = frozenset()  # layers weighed while writing, once the trace knows the units
    together: object | None = field(default=None, repr=False)  # engines beside it over its model (engine/together)
    branching: bool = False  # whether new caches are such that several questions may share their rows (kv/pages.py)
    ranks: Ranks | None = None  # set by tsel_core.parallel.lead where other processes hold parts of the model

    def __post_init__(self) -> None:
        self.device = torch.device(self.loaded.device)
        self.kernels = load_kernels(self.device, rounds_rows(self.loaded.model, self.loaded.dtype))
        if self.device.type == "cuda" and self.kernels.name == "triton":
            begin_compiling(torch.cuda.get_device_capability(self.device))
        seam = self._seam()
        self.runtime: AttentionRuntime = seam.runtime
        self.forward = self._forward(seam)
        self.captured = self.new_writer()
        self.spare = SpareCache()
        self._ahead: Lookahead | None = None  # of the text that is being written
        self.reset()

    def _seam(self) -> Seam:
        """The state of the layers; a model of transformers is made to ask for its attention there."""
        model = self.loaded.model
        if isinstance(model, PlainModel):
            return Seam(make_runtime(self.selection, self.kernels, model.outline.num_hidden_layers))
        from tsel_core.layers.seam import attach

        return attach(model, self.selection, self.kernels)

    def _forward(self, seam: Seam) -> Forward:
        return Forward(self.loaded, seam, self.kernels)

    @property
    def base(self) -> Engine:
        """The engine that holds the weights: itself, or the one that it shares them of."""
        return self

    def new_writer(self) -> CapturedWriter:
        """A captured loop for readings beside the one at work."""
        return CapturedWriter(self.forward, self.kernels)

    def reset(self) -> None:
        """Forget counts, coverage and timings of the last run (the weights stay)."""
        fresh = AttentionRuntime(self.runtime.selectors, Timings(on_cuda=self.device.type == "cuda"))
        for selector in fresh.selectors:
            selector.cache = type(selector.cache)()
        self.runtime.timings, self.runtime.trace = fresh.timings, fresh.trace
        self.runtime.trace.weighed_layers = self.traced_layers
        self.runtime.trace.weigh_rows = bool(self.traced_layers)

    @cached_property
    def weight_types(self) -> list[str]:
        """Types of the model's weights, sorted; looked up once, as a walk over a model takes milliseconds."""
        return sorted({str(p.dtype) for p in self.loaded.model.parameters()})

    @property
    def chunk_size(self) -> int:
        """Tokens of a prefill chunk."""
        usual = self.planned_chunk or CHUNK.get(self.device.type, OTHER_GPU_CHUNK)
        if self.selection.vote == "mean-query":
            usual = min(usual, MEAN_QUERY_CHUNK)
        return self.config.chunk_size or usual

    def hold(self, storage: Storage, chunk_size: int, reaches: bool = False) -> None:
        """Use what the fit planner chose: how new caches hold rows, tokens of a chunk if settings leave it open."""
        self.storage, self.planned_chunk, self.reaches = storage, chunk_size, reaches

    @property
    def turns(self) -> bool:
        """Whether its rows can be held in 4 bits by "auto": the lean step turns them, on one device."""
        return self.forward.step is not None and self.ranks is None

    def choose_modes(self, num_tokens: int) -> Modes:
        """Modes for a prompt of this length, and from how many rows on layers select."""
        stored = self.storage != "plain" and self.device.type == "cuda"
        beyond = self.beyond(num_tokens)
        if self.config.attention == "auto" and beyond is None and self._never_selects:
            return Modes("full", "full", f"{num_tokens:,} tokens: no layer of this model selects")
        return choose_modes(self.config, num_tokens, beyond, stored, self._crossover)

    @property
    def _never_selects(self) -> bool:
        """Whether every layer has a window, a sink or the like (layers/runtime.py)."""
        return len(self.runtime.full_layers) == self.loaded.info.num_layers

    def beyond(self, num_tokens: int) -> BeyondWindow | None:
        """How a prompt is read that leaves the trained window with its answer; None: it does not, or must not."""
        config, window = self.config, self.loaded.info.trained_window
        needed, every_row = num_tokens + config.max_new_tokens, config.attention == "full"
        if needed <= window or config.extrapolate is False:
            return None
        if config.extrapolate is None and not (self.reaches and within_reach(needed, window)):
            return None
        return beyond_window(self.loaded.info, self.selection, self.forward.reads_beyond, every_row)

    def _crossover(self) -> Crossover:
        if self.config.crossover is not None:
            return Crossover(self.config.crossover, self.config.crossover)
        info = self.loaded.info
        head_dim = min(info.head_dim, MAX_HEAD_DIM)  # a model's wider layers do not select
        geometry = Geometry(info.num_heads, info.num_kv_heads, head_dim, self.chunk_size)
        return crossover(geometry, self.selection, self.kernels, self.device, self.loaded.dtype)

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
        A GPU that runs out of memory reads again in chunks of half the size, unless the settings name one: the plan
        cannot know all that others do there. Raises ValueError on an empty prompt; OutOfMemory, DeviceLost, NotFinite
        with nothing left allocated.
        """
        make_current(self.device)
        while True:
            try:
                return guarded("reading", self._read, ids, tail_start, room, progress, kept)
            except LostRows:
                self.let_go()
                self.runtime.trace.prefill_coverage.clear()
                kept = None
                continue
            except TselError as error:
                self.let_go()
                smaller = self.chunk_size // 2
                fixed = self.config.chunk_size is not None or self.ranks is not None
                least = LEAST_CHUNK.get(self.device.type, LEAST_CHUNK["cpu"])
                if not isinstance(error, OutOfMemory) or fixed or smaller < least:
                    raise
            self.planned_chunk = smaller

    def _read(
        self, ids: Sequence[int], tail_start: int, room: int, progress: Progress | None, kept: Beginning | None
    ) -> Reading:
        """See read. Whatever happens: nothing is on its way into the cache afterwards."""
        completed = False
        if not ids:
            raise ValueError("a prompt needs at least one token")
        try:
            modes = self.choose_modes(len(ids))
            cache = self._room(len(ids) + room, modes)
            reading = read_prompt(
                self.forward,
                cache,
                modes,
                ids,
                tail_start,
                chunk_size=self.chunk_size,
                lexical_share=self.selection.lexical_share,
                progress=progress,
                kept=kept,
            )
            completed = True
            return reading
        finally:
            if kept is not None:
                kept.join(completed)

    def _room(self, num_rows: int, modes: Modes) -> KVCache:
        """A cache for a prompt and its answer: the emptied one of the last job where it serves, else a new one."""
        plain = self.storage == "plain" and modes.beyond is None and self.ranks is None
        spare = self.spare.take(num_rows, modes.decode == "select") if plain else None
        if spare is not None:
            return spare
        self.captured.forget()  # it holds the last cache
        rows = reserved(num_rows) if self.device.type == "cuda" and plain else num_rows
        return self.new_cache(rows, modes.decode, rotated=modes.beyond is None)

    def new_cache(self, capacity: int, decode: Mode, *, rotated: bool = True) -> KVCache:
        """An empty cache; on CUDA with the key index beside it when decode steps will select from rotated keys."""
        indexed = self.device.type == "cuda" and decode == "select" and rotated and self.ranks is None
        append = self.kernels.append_index_ if indexed else None
        bits = self.selection.index_bits
        if self.storage == "q4" and self.forward.step is None:
            raise UsageError(
                "--kv q4 is not for this model: it runs through transformers' own layers, which turn no rows",
                "use --kv auto or fp8",
            )
        sizes, forward = (self.loaded.info.num_layers, capacity), self.forward
        kinds = forward.recurrent, forward.seam.windows
        cache = make_cache(self.storage, *sizes, append, self.kernels, bits, *kinds)
        cache.keys_rotated = rotated
        if self.branching and self.device.type == "cpu" and has_pages():
            for layer in cache.pools:
                layer.in_pages = True
        return cache

    @torch.inference_mode()
    def extend(self, reading: Reading, ids: Sequence[int]) -> None:
        """Read more tokens (a next question) with full attention over everything read so far."""
        make_current(self.device)
        reading.cache.mark()
        with self.runtime.timings.phase("prefill"):
            for begin in range(0, len(ids), self.chunk_size):
                guarded("reading", self._extend, reading, ids[begin : begin + self.chunk_size], reading.full_pass())

    @torch.inference_mode()
    def crop(self, reading: Reading, num_tokens: int) -> None:
        """Forget all but the first `num_tokens` tokens of a reading.

        Recurrent layers go back to a marked place (KVCache.mark); what follows it is read again.
        """
        held = reading.cache.crop(num_tokens)
        lost = reading.ids[held:num_tokens]
        del reading.ids[held:]
        for selector in self.runtime.selectors:
            selector.cache.clear()
        if lost:
            self.extend(reading, lost)

    def _extend(self, reading: Reading, ids: Sequence[int], run: Pass) -> None:
        """Forward a few tokens and keep the logits of the last one."""
        reading.logits = self.forward(reading.cache, upload(ids, self.device), run)
        reading.ids.extend(ids)
        if not bool(torch.isfinite(reading.logits).all()):
            raise NotFinite(len(reading.ids))

    @torch.inference_mode()
    def rest(self) -> None:
        """After a job: nothing of its document stays, but what is captured does, for the next question."""
        captured = self.captured
        if not self.spare.keep(captured.cache, self.device):
            self.let_go()
            return
        captured.forget_words()
        self.runtime.end_reading()
        for selector in self.runtime.selectors:
            selector.cache.clear()
        torch.cuda.empty_cache()

    def let_go(self, reading: Reading | None = None) -> None:
        """After an error: give back the memory of a reading and everything the engine holds beside the weights."""
        self.spare, self.together = SpareCache(), None
        self.captured.forget()
        self.runtime.end_reading()
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
        choose: Choose | None = None,
    ) -> Iterator[Step]:
        """Write tokens after a reading until an end token or the limit; the end token is not yielded.

        The reading grows with every token, so a caller that stops early keeps a valid reading. `forced_ids`
        are written instead of the model's choice (teacher forcing, to compare settings on the same words; end
        tokens do not stop them, nor anything with `ignore_end`); `keep_logits` collects the logits [vocab] before each.
        `choose` picks the tokens instead of the settings' sampler.
        Raises OutOfMemory, DeviceLost, NotFinite; the tokens yielded before stand, the reading must be let go.
        """
        make_current(self.device)
        steps = self._write(reading, max_new_tokens, forced_ids, keep_logits, ignore_end, choose)
        yield from guarded_steps("writing", steps)

    def _write(
        self,
        reading: Reading,
        max_new_tokens: int | None,
        forced_ids: Sequence[int] | None,
        keep_logits: list[Tensor] | None,
        ignore_end: bool,
        choose: Choose | None,
    ) -> Iterator[Step]:
        """See write."""
        if (forced_ids or (keep_logits is None and choose is None)) and self.captures(reading):
            if forced_ids:
                logits = self.captured.force(reading, self.selection, forced_ids)
                if keep_logits is not None:
                    keep_logits.extend(logits)
                yield from map(Step, forced_ids)
            else:
                end_ids = () if ignore_end else self.loaded.eos_ids
                limit = max_new_tokens or self.config.max_new_tokens
                yield from self.captured.write(reading, self.selection, limit, end_ids)
            return
        with self.runtime.timings.phase("prepare"):
            self.forward.prepare_rows()
        sampler = choose or Sampler(self.config.temperature, self.config.top_p, self.config.seed)
        limit = len(forced_ids) if forced_ids is not None else max_new_tokens or self.config.max_new_tokens
        greedy = forced_ids is None and choose is None and self.config.temperature == 0
        self._ahead = Lookahead.of(self.forward, reading, self.config.drafts if greedy else 0)
        try:
            for written in range(limit):
                with self.forward.writing():
                    token = sampler(reading.logits) if forced_ids is None else forced_ids[written]
                if keep_logits is not None:
                    keep_logits.append(reading.logits.clone())
                if forced_ids is None and not ignore_end and token in self.loaded.eos_ids:
                    return
                yield Step(token, self.runtime.trace.take_weights())
                if written + 1 < limit:
                    self._step(reading, token, limit - written - 2)
        finally:
            if self._ahead is not None:
                self._ahead.drop()
                self._ahead = None
            self.runtime.timings.settle()

    def captures(self, reading: Reading) -> bool:
        """Whether the captured loop writes after a reading."""
        return self.captured.takes(reading, self.selection, self.config.temperature)

    @torch.inference_mode()
    def score(self, reading: Reading, ids: Sequence[int]) -> list[Tensor]:
        """Logits [vocab] before each of `ids`, in one pass with full attention; the reading grows by all but one."""
        before = reading.logits
        if len(ids) == 1:
            return [before]
        logits = self.forward(reading.cache, upload(ids[:-1], self.device), reading.full_pass(every=True))
        reading.ids.extend(ids[:-1])
        reading.logits = logits[-1]
        return [before, *logits]

    @torch.inference_mode()
    def _step(self, reading: Reading, token: int, left: int = 0) -> None:
        """One decode step: forward a written token, of which at most `left` more are wanted."""
        with self.runtime.timings.phase("decode"), self.forward.writing():
            if self._ahead is None:
                self._extend(reading, [token], reading.step_pass())
            else:
                self._ahead.step(token, left)
        self.runtime.trace.num_steps += 1

    def use_selection(self, selection: SelectionConfig) -> None:
        """Change the selection settings of every layer."""
        self.selection = selection
        for selector in self.runtime.selectors:
            selector.config = selection
