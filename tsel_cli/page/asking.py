"""A question of the page on its way through the engine: what happens, as events, and the answer that is kept."""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tsel_cli.i18n import in_language
from tsel_cli.page.shelf import Opened
from tsel_cli.page.views import Answered, answered_view
from tsel_cli.serve.job import Event, Job
from tsel_cli.serve.job_queue import JobQueue
from tsel_cli.serve.wire import ChatRequest
from tsel_core.errors import DocumentError

if TYPE_CHECKING:
    from tsel_core.prompts.tasks import Task
    from tsel_core.report.build import ExplainData

_EVERY_S = 0.2  # between two signs of progress
_LOOK_S = 0.4  # between two looks at how far the reading is that a question waits for
MOST_ANSWERS = 200  # of an owner; the oldest is forgotten


@dataclass
class PageJob(Job):
    """A job that tells how far it is, and whose answer comes with all that the report shows."""

    told: float = 0.0
    data: ExplainData | None = None  # of an answer that was made elsewhere

    def begin(self, phase: str, total: int | None = None, unit: str = "") -> None:
        """See Progress."""
        super().begin(phase, total, unit)
        self.emit(("phase", {"phase": phase, "total": total}))

    def advance(self, done: int) -> None:
        """See Progress."""
        super().advance(done)
        if time.monotonic() - self.told > _EVERY_S:
            self.told = time.monotonic()
            self.emit(("phase", {"done": done}))


class History:
    """Answers of each owner, the oldest first."""

    def __init__(self) -> None:
        self._answers: dict[str, list[Answered]] = {}
        self._lock = threading.Lock()

    def add(self, owner: str, answered: Answered) -> None:
        """Keep one more."""
        with self._lock:
            rows = self._answers.setdefault(owner, [])
            rows.append(answered)
            del rows[:-MOST_ANSWERS]

    def of(self, owner: str) -> list[Answered]:
        """All of an owner."""
        with self._lock:
            return list(self._answers.get(owner, ()))

    def get(self, answer_id: str, owner: str) -> Answered:
        """Raises DocumentError for one that is not there."""
        for answered in self.of(owner):
            if answered.answer_id == answer_id:
                return answered
        raise DocumentError("the answer is not there", "ask again")

    def clear(self, owner: str) -> None:
        """Forget all of an owner."""
        with self._lock:
            self._answers.pop(owner, None)


class Ahead:
    """Documents that are read while nobody has asked yet. `phase`: how far that is, empty when nothing is read."""

    def __init__(self, engine: JobQueue) -> None:
        self.engine = engine
        self.phase: dict[str, Any] = {}
        self._job: PageJob | None = None
        self._ids: tuple[str, ...] = ()

    def begin(self, opened: Sequence[Opened], owner: str) -> None:
        """Read them, if what is read can be kept. What goes wrong is told when they are asked about."""
        if not self.engine.keeps_readings or not opened:
            return
        request = ChatRequest(
            turns=(("", ""),), documents=tuple(o.document for o in opened), owner=owner, ahead=True
        )
        self._ids = tuple(o.document_id for o in opened)
        self._job = PageJob(request, self._hear, user=owner)
        self.engine.submit(self._job)

    def give_way(self, opened: Sequence[Opened]) -> None:
        """A question comes: it waits for the same documents; for others the reading is broken off."""
        if self._job is not None and tuple(o.document_id for o in opened) != self._ids:
            self._job.cancelled.set()
            self._job, self.phase = None, {}

    def _hear(self, event: Event) -> None:
        kind, value = event
        if kind == "waiting":
            return
        if kind != "phase":
            self._job, self.phase = None, {}
        elif self._job is not None:
            self.phase = {**(self.phase if "phase" not in value else {}), **value}


@dataclass(frozen=True)
class Question:
    """What was asked, by whom, about which documents; `lang` is the reader's."""

    task: Task
    opened: Sequence[Opened]
    owner: str
    lang: str
    temperature: float = 0.0
    seed: int = 0


async def ask(
    engine: JobQueue, history: History, question: Question, ahead_of_it: Ahead
) -> AsyncIterator[dict[str, Any]]:
    """Events up to "done" or "error". When the page leaves, this generator is closed and the job cancelled."""
    loop = asyncio.get_running_loop()
    events: asyncio.Queue[Event] = asyncio.Queue()
    request = ChatRequest(
        turns=((question.task.question, ""),),
        documents=tuple(o.document for o in question.opened),
        stream=True,
        owner=question.owner,
        task=question.task,
        temperature=question.temperature,
        seed=question.seed,
    )
    ahead_of_it.give_way(question.opened)
    job = PageJob(request, lambda event: loop.call_soon_threadsafe(events.put_nowait, event), user=question.owner)
    ahead = engine.waiting() + int(engine.is_busy())
    engine.submit(job)
    try:
        if ahead:
            yield {"kind": "waiting", "ahead": ahead}
        while True:
            try:
                kind, value = await asyncio.wait_for(events.get(), _LOOK_S)
            except TimeoutError:
                if ahead_of_it.phase:  # it waits for the documents to be read
                    yield {"kind": "phase", **ahead_of_it.phase}
                continue
            if kind == "done":
                answered = await asyncio.to_thread(_answered, question, value, job)
                history.add(question.owner, answered)
                yield {"kind": "done", "answer": answered_view(answered, question.lang)}
                return
            if kind == "error":
                words = [in_language(text, question.lang) for text in (value.message, value.hint)]
                yield {"kind": "error", "message": words[0], "hint": words[1]}
                return
            yield {"kind": kind, "text": value} if kind == "text" else {"kind": kind, **value}
    finally:
        job.cancelled.set()


def _answered(question: Question, answer: Any, job: PageJob) -> Answered:
    ids = tuple(o.document_id for o in question.opened)
    data = explained(job, answer) if job.data is None else job.data
    return Answered(secrets.token_hex(8), question.task.question, ids, answer, data)


def explained(job: Job, answer: Any) -> ExplainData:
    """What the report shows of a job's answer."""
    from tsel_core import __version__
    from tsel_core.report.data import explain_data

    question = "" if job.request.task is None else job.request.task.question
    data = explain_data(answer, question=question, trace=job.trace, version=__version__)
    return replace(data, sentences=[replace(s, heat=None) for s in data.sentences]) if _is_large(data) else data


def _is_large(data: ExplainData) -> bool:
    """Whether attention by layer and head group takes too much memory to be kept of each answer."""
    num_bytes: int = sum(s.heat.nbytes for s in data.sentences if s.heat is not None)
    return num_bytes > 64_000_000
