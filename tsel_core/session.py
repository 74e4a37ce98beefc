"""One loaded model that answers tasks on documents: prompt, fit check, reading, writing, receipt.

What checks an answer is imported inside: it is needed when the answer is written, and nobody waits for it before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tsel_core.answer import Answer, Draft
from tsel_core.answering.answering import Answering
from tsel_core.answering.writer import OnText
from tsel_core.document import Document
from tsel_core.engine.reading import Reading
from tsel_core.errors import DoesNotFit
from tsel_core.evidence.calibration.watching import LOOK_ROOM, known_heads
from tsel_core.evidence.heads.masked import LastRead
from tsel_core.models.load import device_list
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.tasks import Task

if TYPE_CHECKING:
    from tsel_core.evidence.deciding.apart import Quarantine
    from tsel_core.trust.orders.detect import OrderMark


_LONGER = 256  # tokens by which a later question may be longer than the first, for a reading that stays


@dataclass
class Session(Answering):
    """Answers of one loaded model: the ways from a task to a checked answer."""

    quarantine: Quarantine = "auto"  # of passages that give orders: asked again without them, or never read
    keeps_live: bool = False  # the last answer's reading stays in `live`, and the next goes on from it
    live: Reading | None = None
    _last_read: LastRead | None = None  # while a question is answered, the reading that its first answer came from

    def answer(self, command: str, documents: Sequence[Document], task: Task, on_text: OnText | None = None) -> Answer:
        """Read the whole document, write the answer, check it. Ctrl-C while writing keeps the partial answer.

        With an `effort` beyond "quick" a question is looked at again; `on_text` then hears nothing, as the look may
        change the answer. An answer that passages may have ordered is asked for again without them (`quarantine`).
        """
        try:
            if self.quarantine == "always":
                return self._answered_apart(command, documents, task, on_text)
            made = self._answered(command, documents, task, on_text)
            if self.quarantine == "off":
                return made
            from tsel_core.evidence.deciding.apart import asked_apart

            return asked_apart(
                made,
                task.question,
                lambda marks: self._asked_masked(command, task, marks),
                lambda rest: self._asked_again(command, rest, task),
            )
        finally:
            self._last_read = None

    def _answered_apart(
        self, command: str, documents: Sequence[Document], task: Task, on_text: OnText | None
    ) -> Answer:
        """The answer without the passages that give orders."""
        from tsel_core.evidence.deciding.apart import answered_without
        from tsel_core.trust.orders.detect import find_orders
        from tsel_core.trust.orders.doubt import without_orders

        marks = find_orders(documents)
        if marks:
            made = self._answered(command, without_orders(documents, marks), task, on_text)
            return answered_without(made, documents, marks)
        return self._answered(command, documents, task, on_text)

    def _asked_masked(self, command: str, task: Task, marks: Sequence[OrderMark]) -> Answer | None:
        """A second answer from the same reading with the marked passages masked; None where that cannot be."""
        last = self._last_read
        if last is None or last.prompt.task is not task or not last.can_mask(self.engine):
            return None
        from tsel_core.evidence.heads.masked import masked_prompt

        self.close()  # rows on their way to a file must not move
        self.live = None  # rows of it are masked
        prompt, rows = masked_prompt(last.prompt, marks)
        return self._asked(command, prompt, task, lambda _: last.read_masked(self.engine, prompt, rows), None)

    def apart(self, command: str, answer: Answer, task: Task) -> Answer:
        """An answer of a conversation, asked for again without the passages that may have ordered it (`quarantine`).

        That is another reading beside the conversation's, which stays as it is; where there is no memory for both, so
        does the answer.
        """
        from tsel_core.evidence.deciding.apart import asked_apart, needs_second

        if self.quarantine != "auto" or not needs_second(answer):
            return answer
        self.close()  # rows on their way to a file
        try:
            return asked_apart(
                answer, task.question, lambda _: None, lambda rest: self._asked_again(command, rest, task)
            )
        except DoesNotFit:
            return answer

    def _asked_again(self, command: str, documents: Sequence[Document], task: Task) -> Answer:
        """A second answer from another reading, which is not kept."""
        store, self.reading_store = self.reading_store, None
        keeps, self.keeps_live = self.keeps_live, False
        self._last_read = self.live = None  # two readings of a long document may not fit
        try:
            return self._answered(command, documents, task, None)
        finally:
            self.reading_store, self.keeps_live = store, keeps

    def _answered(self, command: str, documents: Sequence[Document], task: Task, on_text: OnText | None) -> Answer:
        """The checked answer from one reading of these documents."""
        self.begin_loading()
        if task.own is not None:
            from tsel_core.sweep.own_summary import own_summary

            return own_summary(task, task.own, lambda part: self._answered(command, documents, part, None))
        prompt = self.build(documents, task)
        if self.effort != "quick" and task.kind == "summarize":
            from tsel_core.sweep.summary import is_swept

            if is_swept(task, documents):
                return self._sweep(command, prompt)
        again = self.looks_again(task)
        if again and self._pays_in_parts(prompt):
            return self._answer_in_parts(command, prompt, task)
        if task.kind == "summarize":
            return self._summary_in_one_pass(command, prompt, on_text)

        def read(room: int) -> Reading:
            reading = self._read_on(prompt, room)
            self._last_read = LastRead(prompt, reading)
            return reading

        return self._asked(command, prompt, task, read, on_text)

    def _read_on(self, prompt: Prompt, room: int) -> Reading:
        """The prompt's reading, from the last answer's on where that stays (`keeps_live`). Raises DoesNotFit."""
        if not self.keeps_live:
            return self.read(prompt, room)
        from tsel_core.answering.live_reading import continue_reading, goes_on

        last, self.live = self.live, None  # what fails on the way is not gone on from
        if last is None or not goes_on(last, prompt, room):
            last = None  # its memory is free before the next is read
        self.live = continue_reading(self, last, prompt, room + _LONGER)
        return self.live

    def _check_question(self, prompt: Prompt, room: int) -> None:
        """See Answering; memory that the reading in `live` has already is not counted."""
        if self.keeps_live and self.live is not None:
            from tsel_core.answering.live_reading import goes_on

            if goes_on(self.live, prompt, room):
                return
        super()._check_question(prompt, room)

    def _sweep(self, command: str, prompt: Prompt) -> Answer:
        """A summary made of items (tsel_core.sweep).

        Where several devices share the model, code alone finds them. Of a document longer than the window the model
        sees the passages in question only, and a warning says so.
        """
        from tsel_core.sweep.summary import BY_CODE, summarize

        long = self.leaves_window(prompt)
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

    def exceeds_window(self, prompt: Prompt) -> bool:
        """Whether prompt and answer are longer than what the model was trained for."""
        return prompt.num_tokens + self.engine_config.max_new_tokens > self.info.trained_window

    def leaves_window(self, prompt: Prompt) -> bool:
        """Whether prompt and answer are longer than what the model was trained for, and are not to be extrapolated."""
        needed = prompt.num_tokens + self.engine_config.max_new_tokens
        return self.exceeds_window(prompt) and not self.extrapolates(needed)

    def _pays_in_parts(self, prompt: Prompt) -> bool:
        """Whether a prompt leaves the window, and what is not the document leaves room in it for parts of that.

        Parts answer more than one context a little past the window (docs/dev/method.md), which may be asked for.
        """
        told = self.engine_config.extrapolate is True
        if not (self.leaves_window(prompt) if told else self.exceeds_window(prompt)):
            return False
        from tsel_core.evidence.parts import LEAST_PART

        return self._part_limit(prompt) >= LEAST_PART

    def _part_limit(self, prompt: Prompt) -> int:
        """Tokens of a document that one part may hold, beside the prompt around it and what is written."""
        from tsel_core.evidence.parts import SPARE

        around = prompt.num_tokens - prompt.num_document_tokens + SPARE
        return self.info.trained_window - max(self.engine_config.max_new_tokens, LOOK_ROOM) - around

    def _answer_in_parts(self, command: str, prompt: Prompt, task: Task) -> Answer:
        """A document longer than the window: read in overlapping parts, answered from the evidence of all of them."""
        from tsel_core.evidence.parts import OVERLAP, PartsReader, split_parts
        from tsel_core.evidence.second import with_look

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
