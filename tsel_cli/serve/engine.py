"""The one engine of a server: a bounded queue before it, one thread that reads and writes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tsel_cli.serve.health import Watch
from tsel_cli.serve.job import Cancelled, Job, ServerEnds, log_answer
from tsel_cli.serve.limits import Busy
from tsel_cli.serve.turns import Full, Turns
from tsel_cli.serve.writing import chooser_of, prompt_of, summary_of
from tsel_core.device.timings import Timings
from tsel_core.errors import TselError

if TYPE_CHECKING:
    from tsel_core.answer import Draft
    from tsel_core.engine.reading import Reading
    from tsel_core.evidence.looked import Effort
    from tsel_core.prompts.build import Prompt
    from tsel_core.session import Session

_LOG = logging.getLogger(__name__)
_WAITING_CHARS = 200_000_000  # of documents in waiting requests together


class EngineThread:
    """Answers jobs one after another, users in turn. `queue_size` more may wait; then `submit` raises Busy.

    An answer that takes longer than `answer_seconds` is broken off (0: never). `effort`: of answers that are made as
    the command makes them. `logs`: whether those are noted in the audit log.
    """

    def __init__(
        self,
        session: Session,
        queue_size: int,
        answer_seconds: float = 0.0,
        *,
        effort: Effort = "normal",
        logs: bool = True,
    ) -> None:
        self.session, self.answer_seconds = session, answer_seconds
        self.effort, self.logs = effort, logs
        self.watch = Watch()
        self.limit = session.engine_config.max_new_tokens
        self.queue_size = queue_size
        self._turns: Turns[Job] = Turns(queue_size, _WAITING_CHARS)
        self._seconds = 5.0  # of an answer, a running mean
        self._reading: Reading | None = None
        self._owner = ""  # whose the reading in memory is
        self._forget, self._working = threading.Event(), threading.Lock()
        self._current: Job | None = None
        self._ends = False
        self._thread = threading.Thread(target=self._run, name="tsel-engine", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a job. Raises Busy, or ServerEnds."""
        if self._ends:
            raise ServerEnds
        try:
            self._turns.put(job)
        except Full:
            raise self._busy() from None

    def check_room(self) -> None:
        """Raise Busy when `submit` would."""
        if self._turns.is_full():
            raise self._busy()

    def _busy(self) -> Busy:
        return Busy(max(1, min(60, round(self._seconds * self.queue_size / 2))))

    def waiting(self) -> int:
        """Jobs in the queue."""
        return len(self._turns)

    def is_busy(self) -> bool:
        """Whether an answer is being written."""
        return self._current is not None

    def health(self) -> dict[str, Any]:
        """What /health says; `status` is "ok", "stuck", "ending" or "dead"."""
        found = {**self.watch.state(), "waiting": self.waiting()}
        if not self._thread.is_alive():
            found["status"] = "dead"
        elif self._ends:
            found["status"] = "ending"
        return found

    def drain(self) -> None:
        """Take no more jobs; those that run or wait are still answered."""
        self._ends = True

    def end(self) -> None:
        """Tell every client that waits or is answered that the server ends; nothing is queued any more."""
        self._ends = True
        for job in [self._current, *self._turns.take_all()]:
            if job is not None:
                job.cancelled.set()
                job.emit(("error", ServerEnds()))

    def close(self) -> None:
        """Finish what is queued and end."""
        self._turns.close()
        self._thread.join()

    def forget(self) -> None:
        """Let go of the reading in memory as soon as no answer is being written."""
        self._forget.set()
        if self._working.acquire(blocking=False):
            try:
                self._drop()
            finally:
                self._working.release()

    def _drop(self) -> None:
        """Call it while no answer is written."""
        if self._forget.is_set():
            self._forget.clear()
            self._reading = None

    def _run(self) -> None:
        while (job := self._turns.get()) is not None:
            job.watch, job.limit_s = self.watch, self.answer_seconds
            job.deadline = time.monotonic() + self.answer_seconds if self.answer_seconds else None
            started = time.perf_counter()
            self._current = job
            try:
                if not job.cancelled.is_set():
                    with self._working, self.watch.running():
                        answer = self._answer(job)
                    failed = answer.extra.get("error")
                    if failed:
                        raise TselError(failed["message"], failed["hint"])
                    job.emit(("done", answer))
                    self._seconds += 0.2 * (time.perf_counter() - started - self._seconds)
            except Cancelled:
                pass
            except TselError as error:
                job.emit(("error", error))
            except MemoryError:
                self._reading = None
                job.emit(("error", TselError("out of memory", "send fewer or shorter documents")))
            except Exception as error:  # the server goes on; the client learns what kind of error it was
                self._reading = None
                _LOG.error("unexpected %s: %s", type(error).__name__, error)
                job.emit(("error", TselError(f"unexpected {type(error).__name__}", "see the server's log")))
            finally:
                self._current = None
                self._drop()

    def _answer(self, job: Job) -> Draft:
        from tsel_core import __version__
        from tsel_core.answer import Answer, document_json
        from tsel_core.answering.live_reading import check_room
        from tsel_core.evidence.apart import answered_without
        from tsel_core.trust.finish import finish_answer
        from tsel_core.trust.orders.detect import find_orders
        from tsel_core.trust.orders.doubt import without_orders

        session, request = self.session, job.request
        session.timings, session.progress = Timings(), job
        limit = min(request.max_new_tokens or self.limit, self.limit)
        session.engine_config = replace(
            session.engine_config,
            max_new_tokens=limit,
            temperature=request.temperature,
            top_p=request.top_p,
            seed=request.seed,
        )
        session.engine.config = session.engine_config
        if request.summary is not None or request.task is not None:
            return self._as_command(job)
        marks = find_orders(request.documents) if session.quarantine == "always" else ()
        read = replace(request, documents=tuple(without_orders(request.documents, marks))) if marks else request
        prompt = prompt_of(read, session.tokenizer)
        if request.stream:  # its words are seen before the answer is whole
            documents = [document_json(d) for d in request.documents]
            log_answer({"command": "serve", "state": "begun", "documents": documents}, request.question)
        self._drop()
        check_room(session, self._reading if self._owner == request.owner else None, prompt)
        last, self._reading = self._reading, None
        if self._owner != request.owner:
            last = None  # not even how much of it is the same is told to another
        self._owner = request.owner
        drafts = self._drafts(job, prompt, last)
        for number, draft in enumerate(drafts, 1):
            made = finish_answer(draft, prompt) if request.documents else draft
            if marks and isinstance(made, Answer):
                made = answered_without(made, request.documents, marks)
            log_answer(made.as_json(__version__), request.question)
            if number < request.num_choices:
                job.emit(("choice", made))
        return made

    def _drafts(self, job: Job, prompt: Prompt, last: Reading | None) -> Iterator[Draft]:
        """The replies, one after another; each after the same prompt, read once."""
        from tsel_core.answering.live_reading import continue_reading, mend

        session, request, reading = self.session, job.request, last
        for number in range(request.num_choices):
            try:
                reading = continue_reading(session, reading, prompt, 2 * self.limit)
                job.chooser = chooser_of(request, session, number)
                draft = session.write("serve", prompt, reading, job.text, choose=job.chooser, stop_words=request.stop)
            finally:
                self._reading = reading = mend(session, reading)
            job.tell_logprobs()
            yield draft

    def _as_command(self, job: Job) -> Draft:
        """The documents' summary, or the task's answer, made as the command makes it; the conversation is not read."""
        from tsel_core import __version__

        request, session = job.request, self.session
        self._drop()
        self._reading, self._owner = None, request.owner
        before, session.effort = session.effort, self.effort
        hears = session.on_draft = None if request.task is None else job.text
        try:
            made = session.answer("serve", request.documents, request.task or summary_of(request), hears)
        finally:
            session.effort, session.on_draft = before, None
        job.trace = session.engine.runtime.trace
        if self.logs:
            log_answer(made.as_json(__version__), "" if request.task is None else request.task.question)
        if request.stream and request.task is None:
            job.text(made.text)
        return made
