"""What is written after a reading, looked at again and checked: one way to an answer, which the others go back to.

What checks an answer is imported inside: it is needed when the answer is written, and nobody waits for it before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tsel_core.answer import Answer, Draft
from tsel_core.answer_json import ModelJson
from tsel_core.answering.describe import Run, clean, model_json
from tsel_core.answering.reader import Reader
from tsel_core.answering.writer import OnText, Writer, Written
from tsel_core.engine.reading import Reading
from tsel_core.engine.sampling import Choose
from tsel_core.evidence.asking.asker import Asker
from tsel_core.evidence.calibration.watching import LOOK_ROOM, Watching, known_heads
from tsel_core.evidence.heads.head_table import find_heads
from tsel_core.evidence.heads.heat import question_heat
from tsel_core.evidence.heads.masses import HeadMasses
from tsel_core.models.load import device_list
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.tasks import Task

if TYPE_CHECKING:
    from tsel_core.evidence.locating.looked import Effort


@dataclass
class Answering(Reader):
    """The reader, and what it makes of a reading: a draft, and the checked answer to a question."""

    written_ids: list[int] = field(default_factory=list)  # of the last answer
    effort: Effort = "quick"  # of answering a question: one pass, or a second look at the evidence
    on_draft: OnText | None = None  # hears the next answer while it is written, before it is looked at again

    def asker(self, prompt: Prompt, reading: Reading) -> Asker:
        """Questions of our own about a prompt that was read; nobody else uses the reading until it is closed."""
        return Asker(self.engine, self.tokenizer, prompt, reading)

    def _asked(
        self, command: str, prompt: Prompt, task: Task, read: Callable[[int], Reading], on_text: OnText | None
    ) -> Answer:
        """The checked answer to a question; `read` gives the reading, with so many rows free behind the prompt."""
        again = self.looks_again(task)
        heads = find_heads(self.info.sha256) if len(device_list(self.device)) == 1 else None
        if not again and heads is None:
            return self._finished(self.write(command, prompt, read(0), on_text), prompt)
        room = self.engine_config.max_new_tokens + LOOK_ROOM if again else 0
        self._check_question(prompt, room)  # before weights are loaded
        heads = heads or known_heads(self.engine, self.tokenizer, self.progress)
        with Watching(self.engine, self.tokenizer, prompt, heads) as watching:
            reading = read(room)
        hears, self.on_draft = self.on_draft, None  # a second asking is not heard
        draft = self.write(command, prompt, reading, hears if again else on_text)
        if self.trace_sentences or draft.selected_units is not None:  # a report, or the alarm for what no pick held
            draft = replace(draft, heat=question_heat(watching.masses(), heads, prompt.documents))
        if not again:
            return self._finished(draft, prompt)
        draft = self.look(draft, task, prompt, reading, watching.masses())
        if self.effort != "high":
            return self._finished(draft, prompt)
        with self.asker(prompt, reading) as asker:  # the model judges each claim by the sentence beside it
            return self._finished(draft, prompt, asker)

    def _check_question(self, prompt: Prompt, room: int) -> None:
        """Raise DoesNotFit when the prompt and an answer do not fit."""
        self.check_fit(prompt)

    @staticmethod
    def _finished(draft: Draft, prompt: Prompt, asker: Asker | None = None) -> Answer:
        """The draft, checked; with an asker the model judges its claims."""
        from tsel_core.evidence.deciding.claim_judge import claim_judge
        from tsel_core.trust.finish import finish_answer

        return finish_answer(draft, prompt, judge=None if asker is None else claim_judge(asker))

    def looks_again(self, task: Task) -> bool:
        """Whether an answer to this task is looked at again: questions on one device, unless the effort is quick."""
        return self.effort != "quick" and task.kind == "ask" and len(device_list(self.device)) == 1

    def look(
        self, draft: Draft, task: Task, prompt: Prompt, reading: Reading, masses: HeadMasses | None = None
    ) -> Draft:
        """What was written after the second look (tsel_core.evidence.second); the reading is as before."""
        from tsel_core.evidence.second import look_again

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
        choose: Choose | None = None,
        stop_words: tuple[str, ...] = (),
    ) -> Draft:
        """Write the answer to a prompt that was read; it is not checked yet. For the settings see Writer.

        An error after the first words keeps them: the answer has stop_reason "error", its exit code, and what went
        wrong in extra["error"]. The reading is then empty and its memory free.
        """
        limit = self.engine_config.max_new_tokens
        try:
            fine = self.trace_sentences
            writer = Writer(
                self.engine, self.tokenizer, self.progress, limit, self.think, more, stops, choose, stop_words, fine
            )
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
