"""One loaded model that reads prompts: tokenizer, fit check, weights at the first use, kept readings."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Self

from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.device.faults import guarded
from tsel_core.device.memory import free_memory
from tsel_core.device.timings import Timings
from tsel_core.document import Document, file_name
from tsel_core.engine.engine import Engine
from tsel_core.engine.fit import FitPlan, plan_fit
from tsel_core.engine.reading import Reading
from tsel_core.engine.sizes import devices_apart, model_sizes
from tsel_core.errors import UsageError
from tsel_core.evidence.heads.head_table import find_heads
from tsel_core.models.early_weights import early_weights
from tsel_core.models.load import ModelInfo, device_list, load_tokenizer
from tsel_core.models.plain_tokenizer import is_known
from tsel_core.models.shard import check_ranks
from tsel_core.parallel.launch import OnStuck, leave
from tsel_core.parallel.open import open_engine
from tsel_core.prefix_cache.policy import find_reading, keep_reading
from tsel_core.prefix_cache.store import ReadingStore
from tsel_core.progress import NoProgress, Progress
from tsel_core.prompts.build import Prompt, build_prompt
from tsel_core.prompts.tasks import Task


@dataclass
class Reader:
    """Model, settings and clock of one run. Weights are loaded at the first reading, after the fit check."""

    info: ModelInfo
    engine_config: EngineConfig = field(default_factory=EngineConfig)
    selection: SelectionConfig = field(default_factory=SelectionConfig)
    device: str = "cpu"  # or several, with commas, that share the model; then no reading is kept
    progress: Progress = field(default_factory=NoProgress)
    timings: Timings = field(default_factory=Timings)
    trace_rows: bool = True
    trace_sentences: bool = False  # of the document, for a report: finer than its units
    reading_store: ReadingStore | None = None  # where readings are kept; None keeps none
    fit: FitPlan | None = None  # of the last prompt: what it needs, what there is, how the cache is held
    think: int = 0  # tokens that a model which reasons first may think before it answers; 0: it does not
    on_stuck: OnStuck = leave  # ends the process when another device's process was lost in the middle of a pass
    _tokenizer: Any = None
    _engine: Engine | None = None
    _loading: Future[Engine] | None = None  # under way in a thread
    _names: str = ""  # of what `fit` was planned for

    def __post_init__(self) -> None:
        if len(device_list(self.device)) > 1:
            check_ranks(self.info, len(device_list(self.device)))
            if self.engine_config.extrapolate:
                raise UsageError("--extrapolate reads on one device", "leave it out, or name one --device")
            self.reading_store = None

    @property
    def tokenizer(self) -> Any:
        """The model's fast tokenizer, loaded once."""
        if self._tokenizer is None:
            self._tokenizer = load_tokenizer(self.info)
        return self._tokenizer

    @property
    def engine(self) -> Engine:
        """The engine, its weights loaded at the first use."""
        if self._engine is None:
            self.progress.begin("load")
            with self.timings.phase("load"):
                loading, self._loading = self._loading, None
                load = self._make_engine if loading is None else loading.result
                self._engine = self._prepared(guarded("loading the model", load))
            self.progress.end()
        return self._engine

    def begin_loading(self) -> None:
        """Load the weights in a thread while the prompt is made, where there is memory for them twice.

        The fit check then comes after them: with less memory it refuses a document before anything is loaded. Not where
        the tokenizer is read by transformers, whose modules two threads must not import at the same time.
        """
        if self._engine is not None or self._loading is not None or len(device_list(self.device)) > 1:
            return
        begun = early_weights().has_begun(self.info)
        ample = begun or free_memory(self.device) > 2 * self.info.loaded_bytes(self.device)
        if self.engine_config.memory_limit is None and ample and is_known(self.info.path, self.info.model_type):
            self._loading = Future()
            threading.Thread(target=self._load, args=(self._loading,), name="tsel-load", daemon=True).start()

    def _load(self, loading: Future[Engine]) -> None:
        try:
            loading.set_result(self._make_engine())
        except BaseException as error:  # raised where the engine is asked for
            loading.set_exception(error)

    @property
    def loaded_engine(self) -> Engine | None:
        """The engine if its weights are loaded by now, or are being loaded."""
        if self._loading is not None:
            with suppress(BaseException):
                return self.engine
        return self._engine

    def beside(self, engine: Engine) -> Self:
        """A session for another thread, with an engine that shares the weights of this one's.

        On a GPU it keeps no readings: rows on their way to a file must not meet the capture of a graph.
        """
        twin = replace(self, progress=NoProgress(), timings=Timings(), fit=None, _tokenizer=None, _engine=None)
        twin.reading_store = None if self.device.startswith("cuda") else self.reading_store
        twin._tokenizer = self.tokenizer
        twin.adopt(engine)
        return twin

    def adopt(self, engine: Engine) -> None:
        """Use an engine that holds this session's weights on its device already, with this session's settings."""
        engine.config = self.engine_config
        engine.use_selection(self.selection)
        self._engine = self._prepared(engine)

    def _make_engine(self) -> Engine:
        return open_engine(self.info, self.device, self.engine_config, self.selection, self.on_stuck)

    def _prepared(self, engine: Engine) -> Engine:
        if self.fit is not None and self.fit.chosen is not None:
            self.fit = self._for_engine(self.fit, engine)
            self._hold(engine, self.fit)
        engine.traced_layers = frozenset()
        if self.trace_rows:
            # the middle half of the layers: where attention to content is sharpest, at half the cost
            count = self.info.num_layers
            engine.traced_layers = frozenset(range(count // 4, count - count // 4))
            heads = find_heads(self.info.sha256) if self.trace_sentences else None
            if heads is not None:  # the retrieval heads' layers too
                engine.traced_layers |= {head.layer for head in heads.heads}
        return engine

    def build(self, documents: Sequence[Document], task: Task) -> Prompt:
        """Tokenize documents and task."""
        self.progress.begin("tokenize")
        with self.timings.phase("tokenize"):
            prompt = build_prompt(documents, task, self.tokenizer, self.think > 0)
        self.progress.end()
        return prompt

    def check_fit(self, prompt: Prompt, longest: int = 0) -> None:
        """Raise DoesNotFit (exit 5) when the prompt (or `longest` tokens in its place) and answer do not fit."""
        if self._loading is not None:
            _ = self.engine  # what is free is known when the weights are there
        self.fit = self._plan((longest or prompt.num_tokens) + self.engine_config.max_new_tokens)
        self._names = ", ".join(file_name(d) for d in prompt.documents) or "the conversation"
        if self._engine is None:
            self.fit.check(self._names, extrapolate=self.engine_config.extrapolate)
        else:
            self._hold(self._engine, self.fit)

    def _hold(self, engine: Engine, plan: FitPlan) -> None:
        """Check a plan and have the engine's caches made by it. Raises DoesNotFit."""
        asked = self.engine_config.extrapolate
        chosen = plan.check(self._names, extrapolate=asked)
        engine.hold(chosen.storage, chosen.chunk_size, plan.extrapolates(asked))

    def extrapolates(self, num_tokens: int) -> bool:
        """Whether prompt and answer of so many tokens may leave the trained window in one context.

        A model that is on its way is waited for: its memory is in the plan, and what it can do.
        """
        _ = self.loaded_engine
        return self._plan(num_tokens).extrapolates(self.engine_config.extrapolate)

    def _plan(self, num_tokens: int) -> FitPlan:
        plan = plan_fit(
            num_tokens,
            model_sizes(self.info, self.device, self.engine_config, self.selection),
            trained_window=self.info.trained_window,
            device=min(devices_apart(self.device), key=free_memory),
            loaded=self._engine is not None,
            kv=self.engine_config.kv,
            memory_limit=self.engine_config.memory_limit,
            chunk_size=self.engine_config.chunk_size,
            block_size=self.selection.block_size,
            cell_rows=self.selection.cell_rows,
        )
        return plan if self._engine is None else self._for_engine(plan, self._engine)

    def _for_engine(self, plan: FitPlan, engine: Engine) -> FitPlan:
        """The plan without what the loaded model does not take after all; the engine refuses what was asked for."""
        plan = replace(plan, stretches=plan.stretches and engine.forward.reads_beyond)
        return plan if engine.turns or self.engine_config.kv == "q4" else plan.without("q4")

    def read(self, prompt: Prompt, room: int = 0) -> Reading:
        """Check that it fits, load, and prefill what no kept reading holds; `room` tokens at least stay free."""
        self.check_fit(prompt)
        engine = self.engine
        engine.reset()
        reading = engine.read(
            prompt.input_ids,
            prompt.tail_start,
            room=max(room, self.engine_config.max_new_tokens),
            progress=self.progress,
            kept=find_reading(self.reading_store, engine, prompt),
        )
        keep_reading(self.reading_store, engine, prompt, reading)
        return reading

    def close(self) -> None:
        """Return when what is kept was written: called before the program ends, when Python starts no more threads."""
        if self.reading_store is not None:
            self.reading_store.wait()
