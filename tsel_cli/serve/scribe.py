"""Who answers one job after another: a session, and the readings of conversations, which all scribes share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from tsel_cli.serve.job import Cancelled, Job, log_answer
from tsel_cli.serve.writing import chooser_of, prompt_of, summary_of
from tsel_core.device.timings import Timings
from tsel_core.errors import DoesNotFit, TselError
from tsel_core.progress import NoProgress

if TYPE_CHECKING:
    from tsel_cli.serve.readings import Readings
    from tsel_core.answer import Draft
    from tsel_core.engine.reading import Reading
    from tsel_core.evidence.locating.looked import Effort
    from tsel_core.prompts.build import Prompt
    from tsel_core.session import Session


class Scribe:
    """Answers jobs with one session, `limit` tokens at most; `effort` and `logs`: see EngineThread."""

    def __init__(self, session: Session, readings: Readings, limit: int, effort: Effort, logs: bool) -> None:
        self.session, self.readings, self.limit = session, readings, limit
        self.effort, self.logs = effort, logs

    def answer(self, job: Job) -> Draft:
        """The answer, checked where there are documents. Raises what the engine raises, and what the job does."""
        try:
            return self._answered(job)
        finally:
            self.session.progress = NoProgress()  # it was the job, and with it its documents

    def _answered(self, job: Job) -> Draft:
        from tsel_core import __version__
        from tsel_core.answer import Answer, document_json
        from tsel_core.evidence.deciding.apart import answered_without
        from tsel_core.prompts.tasks import ask_task
        from tsel_core.trust.finish import finish_answer
        from tsel_core.trust.orders.detect import find_orders
        from tsel_core.trust.orders.doubt import without_orders

        session, request = self.session, job.request
        self._set(job)
        if request.ahead:
            self._read_ahead(job)
        if request.summary is not None or request.task is not None:
            return self._as_command(job)
        marks = find_orders(request.documents) if session.quarantine == "always" else ()
        read = replace(request, documents=tuple(without_orders(request.documents, marks))) if marks else request
        prompt = prompt_of(read, session.tokenizer)
        if request.stream:  # its words are seen before the answer is whole
            documents = [document_json(d) for d in request.documents]
            log_answer({"command": "serve", "state": "begun", "documents": documents}, request.question)
        for number, draft in enumerate(self._drafts(job, prompt), 1):
            made = finish_answer(draft, prompt) if request.documents else draft
            if marks and isinstance(made, Answer):
                made = answered_without(made, request.documents, marks)
            elif isinstance(made, Answer) and not request.stream and job.chooser is None:
                made = session.apart("serve", made, ask_task(request.question))
            log_answer(made.as_json(__version__), request.question)
            if number < request.num_choices:
                job.emit(("choice", made))
        return made

    def _set(self, job: Job) -> None:
        """The session as this request wants it."""
        session, request = self.session, job.request
        session.timings, session.progress = Timings(), job
        session.engine_config = replace(
            session.engine_config,
            max_new_tokens=min(request.max_new_tokens or self.limit, self.limit),
            temperature=request.temperature,
            top_p=request.top_p,
            seed=request.seed,
        )
        session.engine.config = session.engine_config

    def _drafts(self, job: Job, prompt: Prompt) -> Iterator[Draft]:
        """The replies, one after another; each after the same prompt, read once, from the owner's last reading on."""
        from tsel_core.answering.live_reading import continue_reading, mend

        session, request = self.session, job.request
        reading, time = self.readings.take(request.owner)  # not even how much of it is the same is told to another
        try:
            self._check_room(reading, prompt)
            for number in range(request.num_choices):
                try:
                    reading = continue_reading(session, reading, prompt, 2 * self.limit)
                    job.chooser = chooser_of(request, session, number)
                    draft = session.write(
                        "serve", prompt, reading, job.text, choose=job.chooser, stop_words=request.stop
                    )
                finally:
                    reading = mend(session, reading)
                job.tell_logprobs()
                yield draft
        except Exception as error:
            if not isinstance(error, TselError | Cancelled):
                reading = None  # nobody knows what it holds
            raise
        finally:
            self.readings.put(request.owner, reading, time)

    def _check_room(self, last: Reading | None, prompt: Prompt) -> None:
        """Raises DoesNotFit. Readings that nobody is being answered from make room."""
        from tsel_core.answering.live_reading import check_room

        try:
            check_room(self.session, last, prompt)
        except DoesNotFit:
            if not self.readings.make_room():
                raise
            check_room(self.session, last, prompt)

    def _read_ahead(self, job: Job) -> NoReturn:
        """Read the documents as a question about them would; what is read is kept, and nothing is answered."""
        from tsel_core.prompts.tasks import ask_task

        self.session.read(self.session.build(job.request.documents, ask_task("?")))
        self.session.close()  # it is on the disk when the question comes
        job.emit(("read", None))
        raise Cancelled

    def _as_command(self, job: Job) -> Draft:
        """The documents' summary, or the task's answer, made as the command makes it; the conversation is not read.

        Where nothing is kept on the disk, the documents that a task is about stay in memory for the next one.
        """
        from tsel_core import __version__
        from tsel_core.answering.live_reading import mend

        request, session = job.request, self.session
        last, time = self.readings.take(request.owner)
        session.keeps_live = session.reading_store is None and request.task is not None
        session.live = last if session.keeps_live else None
        del last
        before, session.effort = session.effort, self.effort
        hears = session.on_draft = None if request.task is None else job.text
        try:
            made = session.answer("serve", request.documents, request.task or summary_of(request), hears)
        except Exception as error:
            if not isinstance(error, TselError | Cancelled):
                session.live = None  # nobody knows what it holds
            raise
        finally:
            session.effort, session.on_draft = before, None
            reading, session.live, session.keeps_live = session.live, None, False
            self.readings.put(request.owner, mend(session, reading), time)
        job.trace = session.engine.runtime.trace
        if self.logs:
            log_answer(made.as_json(__version__), "" if request.task is None else request.task.question)
        if request.stream and request.task is None:
            job.text(made.text)
        return made
