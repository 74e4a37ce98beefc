"""One loaded model that answers tasks on documents: prompt, fit check, reading, writing, receipt.

What checks an answer is imported inside: it is needed when the answer is written, and nobody waits for it before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tsel_core.answer import Answer, Draft
from tsel_core.answer_json import ModelJson
from tsel_core.answering.describe import Run, clean, model_json
from tsel_core.answering.reader import Reader
from tsel_core.answering.writer import OnText, Writer, Written
from tsel_core.document import Document
from tsel_core.engine.reading import Reading
from tsel_core.evidence.asker import Asker
from tsel_core.evidence.look import Effort
from tsel_core.evidence.masses import HeadMasses
from tsel_core.evidence.parts import LEAST_PART, OVERLAP, SPARE, PartsReader, split_parts
from tsel_core.evidence.second import LOOK_ROOM, Watching, known_heads, look_again, with_look
from tsel_core.models.load import device_list
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.tasks import Task

if TYPE_CHECKING:
    from tsel_core.evidence.apart import Quarantine


@dataclass
class Session(Reader):
    """Answers of one loaded model: the reader, and how a question is answered."""

    written_ids: list[int] = field(default_factory=list)  # of the last answer
    effort: Effort = "quick"  # of answering a question: one pass, or a second look at the evidence
    quarantine: Quarantine = "auto"  # of passages that give orders: asked again without them, or never read

    def asker(self, prompt: Prompt, reading: Reading) -> Asker:
        """Questions of our own about a prompt that was read; nobody else uses the reading until it is closed."""
        return Asker(self.engine, self.tokenizer, prompt, reading)

    def answer(self, command: str, documents: Sequence[Document], task: Task, on_text: OnText | None = None) -> Answer:
        """Read the whole document, write the answer, check it. Ctrl-C while writing keeps the partial answer.

        With an `effort` beyond "quick" a question is looked at again; `on_text` then hears nothing, as the look may
        change the answer. An answer that passages may have ordered is asked for again without them (`quarantine`).
        """
        if self.quarantine == "always":
            return self._answered_apart(command, documents, task, on_text)
        made = self._answered(command, documents, task, on_text)
        if self.quarantine == "off":
            return made
        from tsel_core.evidence.apart import asked_apart

        return asked_apart(made, task.question, lambda rest: self._asked_again(command, rest, task))

    def _answered_apart(
        self, command: str, documents: Sequence[Document], task: Task, on_text: OnText | None
    ) -> Answer:
        """The answer without the passages that give orders."""
        from tsel_core.evidence.apart import answered_without, asked_apart
        from tsel_core.trust.orders.detect import find_orders
        from tsel_core.trust.orders.doubt import without_orders

        marks = find_orders(documents)
        if marks:
            made = self._answered(command, without_orders(documents, marks), task, on_text)
            return answered_without(made, documents, marks)
        made = self._answered(command, documents, task, on_text)
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
        self.begin_loading()
        if task.own is not None:
            from tsel_core.sweep.own_summary import own_summary

            return own_summary(task.own, task.lang, lambda part: self._answered(command, documents, part, None))
        prompt = self.build(documents, task)
        if self.effort != "quick" and task.kind == "summarize":
            from tsel_core.sweep.summary import is_swept

            if is_swept(task, documents):
                return self._sweep(command, prompt)
        again = self.looks_again(task)
        if again and self._leaves_window(prompt) and self._part_limit(prompt) >= LEAST_PART:
            return self._answer_in_parts(command, prompt, task)
        if task.kind == "summarize":
            return self._summary_in_one_pass(command, prompt, on_text)
        if not again:
            return self._finished(self.write(command, prompt, self.read(prompt), on_text), prompt)
        self.check_fit(prompt)  # before weights are loaded
        heads = known_heads(self.engine, self.tokenizer, self.progress)
        with Watching(self.engine, self.tokenizer, prompt, heads) as watching:
            reading = self.read(prompt, self.engine_config.max_new_tokens + LOOK_ROOM)
        draft = self.write(command, prompt, reading)
        draft = self.look(draft, task, prompt, reading, watching.masses())
        if self.effort != "high":
            return self._finished(draft, prompt)
        with self.asker(prompt, reading) as asker:  # the model judges each claim by the sentence beside it
            return self._finished(draft, prompt, asker)

    @staticmethod
    def _finished(draft: Draft, prompt: Prompt, asker: Asker | None = None) -> Answer:
        """The draft, checked; with an asker the model judges its claims."""
        from tsel_core.evidence.claim_judge import claim_judge
        from tsel_core.trust.finish import finish_answer

        return finish_answer(draft, prompt, judge=None if asker is None else claim_judge(asker))

    def _sweep(self, command: str, prompt: Prompt) -> Answer:
        """A summary made of items (tsel_core.sweep).

        Where several devices share the model, code alone finds them. Of a document longer than the window the model
        sees the passages in question only, and a warning says so.
        """
        from tsel_core.sweep.summary import BY_CODE, summarize

        long = self._leaves_window(prompt)
        shown = self.build((), prompt.task) if long else prompt
        reading = self.read(shown)
        asker = self.asker(shown, reading) if len(device_list(self.device)) == 1 else None

        def describe(text: str, num_written: int, stop: str) -> Draft:
            draft = self._made(command, prompt, reading, text, num_written, stop)
            return replace(draft, warnings=[*draft.warnings, BY_CODE]) if long else draft

        return summarize(prompt, asker, describe, self.progress, wording=self.effort == "high")

    def _summary_in_one_pass(self, command: str, prompt: Prompt, on_text: OnText | None) -> Answer:
        """A summary that the model writes: one that is not at its end at the limit goes on, one that loops is ended."""
        from tsel_core.sweep.guards import loops
        from tsel_core.sweep.one_pass import MORE, mended

        limit = self.engine_config.max_new_tokens
        left = self.info.trained_window - prompt.num_tokens - limit
        more = min(MORE * limit, left) if left > 0 else 0
        reading = self.read(prompt, limit + more)
        return self._finished(mended(self.write(command, prompt, reading, on_text, more=more, stops=loops)), prompt)

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
        return self._finished(with_look(draft, looked, prompt, self.effort), prompt)

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

    def write(
        self,
        command: str,
        prompt: Prompt,
        reading: Reading,
        on_text: OnText | None = None,
        *,
        more: int = 0,
        stops: Callable[[str], bool] | None = None,
    ) -> Draft:
        """Write the answer to a prompt that was read; it is not checked yet. For `more` and `stops` see Writer.

        An error after the first words keeps them: the answer has stop_reason "error", its exit code, and what went
        wrong in extra["error"]. The reading is then empty and its memory free.
        """
        limit = self.engine_config.max_new_tokens
        try:
            writer = Writer(self.engine, self.tokenizer, self.progress, limit, self.think, more, stops)
            written = writer.write(prompt, reading, on_text)
        finally:
            if self.reading_store is not None:
                self.reading_store.flush()
        self.written_ids = list(written.answer_ids)
        draft = clean(self._draft(command, prompt, reading, written), prompt)
        if written.failure is not None:
            self.engine.let_go(reading)
        return draft

    def _made(
        self, command: str, prompt: Prompt, reading: Reading, text: str, num_written: int, stop: str = "end"
    ) -> Draft:
        """The answer whose text was made otherwise than by writing it after the reading."""
        if self.reading_store is not None:
            self.reading_store.flush()
        return self._draft(command, prompt, reading, Written.otherwise(text, num_written, stop))

    def _draft(self, command: str, prompt: Prompt, reading: Reading, written: Written) -> Draft:
        memory = self.fit.as_json() if self.fit is not None else {}
        run = Run(command, prompt, reading, self.describe_model(), self.timings.seconds, memory)
        return run.draft(self.engine, written)

    def describe_model(self) -> ModelJson:
        """The "model" object of the JSON."""
        return model_json(self.info, self.engine, self.device)
