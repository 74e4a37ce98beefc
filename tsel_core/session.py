"""One loaded model that answers tasks on documents: prompt, fit check, reading, writing, receipt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tsel_core.answer import Answer, AttentionReport, Coverage, Draft, Receipt
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.device.faults import guarded
from tsel_core.device.memory import free_memory
from tsel_core.device.timings import Timings
from tsel_core.document import Document, file_name
from tsel_core.engine.engine import Engine
from tsel_core.engine.fit import FitPlan, ModelSizes, plan_fit
from tsel_core.engine.reading import Reading, Step
from tsel_core.errors import TselError, UsageError
from tsel_core.evidence.apart import Quarantine, answered_without, asked_apart
from tsel_core.evidence.asker import Asker
from tsel_core.evidence.claim_judge import claim_judge
from tsel_core.evidence.look import Effort
from tsel_core.evidence.masses import HeadMasses
from tsel_core.evidence.parts import LEAST_PART, OVERLAP, SPARE, PartsReader, split_parts
from tsel_core.evidence.second import LOOK_ROOM, Watching, known_heads, look_again, with_look
from tsel_core.kv.cost import INDEX_BITS, CacheShape
from tsel_core.models.load import ModelInfo, device_list, load_tokenizer
from tsel_core.models.shard import check_ranks
from tsel_core.parallel.launch import OnStuck, leave
from tsel_core.parallel.open import open_engine
from tsel_core.prefix_cache.policy import find_reading, keep_reading
from tsel_core.prefix_cache.store import ReadingStore
from tsel_core.progress import NoProgress, Progress
from tsel_core.prompts.build import Prompt, build_prompt
from tsel_core.prompts.leak import without_leaks
from tsel_core.prompts.stream import TextStream
from tsel_core.prompts.tasks import Task
from tsel_core.prompts.thinking import Thoughts, closing_ids, opens_thought
from tsel_core.prompts.units import picked_units, sentence_weights, unit_of_rows
from tsel_core.sweep.summary import BY_CODE, is_swept, summarize
from tsel_core.text.sentences import SentenceTracker, split_sentences
from tsel_core.trust.finish import finish_answer
from tsel_core.trust.orders.detect import find_orders
from tsel_core.trust.orders.doubt import without_orders

OnText = Callable[[str], None]


@dataclass
class Session:
    """Model, settings and clock of one run. Weights are loaded at the first answer, after the fit check."""

    info: ModelInfo
    engine_config: EngineConfig = field(default_factory=EngineConfig)
    selection: SelectionConfig = field(default_factory=SelectionConfig)
    device: str = "cpu"  # or several, with commas, that share the model; then no reading is kept
    progress: Progress = field(default_factory=NoProgress)
    timings: Timings = field(default_factory=Timings)
    trace_rows: bool = True
    reading_store: ReadingStore | None = None  # where readings are kept; None keeps none
    written_ids: list[int] = field(default_factory=list)  # of the last answer
    fit: FitPlan | None = None  # of the last prompt: what it needs, what there is, how the cache is held
    effort: Effort = "quick"  # of answering a question: one pass, or a second look at the evidence
    think: int = 0  # tokens that a model which reasons first may think before it answers; 0: it does not
    quarantine: Quarantine = "auto"  # of passages that give orders: asked again without them, or never read
    on_stuck: OnStuck = leave  # ends the process when another device's process was lost in the middle of a pass
    _tokenizer: Any = None
    _engine: Engine | None = None

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
                self._engine = guarded("loading the model", self._make_engine)
            self.progress.end()
        return self._engine

    @property
    def loaded_engine(self) -> Engine | None:
        """The engine if its weights are loaded by now."""
        return self._engine

    def adopt(self, engine: Engine) -> None:
        """Use an engine that holds this session's weights on its device already, with this session's settings."""
        engine.config = self.engine_config
        engine.use_selection(self.selection)
        self._engine = self._prepared(engine)

    def _make_engine(self) -> Engine:
        engine = open_engine(self.info, self.device, self.engine_config, self.selection, self.on_stuck)
        return self._prepared(engine)

    def _prepared(self, engine: Engine) -> Engine:
        if self.fit is not None and self.fit.chosen is not None:
            engine.hold(self.fit.chosen.storage, self.fit.chosen.chunk_size)
        engine.traced_layers = frozenset()
        if self.trace_rows:
            # the middle half of the layers: where attention to content is sharpest, at half the cost
            count = self.info.num_layers
            engine.traced_layers = frozenset(range(count // 4, count - count // 4))
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
        self.fit = plan_fit(
            (longest or prompt.num_tokens) + self.engine_config.max_new_tokens,
            self._sizes(),
            trained_window=self.info.trained_window,
            device=min(self._devices_apart(), key=free_memory),
            loaded=self._engine is not None,
            kv=self.engine_config.kv,
            memory_limit=self.engine_config.memory_limit,
            chunk_size=self.engine_config.chunk_size,
            block_size=self.selection.block_size,
        )
        names = ", ".join(file_name(d) for d in prompt.documents) or "the conversation"
        chosen = self.fit.check(names, extrapolate=self.engine_config.extrapolate)
        if self._engine is not None:
            self._engine.hold(chosen.storage, chosen.chunk_size)

    def _sizes(self) -> ModelSizes:
        """What the fit planner must know of the model on this device."""
        from tsel_core.models.load import compute_dtype

        info, parts = self.info, len(self._devices_apart())
        selects, on_cuda = self.engine_config.attention != "full", self.device.startswith("cuda")
        kv_heads, dtype = info.num_kv_heads // parts, compute_dtype(self.device)
        bits = INDEX_BITS[self.selection.index_bits] if selects and on_cuda else 0
        shape = CacheShape(info.num_layers, kv_heads, info.head_dim, dtype, bits, selects and not on_cuda)
        return ModelSizes(shape, info.hidden_size, info.num_heads // parts, info.loaded_bytes(self.device) // parts)

    def _devices_apart(self) -> list[str]:
        """Devices that each hold a part of the cache; the parts of a CPU lie in one memory."""
        return device_list(self.device) if self.device.startswith("cuda") else ["cpu"]

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

    def asker(self, prompt: Prompt, reading: Reading) -> Asker:
        """Questions of our own about a prompt that was read; nobody else uses the reading until it is closed."""
        return Asker(self.engine, self.tokenizer, prompt, reading)

    def answer(self, command: str, documents: Sequence[Document], task: Task, on_text: OnText | None = None) -> Answer:
        """Read the whole document, write the answer, check it. Ctrl-C while writing keeps the partial answer.

        With an `effort` beyond "quick" a question is looked at again; `on_text` then hears nothing, as the look may
        change the answer. An answer that passages may have ordered is asked for again without them (`quarantine`).
        """
        if self.quarantine == "always" and (marks := find_orders(documents)):
            made = self._answered(command, without_orders(documents, marks), task, on_text)
            return answered_without(made, documents, marks)
        made = self._answered(command, documents, task, on_text)
        if self.quarantine == "off":
            return made
        return asked_apart(made, task.question, lambda rest: self._asked_again(command, rest, task))

    def _asked_again(self, command: str, documents: Sequence[Document], task: Task) -> Answer:
        """A second answer from another reading, which is not kept."""
        store, self.reading_store = self.reading_store, None
        try:
            return self._answered(command, documents, task, None)
        finally:
            self.reading_store = store

    def _answered(self, command: str, documents: Sequence[Document], task: Task, on_text: OnText | None) -> Answer:
        """The checked answer from one reading of these documents."""
        prompt = self.build(documents, task)
        if self.effort != "quick" and is_swept(task, documents):
            return self._sweep(command, prompt)
        again = self.looks_again(task)
        if again and self._leaves_window(prompt) and self._part_limit(prompt) >= LEAST_PART:
            return self._answer_in_parts(command, prompt, task)
        if not again:
            return finish_answer(self.write(command, prompt, self.read(prompt), on_text), prompt)
        self.check_fit(prompt)  # before weights are loaded
        heads = known_heads(self.engine, self.tokenizer, self.progress)
        with Watching(self.engine, self.tokenizer, prompt, heads) as watching:
            reading = self.read(prompt, self.engine_config.max_new_tokens + LOOK_ROOM)
        draft = self.write(command, prompt, reading)
        draft = self.look(draft, task, prompt, reading, watching.masses())
        if self.effort != "high":
            return finish_answer(draft, prompt)
        with self.asker(prompt, reading) as asker:  # the model judges each claim by the sentence beside it
            return finish_answer(draft, prompt, judge=claim_judge(asker))

    def _sweep(self, command: str, prompt: Prompt) -> Answer:
        """A summary made of items (tsel_core.sweep).

        Where several devices share the model, code alone finds them. Of a document longer than the window the model
        sees the passages in question only, and a warning says so.
        """
        long = self._leaves_window(prompt)
        shown = self.build((), prompt.task) if long else prompt
        reading = self.read(shown)
        asker = self.asker(shown, reading) if len(device_list(self.device)) == 1 else None

        def describe(text: str, num_written: int, stop: str) -> Draft:
            draft = self._made(command, prompt, reading, text, num_written, stop)
            return replace(draft, warnings=[*draft.warnings, BY_CODE]) if long else draft

        return summarize(prompt, asker, describe, self.progress, wording=self.effort == "high")

    def _leaves_window(self, prompt: Prompt) -> bool:
        """Whether prompt and answer are longer than what the model was trained for, and are not to be extrapolated."""
        needed = prompt.num_tokens + self.engine_config.max_new_tokens
        return needed > self.info.trained_window and not self.engine_config.extrapolate

    def _part_limit(self, prompt: Prompt) -> int:
        """Tokens of a document that one part may hold, beside the prompt around it and what is written."""
        around = prompt.num_tokens - prompt.num_document_tokens + SPARE
        return self.info.trained_window - max(self.engine_config.max_new_tokens, LOOK_ROOM) - around

    def _answer_in_parts(self, command: str, prompt: Prompt, task: Task) -> Answer:
        """A document longer than the window: read in overlapping parts, answered from the evidence of all of them."""
        limit = self._part_limit(prompt)
        parts, reader, seconds = split_parts(prompt, limit), PartsReader(prompt.documents, task), 0.0
        for number, documents in enumerate(parts):
            part = self.build(documents, task)
            reading = self.read(part, LOOK_ROOM)
            seconds += self.engine.runtime.timings.get("prefill")
            reader.heads = known_heads(self.engine, self.tokenizer, self.progress)
            asker = self.asker(part, reading)
            with asker:
                reader.take(asker)
            if number + 1 < len(parts):
                self.close()  # what is kept of the part is written before its memory is free
                self.engine.let_go(reading)
        self.progress.begin("look")
        looked = reader.answer(asker, self.effort)
        self.progress.end()
        draft = self._made(command, prompt, reading, looked.text, 0)
        told = {**reader.as_json(), "limit": limit, "overlap": OVERLAP}
        draft = replace(draft, timings=draft.timings | {"prefill": seconds}, extra={**draft.extra, "parts": told})
        return finish_answer(with_look(draft, looked, prompt, self.effort), prompt)

    def looks_again(self, task: Task) -> bool:
        """Whether an answer to this task is looked at again: questions on one device, unless the effort is quick."""
        return self.effort != "quick" and task.kind == "ask" and len(device_list(self.device)) == 1

    def look(
        self, draft: Draft, task: Task, prompt: Prompt, reading: Reading, masses: HeadMasses | None = None
    ) -> Draft:
        """What was written after the second look (tsel_core.evidence.second); the reading is as before."""
        if self.device.startswith("cuda"):
            self.close()  # rows on their way to a file must not meet the capture of a graph
        heads = known_heads(self.engine, self.tokenizer, self.progress)
        self.progress.begin("look")
        found = look_again(draft, task, self.asker(prompt, reading), heads, self.effort, masses)
        self.progress.end()
        return found

    def write(self, command: str, prompt: Prompt, reading: Reading, on_text: OnText | None = None) -> Draft:
        """Write the answer to a prompt that was read; it is not checked yet.

        An error after the first words keeps them: the answer has stop_reason "error", its exit code, and what went
        wrong in extra["error"]. The reading is then empty and its memory free.
        """
        stream, tracker = TextStream(self.tokenizer), SentenceTracker()
        thoughts = Thoughts(self.tokenizer, opens_thought(self.tokenizer.decode(prompt.input_ids[-8:])))
        stop, failure = "end", None
        if self.engine.traced_layers:
            rows = unit_of_rows(prompt, reading.cache.capacity).to(self.engine.device)
            self.engine.runtime.trace.watch_units(rows, len(prompt.rendered.placed))
        self.progress.begin("write", self.engine_config.max_new_tokens, "tokens")
        try:
            for step in self._written(reading, thoughts):
                self._take(step, stream, thoughts, tracker, on_text)
            if len(stream.ids) == self.engine_config.max_new_tokens:
                stop = "length"
        except KeyboardInterrupt:
            stop = "interrupted"
        except TselError as error:
            if not stream.ids:
                self.engine.let_go(reading)
                raise
            stop, failure = "error", error
        finally:
            self.written_ids = thoughts.answer_ids
            if self.reading_store is not None:
                self.reading_store.flush()
        rest = thoughts.finish(stream.finish())
        tracker.end(rest)
        if rest and on_text:
            on_text(rest)
        self.progress.end()
        answer = _clean(self._answer(command, prompt, reading, tracker, len(stream.ids), stop), prompt)
        if thoughts.num_tokens:
            answer = replace(answer, extra={**answer.extra, "thought": thoughts.as_json()})
        if failure is None:
            return answer
        self.engine.let_go(reading)
        told = {"message": failure.message, "hint": failure.hint}
        return replace(answer, extra={**answer.extra, "error": told}, exit_code=failure.exit_code)

    def close(self) -> None:
        """Return when what is kept was written: called before the program ends, when Python starts no more threads."""
        if self.reading_store is not None:
            self.reading_store.wait()

    def _written(self, reading: Reading, thoughts: Thoughts) -> Iterator[Step]:
        """The tokens of a reply. A thought longer than its share of them is ended, and the answer written after it."""
        limit = self.engine_config.max_new_tokens
        most, steps = self.think or limit // 2, self.engine.write(reading)
        written = 0
        for step in steps:
            written += 1
            yield step
            if thoughts.inside and thoughts.num_tokens >= most:
                break
        else:
            return
        steps.close()  # type: ignore[attr-defined]
        closing = closing_ids(self.tokenizer)
        left = limit - written - len(closing)
        if left > 0:
            self.engine.extend(reading, [step.token_id, *closing])  # the token that was just yielded is not in it yet
            thoughts.end()
            yield from self.engine.write(reading, left)

    def _take(
        self, step: Step, stream: TextStream, thoughts: Thoughts, tracker: SentenceTracker, on_text: OnText | None
    ) -> None:
        piece = thoughts.push(step.token_id, stream.push(step.token_id))
        self.progress.advance(len(stream.ids))
        if thoughts.inside:
            return
        tracker.add(piece, step.unit_weights)
        if piece and on_text:
            on_text(piece)

    def _answer(
        self, command: str, prompt: Prompt, reading: Reading, tracker: SentenceTracker, num_written: int, stop: str
    ) -> Draft:
        runtime = self.engine.runtime
        seconds = {**self.timings.seconds, **runtime.timings.seconds}
        return Draft(
            command=command,
            text=tracker.text.strip(),
            lang=prompt.task.lang,
            documents=prompt.documents,
            model=self.describe_model(),
            receipt=receipt_of(prompt),
            attention=self.attention_report(reading),
            timings=named_timings(seconds),
            prompt_tokens=prompt.num_tokens,
            completion_tokens=num_written,
            stop_reason=stop,
            warnings=[w for d in prompt.documents for w in d.warnings],
            extra={
                "memory": self.fit.as_json() if self.fit is not None else {},
                "reading": {"reused_tokens": reading.num_reused},
                "failsafe": {"num_grown": runtime.trace.num_grown, "num_full": runtime.trace.num_full},
            },
            weights=sentence_weights(prompt, tracker.sentences(), sorted(self.engine.traced_layers)),
            selected_units=self._selected_units(prompt, reading),
            exit_code=130 if stop == "interrupted" else 0,
        )

    def _made(
        self, command: str, prompt: Prompt, reading: Reading, text: str, num_written: int, stop: str = "end"
    ) -> Draft:
        """The answer whose text was made otherwise than by writing it after the reading."""
        if self.reading_store is not None:
            self.reading_store.flush()
        tracker = SentenceTracker()
        tracker.add(text, None)
        return self._answer(command, prompt, reading, tracker, num_written, stop)

    def _selected_units(self, prompt: Prompt, reading: Reading) -> set[tuple[int, int]] | None:
        """Units that writing attended to, by a pick or always; None when it attended to everything."""
        picked = self.engine.runtime.trace.picked
        if reading.decode_mode == "full" or picked is None:
            return None
        seen = picked.clone()
        seen[: self.selection.num_sink] = True  # the first rows and those before the answer are never left out
        seen[max(0, prompt.num_tokens - self.selection.num_local) : prompt.num_tokens] = True
        return picked_units(prompt, seen)

    def describe_model(self) -> dict[str, Any]:
        """The "model" object of the JSON."""
        from tsel_core.settings import tokenizer_sha256

        loaded = self.engine.loaded
        return {
            "name": self.info.name,
            "sha256": self.info.sha256,
            "tokenizer_sha256": tokenizer_sha256(self.info.path),
            "dtype": str(loaded.dtype).removeprefix("torch."),
            "device": self.device if "," in self.device else str(loaded.device),
            "trained_window": self.info.trained_window,
        }

    def attention_report(self, reading: Reading) -> AttentionReport:
        """What ran: modes, coverage, hit rate of the Selection Cache."""
        runtime = self.engine.runtime
        hits = sum(s.cache.num_hits for s in runtime.selectors)
        tries = hits + sum(s.cache.num_misses for s in runtime.selectors)
        prefill = runtime.trace.coverage_of(runtime.trace.prefill_coverage)
        decode = runtime.trace.coverage_of(runtime.trace.decode_coverage)
        return AttentionReport(
            prefill=reading.prefill_mode,
            decode=reading.decode_mode,
            reason=reading.reason,
            budget=self.selection.budget,
            num_sink=self.selection.num_sink,
            num_local=self.selection.num_local,
            vote=self.selection.vote,
            prefill_coverage=Coverage(*prefill) if prefill else None,
            decode_coverage=Coverage(*decode) if decode else None,
            selection_cache_hit_rate=hits / tries if tries else None,
            full_layers=dict(runtime.full_layers),
            beyond_window=None if reading.beyond is None else reading.beyond.as_json(),
        )


def _clean(draft: Draft, prompt: Prompt) -> Draft:
    """Without sentences that repeat our prompt; what attention weighed stays with the others."""
    text, kept = without_leaks(draft.text, prompt)
    if text == draft.text:
        return draft
    weights, spans = list(draft.weights), split_sentences(text)
    stay = [weights[i] for i in kept if i < len(weights)]
    moved = [replace(w, start=lo, end=hi) for w, (lo, hi) in zip(stay, spans, strict=False)]
    return replace(draft, text=text, weights=moved if len(stay) == len(spans) else ())


def receipt_of(prompt: Prompt) -> Receipt:
    """Tokens and units of the files against what the prompt holds of them.

    Counted twice on purpose: units from the documents, tokens from the rendered text and from the prompt's map.
    """
    placed: dict[int, list[int]] = {}
    for place in prompt.rendered.placed:
        placed.setdefault(place.doc_index, []).append(place.unit_index)
    return Receipt(
        tokens_in_file=prompt.num_document_tokens,
        tokens_read=len(prompt.char_starts),
        units_in_file=sum(d.units_in_file for d in prompt.documents),
        units_read=sum(prompt.documents[index].count_read(units) for index, units in placed.items()),
    )


def named_timings(seconds: dict[str, float]) -> dict[str, float]:
    """Phases as the JSON names them; linear is what prefill spent outside attention and selection."""
    prefill = seconds.get("prefill", 0.0)
    attention, selection = seconds.get("prefill_attention", 0.0), seconds.get("prefill_selection", 0.0)
    named = {k: seconds.get(k, 0.0) for k in ("read", "tokenize", "load")}
    named["load"] += seconds.get("prepare", 0.0)  # int8 copies of the weights, made between reading and writing
    named |= {
        "prefill": prefill,
        "prefill_linear": max(0.0, prefill - attention - selection),
        "prefill_attention": attention,
        "prefill_selection": selection,
        "decode": seconds.get("decode", 0.0),
    }
    if "load_reading" in seconds:
        named["load_reading"] = seconds["load_reading"]
    named["total"] = sum(named.get(k, 0.0) for k in ("read", "tokenize", "load", "load_reading", "prefill", "decode"))
    return named
