"""Runs settings on items: a document is read once a setting, its questions share the reading."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from torch import Tensor

from tsel_core.device.memory import PeakMemory
from tsel_core.document import Document, Unit
from tsel_core.engine.engine import Engine
from tsel_core.engine.reading import Reading
from tsel_core.evaluation.items import NO_QUESTION, RAW, Item, group_by_document, prompt_kind
from tsel_core.evaluation.kept_run import KeptRun
from tsel_core.evaluation.metrics import Reference, fidelity, keep_reference
from tsel_core.evaluation.results import ItemResult, ReadingResult, Results
from tsel_core.evaluation.reuse import ReuseRow, calibrate_reuse
from tsel_core.evaluation.scoring import score
from tsel_core.layers.trace import coverage_values
from tsel_core.prompts.build import Prompt, build_prompt
from tsel_core.prompts.raw import RawPrompt, raw_prompt
from tsel_core.prompts.tasks import Task, ask_task, summary_task
from tsel_core.settings import FULL, Setting

ReadDocument = Callable[[str], Sequence[Document]]
OnResult = Callable[[ItemResult | ReadingResult], None]
OnDocument = Callable[[int, int], None]
"""Told how many documents are done (read by every setting, or kept from a run before) of how many; at first, too."""


@dataclass
class _Answered:
    """What full attention wrote for an item: its tokens (with the end token, if it came) and distributions."""

    token_ids: list[int]
    reference: Reference


@dataclass
class Evaluator:
    """One loaded model on items. `max_new_tokens` bounds an answer, `summary_tokens` a summary.

    With `keep_answers` a later `run` on the same items does not run full attention again. With `kept` a document whose
    results stand there is not read again.
    """

    engine: Engine
    tokenizer: Any
    read_document: ReadDocument
    max_new_tokens: int = 48
    summary_tokens: int = 192
    on_result: OnResult = lambda result: None
    on_document: OnDocument = lambda done, total: None
    kept: KeptRun | None = None
    results: Results = field(default_factory=Results)
    keep_answers: bool = False
    deadline: float | None = None  # of time.perf_counter(): no further document is begun after it
    num_skipped: int = 0  # items of documents that were not begun
    _answered: dict[str, _Answered] = field(default_factory=dict)

    def run(self, items: Sequence[Item], settings: Sequence[Setting]) -> Results:
        """Answer every item with full attention and with every setting; `results` grows as it goes."""
        others = [s for s in settings if s.name != FULL.name]
        groups = group_by_document(items)
        left = []
        for group in groups:
            if self.kept is None or not self.kept.restore(group, self.results):
                left.append(group)
        done = len(groups) - len(left)
        self.on_document(done, len(groups))
        for group in left:
            if self.deadline is not None and time.perf_counter() > self.deadline:
                self.num_skipped += len(group)
                continue
            self._run_document(group, others)
            done += 1
            self.on_document(done, len(groups))
        return self.results

    def _run_document(self, group: Sequence[Item], others: Sequence[Setting]) -> None:
        """Full attention, if it is not known, and every other setting; what is not whole in the end is taken back."""
        before = len(self.results.items), len(self.results.readings)
        try:
            prompts = self._prompts(group)
            known = all(item.id in self._answered for item in group)
            for setting in others if known else (FULL, *others):
                self._run_group(setting, group, prompts, self._answered)
        except BaseException:  # stopped, or out of memory: settings must be compared on the same questions
            del self.results.items[before[0] :], self.results.readings[before[1] :]
            raise
        if self.kept is not None:
            self.kept.add(group, self.results.items[before[0] :], self.results.readings[before[1] :])
        if not self.keep_answers:
            self.forget()

    def forget(self) -> None:
        """Give back what `keep_answers` keeps of full attention."""
        self._answered.clear()

    def reuse_rows(self, setting: Setting, item: Item) -> list[ReuseRow]:
        """Calibrate the Selection Cache on one item that was run before with `keep_answers`."""
        engine, prompt, known = self.engine, self._prompts([item])[0], self._answered[item.id]
        use_setting(engine, setting)
        reading = engine.read(prompt.input_ids, prompt.doc_end, room=len(known.token_ids) + 2)
        reading.decode_mode = "select"
        return calibrate_reuse(engine, reading, known.token_ids)

    def _prompts(self, group: Sequence[Item]) -> Sequence[Prompt | RawPrompt]:
        first = group[0]
        if first.text is not None and prompt_kind(first) in RAW:
            assert all(item.before == first.before for item in group), "items of a group share what is before the text"
            return [self._raw(item, first.text) for item in group]
        documents = [text_document(first.doc, first.text)] if first.text is not None else self.read_document(first.doc)
        prompts = [build_prompt(documents, task_of(item), self.tokenizer) for item in group]
        head = prompts[0].input_ids[: prompts[0].doc_end]
        assert all(p.input_ids[: p.doc_end] == head for p in prompts), "items of a group share the prompt's beginning"
        return prompts

    def _raw(self, item: Item, text: str) -> RawPrompt:
        """A benchmark's prompt: what is before the text, the text, and the question where it is not part of it."""
        chat, whole = prompt_kind(item) == "instruct", f"{item.before}\n\n{text}" if item.before else text
        question = None if item.question == NO_QUESTION else f"\n\n{item.question}"
        return raw_prompt(whole, self.tokenizer, chat=chat, question=question)

    def _limit(self, item: Item) -> int:
        if item.limit:
            return item.limit
        long = prompt_kind(item) == "summarize" or item.match == "rouge"
        return self.summary_tokens if long else self.max_new_tokens

    def _run_group(
        self,
        setting: Setting,
        group: Sequence[Item],
        prompts: Sequence[Prompt | RawPrompt],
        answered: dict[str, _Answered],
    ) -> None:
        engine, first = self.engine, prompts[0]
        use_setting(engine, setting)
        room = max(len(p.input_ids) - p.doc_end for p in prompts) + max(self._limit(i) for i in group) + 2
        with PeakMemory(engine.device) as peak:
            reading = engine.read(first.input_ids[: first.doc_end], first.doc_end, room=room)
            reading.decode_mode = setting.decode
            reading_times = dict(engine.runtime.timings.seconds)
            for item, prompt in zip(group, prompts, strict=True):
                result = self._answer(setting, item, prompt, reading, answered)
                self.results.items.append(result)
                self.on_result(result)
                engine.crop(reading, prompt.doc_end)
        found = _reading_result(engine, setting, group[0].doc, first.doc_end, reading_times, peak.num_bytes)
        self.results.readings.append(found)
        self.on_result(found)
        del reading

    def _answer(
        self, setting: Setting, item: Item, prompt: Prompt | RawPrompt, reading: Reading, answered: dict[str, _Answered]
    ) -> ItemResult:
        """Ask one question on a reading that ends with the document."""
        engine, limit = self.engine, self._limit(item)
        began = time.perf_counter()
        engine.extend(reading, prompt.input_ids[prompt.doc_end :])
        first_logits = reading.logits
        first_logits.argmax().item()  # the first token is there
        ask_s = time.perf_counter() - began
        asked = len(reading.ids)
        kl = agreement = None
        before = len(engine.runtime.trace.decode_coverage)
        started = time.perf_counter()
        known = answered.get(item.id)
        if known is not None:
            logits = self._forced(reading, known.token_ids)
            agreement, kl = fidelity(known.reference, logits)
            written = known.token_ids
            if [int(x.argmax()) for x in logits] != known.token_ids:  # it would write something else: let it
                engine.crop(reading, asked)
                reading.logits = first_logits
                started = time.perf_counter()
                written = self._write(reading, limit)[0]
        else:
            written, logits = self._write(reading, limit)
            answered[item.id] = _Answered(written, keep_reference(logits))
        seconds = time.perf_counter() - started
        ids = [t for t in written if t not in engine.loaded.eos_ids]
        reply = self.tokenizer.decode(ids, skip_special_tokens=True)
        return ItemResult(
            setting=setting.name,
            item_id=item.id,
            doc=item.doc,
            match=item.match,
            kind=item.kind or item.task,
            lang=item.lang,
            score=score(item.match, item.answers, reply),
            reply=reply.strip(),
            num_tokens=prompt.num_tokens,
            num_written=len(ids),
            decode_s=seconds,
            ask_s=ask_s,
            kl=kl,
            agreement=agreement,
            decode_coverage=_mean_coverage(engine.runtime.trace.decode_coverage[before:]),
        )

    def _forced(self, reading: Reading, token_ids: Sequence[int]) -> list[Tensor]:
        """Logits before each given token; in one pass when the steps attend to everything."""
        if reading.decode_mode == "full":
            return self.engine.score(reading, token_ids)
        logits: list[Tensor] = []
        list(self.engine.write(reading, forced_ids=token_ids, keep_logits=logits))
        return logits

    def _write(self, reading: Reading, limit: int) -> tuple[list[int], list[Tensor]]:
        """Write greedily; the tokens (with the end token when one came) and the logits before each."""
        asked, first_logits = len(reading.ids), reading.logits
        ids = [step.token_id for step in self.engine.write(reading, limit)]
        self.engine.crop(reading, asked)
        reading.logits = first_logits
        logits = self._forced(reading, [*ids, 0])
        if len(ids) < limit:  # an end token came: it is the choice after the last one
            return [*ids, int(logits[-1].argmax())], logits
        return ids, logits[:-1]


