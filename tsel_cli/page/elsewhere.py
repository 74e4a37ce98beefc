"""The page's questions as calls of the resident engine, so that `tsel open` beside other commands loads no model."""

from __future__ import annotations

import base64
import json
import os
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tsel_cli.page.asking import PageJob, explained
from tsel_cli.resident.client import may_be_handed
from tsel_cli.resident.keep_alive import wanted
from tsel_cli.resident.live import LiveCall
from tsel_cli.resident.stamp import stamp
from tsel_cli.serve.job import Cancelled, Job
from tsel_cli.serve.job_queue import Answerer, JobQueue
from tsel_core.errors import TselError, UsageError

if TYPE_CHECKING:
    from tsel_cli.serve.scribe import Scribe
    from tsel_cli.serve.wire import ChatRequest
    from tsel_core.answer import Draft
    from tsel_core.document import Document
    from tsel_core.report.build import ExplainData
    from tsel_core.session import Session


@dataclass(frozen=True)
class Elsewhere:
    """This program's own command line, with which a question is asked in the resident engine, and what was said there.

    `model`: its name. `keeps`: whether what is read is kept for the next question. `stamp`: of the program as the page
    found it; a page and an engine of two versions do not understand each other's answers.
    """

    arguments: tuple[str, ...]
    model: str
    keeps: bool
    stamp: str

    def call(self, request: ChatRequest) -> LiveCall:
        """A call that answers a request in lines of JSON, [kind, value]. Raises TselError after an upgrade."""
        if stamp(os.environ) != self.stamp:
            raise TselError("tsel was changed while the page was open", "end `tsel open` and start it again")
        return LiveCall(self.arguments, pickle.dumps(request))


def may_ask_elsewhere(arguments: Sequence[str]) -> bool:
    """Whether `reach` will look for the resident engine; else this process loads a model."""
    try:
        return "open" in arguments and may_be_handed(arguments, ("open",)) and wanted(arguments, os.environ) > 0
    except UsageError:
        return True  # told in words later


def reach(arguments: Sequence[str], tell: Callable[[str], object]) -> Elsewhere | int | None:
    """The resident engine with the command's options; its exit code where it refuses them; None where there is none.

    What it says of them, and while it fetches a model, is said on stderr; `tell` says that other commands come first.
    """
    if "open" not in arguments:  # the program was not started as this command
        return None
    at = arguments.index("open") + 1
    called = (*arguments[:at], "--call", *arguments[at:])
    said: list[str] = []
    began = stamp(os.environ)
    code = LiveCall(called, b"", errors=2).run(
        said.append, waits=lambda: tell("waiting   another command is being answered")
    )
    if code != 0:
        return code
    told = json.loads(said[-1])
    return Elsewhere(called, told["model"], told["keeps"], began)


class HandedEngine(JobQueue):
    """Asks the resident engine one question after another; from the first that it does not take on, a model here."""

    def __init__(self, elsewhere: Elsewhere, queue_size: int, here: Callable[[], Answerer]) -> None:
        """`here` loads the model for this process."""
        super().__init__(queue_size)
        self.elsewhere, self.here = elsewhere, here
        self.start()

    @property
    def keeps_readings(self) -> bool:
        """See JobQueue."""
        return self.elsewhere.keeps

    def make_scribe(self) -> Answerer:
        """See JobQueue."""
        return _Handing(self.elsewhere, self.here)


class _Handing:
    def __init__(self, elsewhere: Elsewhere, here: Callable[[], Answerer]) -> None:
        self.elsewhere, self.make = elsewhere, here
        self.here: Answerer | None = None  # a model was loaded

    def answer(self, job: Job) -> Draft:
        """See Answerer."""
        if self.here is None:
            found = self._there(job)
            if found is not None:
                return found
            self.here = self.make()
        return self.here.answer(job)

    def _there(self, job: Job) -> Draft | None:
        """The resident engine's answer, None where it has begun none."""
        assert isinstance(job, PageJob)
        call, written = self.elsewhere.call(job.request), False
        last: tuple[str, Any] = ("", None)

        def heard(line: str) -> None:
            nonlocal last, written
            last = kind, value = tuple(json.loads(line))
            written = written or kind == "text"
            if job.watch is not None:
                job.watch.moved()
            if kind in ("text", "phase", "read"):
                job.emit((kind, value))

        call.run(heard, job.is_cancelled, lambda: job.emit(("waiting", {})))
        kind, value = last
        if job.is_cancelled() or kind == "read":
            raise Cancelled
        if kind == "error":
            raise TselError(*value)
        if kind == "done":
            answer, job.data = unpacked(value, job.request.documents)
            return answer
        if written:
            raise TselError("the resident engine ended in the middle of the answer", "ask again")
        return None


def answer_call(given: bytes, session: Session, scribe: Callable[[], Scribe]) -> int:
    """In the resident engine: answer a call, or say what model answers where nothing is asked; the exit code."""
    if not given:
        print(json.dumps({"model": session.info.name, "keeps": session.reading_store is not None}))
        return 0
    request: ChatRequest = pickle.loads(given)  # from a process of this user: nobody else is heard (wire.is_ours)
    job = PageJob(request, lambda event: _say(*event))
    try:
        answer = scribe().answer(job)
        failed = answer.extra.get("error")
        if failed:
            raise TselError(failed["message"], failed["hint"])
    except Cancelled:  # the documents were read
        return 0
    except TselError as error:
        _say("error", (error.message, error.hint))
        return 0
    except MemoryError:
        _say("error", ("out of memory", "send fewer or shorter documents"))
        return 1
    _say("done", packed(answer, explained(job, answer)))
    return 0


def _say(kind: str, value: Any) -> None:
    print(json.dumps([kind, value]), flush=True)


def packed(answer: Draft, data: ExplainData) -> str:
    """An answer and its report on the way to the page, without the documents: they are there."""
    bare = replace(answer, documents=(), weights=(), heat=None), replace(data, documents=())
    return base64.b64encode(pickle.dumps(bare)).decode("ascii")


def unpacked(text: str, documents: Sequence[Document]) -> tuple[Draft, ExplainData]:
    """The answer and its report, with their documents."""
    answer, data = pickle.loads(base64.b64decode(text))
    return replace(answer, documents=tuple(documents)), replace(data, documents=tuple(documents))
