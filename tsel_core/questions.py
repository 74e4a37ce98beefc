"""Several questions on the same documents: read once, each goes on from that reading as it would alone.

On a CPU, where rows can be shared in pages (kv/pages.py), they are written about together (engine/together);
elsewhere one after another from one reading.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tsel_core.answer import Answer
from tsel_core.document import Document
from tsel_core.engine.reading import Reading
from tsel_core.engine.together.crew import AT_ONCE, Crew, SharedEngine
from tsel_core.errors import DoesNotFit, TselError
from tsel_core.evidence.calibration.watching import LOOK_ROOM
from tsel_core.kv.pages import has_pages
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.tasks import Task
from tsel_core.session import Session

if TYPE_CHECKING:
    from tsel_core.layers.trace import Trace


@dataclass(frozen=True)
class Replied:
    """What became of a question: its answer, or why there is none; `trace` is what was noted while it was answered."""

    task: Task
    answer: Answer | TselError
    trace: Trace


def answer_questions(
    session: Session, documents: Sequence[Document], tasks: Sequence[Task], command: str = "ask"
) -> Generator[Replied]:
    """An answer for each task, in their order, each as soon as it and those before it are there.

    What one question fails of does not end the others. Ctrl-C is raised in the middle of questions that are written
    together; of those asked one after another the one at work is given as it stands, and none after it.
    """
    reading = _shared(session, documents, tasks)
    if reading is None or not reading.cache.can_branch:
        yield from _one_after_another(session, documents, tasks, command, reading)
        return
    late: list[Replied] = []  # the first that found no room beside the others, and what follows
    with closing(_together(session, documents, tasks, command, reading)) as replies:
        for reply in replies:
            if late or isinstance(reply.answer, DoesNotFit):
                late.append(reply)
            else:
                yield reply
    session.close()  # rows on their way to a file are the reading's
    del reading
    for reply in late:
        alone = isinstance(reply.answer, DoesNotFit)
        yield _asked(session, documents, reply.task, command) if alone else reply


def _shared(session: Session, documents: Sequence[Document], tasks: Sequence[Task]) -> Reading | None:
    """A reading of the documents for all questions; None where several cannot begin with one.

    Raises DoesNotFit and what the engine raises.
    """
    if len(tasks) < 2 or not can_share(session) or any(t.kind != "ask" for t in tasks):
        return None
    if session.quarantine == "always":  # each may be read in its own way
        return None
    session.begin_loading()
    prompts = [session.build(documents, task) for task in tasks]
    if any(session.exceeds_window(p) for p in prompts) or len({tuple(p.input_ids[: p.doc_end]) for p in prompts}) > 1:
        return None
    first = min(prompts, key=lambda p: p.num_tokens)  # its question is read in vain
    longest = max(p.num_tokens for p in prompts)
    return branching(session, first, longest - first.num_tokens + session.engine_config.max_new_tokens + LOOK_ROOM)


def can_share(session: Session) -> bool:
    """Whether rows can be shared where this session computes."""
    return session.device == "cpu" and has_pages()


def branching(session: Session, prompt: Prompt, room: int) -> Reading | None:
    """A reading that can be branched, as a rule; None where the loaded model or the memory does not allow it."""
    session.check_fit(prompt)
    engine = session.engine
    if not Crew.takes(engine) or engine.storage != "plain":
        return None
    engine.branching = True
    try:
        reading = session.read(prompt, room)
    finally:
        engine.branching = False
    return reading


def beside(session: Session, own: SharedEngine, reading: Reading, num_rows: int) -> Session:
    """A session of a thread, to go on from the first rows of a shared reading."""
    twin, trace = session.beside(own), session.engine.runtime.trace
    twin.fit = session.fit
    own.reset()
    own.runtime.trace.prefill_coverage = list(trace.prefill_coverage)
    own.runtime.trace.picked = None if trace.picked is None else trace.picked.clone()
    twin.keeps_live, twin.live = True, reading.branch()
    own.crop(twin.live, num_rows)
    return twin


def _together(
    session: Session, documents: Sequence[Document], tasks: Sequence[Task], command: str, reading: Reading
) -> Generator[Replied]:
    num_rows = session.build(documents, tasks[0]).doc_end

    def by(own: SharedEngine, task: Task) -> Replied:
        return _asked(beside(session, own, reading, num_rows), documents, task, command)

    session.progress.begin("answer", len(tasks), "questions")
    try:
        with closing(Crew.of(session.engine).each_in_turn(by, tasks, AT_ONCE["cpu"])) as found:
            for count, reply in enumerate(found, 1):
                session.progress.advance(count)
                yield reply
    finally:
        session.progress.end()


def _one_after_another(
    session: Session, documents: Sequence[Document], tasks: Sequence[Task], command: str, reading: Reading | None
) -> Generator[Replied]:
    keeps, session.keeps_live, session.live = session.keeps_live, True, reading
    try:
        for task in tasks:
            reply = _asked(session, documents, task, command)
            yield reply
            if isinstance(reply.answer, Answer) and reply.answer.stop_reason == "interrupted":
                return
    finally:
        session.keeps_live, session.live = keeps, None


def _asked(session: Session, documents: Sequence[Document], task: Task, command: str) -> Replied:
    answer: Answer | TselError
    try:
        answer = session.answer(command, documents, task)
    except TselError as error:
        answer = error
    return Replied(task, answer, session.engine.runtime.trace)