def use_setting(engine: Engine, setting: Setting) -> None:
    """Make an engine read as a setting says (its decode mode is set on the reading) and forget the last run."""
    engine.config = replace(engine.config, attention=setting.prefill, temperature=0.0)
    engine.use_selection(setting.selection)
    engine.reset()


def task_of(item: Item) -> Task:
    """The prompt of an item: a summary, or a question."""
    if prompt_kind(item) == "summarize":
        return summary_task("brief", item.lang, focus=item.question)
    return ask_task(item.question, item.lang)


def text_document(name: str, text: str) -> Document:
    """A document of paragraphs from plain text (generated, or carried along with the questions)."""
    parts = [p for p in text.split("\n\n") if p.strip()]
    units = tuple(Unit(i, "paragraph", f"para {i + 1}", p) for i, p in enumerate(parts))
    return Document(name, hashlib.sha256(text.encode()).hexdigest(), "txt", "paragraph", units)


def _mean_coverage(pairs: Sequence[tuple[int, Tensor | float]]) -> float | None:
    return sum(coverage_values(pairs)) / len(pairs) if pairs else None


def _reading_result(
    engine: Engine, setting: Setting, doc: str, num_tokens: int, seconds: dict[str, float], peak: int | None
) -> ReadingResult:
    trace, caches = engine.runtime.trace, [s.cache for s in engine.runtime.selectors]
    cover, tries = trace.coverage_of(trace.prefill_coverage), sum(c.num_hits + c.num_misses for c in caches)
    return ReadingResult(
        setting=setting.name,
        doc=doc,
        num_tokens=num_tokens,
        prefill_s=seconds["prefill"],
        attention_s=seconds.get("prefill_attention", 0.0) + seconds.get("prefill_selection", 0.0),
        peak_memory_bytes=peak,
        coverage_mean=cover[0] if cover else None,
        coverage_lowest=cover[1] if cover else None,
        by_layer=trace.by_layer(trace.prefill_coverage),
        num_grown=trace.num_grown,
        num_full=trace.num_full,
        selected=bool(trace.num_chunk_picks or trace.decode_picks),
        hit_rate=sum(c.num_hits for c in caches) / tries if tries else None,
    )
