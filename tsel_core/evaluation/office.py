"""Asks about office papers as the commands do: made papers, or a folder of the user's own with questions."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import sha256

from tsel_core.answer import Answer
from tsel_core.document import Document
from tsel_core.errors import TselError
from tsel_core.evaluation.items import Item
from tsel_core.evaluation.office_papers import office_items, papers
from tsel_core.evaluation.office_rates import OfficeRates, OfficeResult
from tsel_core.evaluation.runner import task_of
from tsel_core.evaluation.scoring import score
from tsel_core.evaluation.trust_run import without_marks
from tsel_core.evaluation.wanted import ItemsFound, Wanted, items_found
from tsel_core.prompts.tasks import Style, summary_task
from tsel_core.questions import answer_questions
from tsel_core.session import Session
from tsel_core.text.language import Lang

OnResult = Callable[[OfficeResult | ItemsFound], None]


@dataclass(frozen=True)
class AskedPaper:
    """Documents that are read together, what is asked about them, and items that a summary of them must hold."""

    name: str
    lang: Lang
    documents: tuple[Document, ...]
    items: tuple[Item, ...]
    wanted: tuple[Wanted, ...] = ()


def made_papers(seeds: int) -> list[AskedPaper]:
    """Contracts and meetings of our own, in both languages; the same for the same seeds."""
    return [
        AskedPaper(p.name, p.lang, (p.document,), tuple(office_items(p)), p.wanted)
        for seed in range(seeds)
        for p in papers(seed)
    ]


def first_questions(asked: Sequence[AskedPaper], limit: int) -> list[AskedPaper]:
    """The first questions of all, and nothing else; all of it for 0."""
    if not limit:
        return list(asked)
    kept, left = [], limit
    for paper in asked:
        if left:
            kept.append(replace(paper, items=paper.items[:left], wanted=()))
            left -= len(kept[-1].items)
    return kept


def suite_id(asked: Sequence[AskedPaper], settings: str) -> str:
    """What must be the same for two results to be compared: questions, answers, wanted items, settings."""
    told = [settings, *(repr((p.name, p.items, p.wanted)) for p in asked)]
    return sha256("\n".join(told).encode()).hexdigest()[:16]


def ask_office(session: Session, asked: Sequence[AskedPaper], on_result: OnResult = lambda result: None) -> OfficeRates:
    """Ask every question as `tsel ask` does, those of a paper together, and summarize; Ctrl-C keeps what was asked.

    The seconds of a result are those since the one before it. Raises what the engine raises.
    """
    rates = OfficeRates()
    try:
        for paper in asked:
            _ask(session, paper, rates, on_result)
            if paper.wanted and session.effort != "quick":  # one pass gives no items
                found = _summarize(session, paper)
                rates.summaries.append(found)
                on_result(found)
    except KeyboardInterrupt:
        rates.complete = False
    return rates


def _ask(session: Session, paper: AskedPaper, rates: OfficeRates, on_result: OnResult) -> None:
    before = time.perf_counter()
    tasks = [task_of(item) for item in paper.items]
    with closing(answer_questions(session, paper.documents, tasks)) as replies:
        for item, reply in zip(paper.items, replies, strict=False):
            if isinstance(reply.answer, TselError):
                raise reply.answer
            if reply.answer.stop_reason == "interrupted":
                raise KeyboardInterrupt
            now = time.perf_counter()
            result = _judged(item, reply.answer, round(now - before, 2))
            before = now
            rates.results.append(result)
            on_result(result)


def _judged(item: Item, answer: Answer, seconds: float) -> OfficeResult:
    right = score(item.match, item.answers, without_marks(answer.text)) >= 0.5
    asked = (item.id, item.lang, item.kind, item.question)
    return OfficeResult(*asked, answer.text, right, answer.found, is_marked(answer), seconds)


def is_marked(answer: Answer) -> bool:
    """Whether a reader is told not to rely on an answer, or that nothing was found."""
    claims = answer.extra.get("claims") or ()
    doubtful = answer.extra.get("confidence") == "unsure" or any(c["verdict"] != "supported" for c in claims)
    return doubtful or not answer.found


def _summarize(session: Session, paper: AskedPaper) -> ItemsFound:
    """Minutes, or for key facts a report; what it gives is compared with what it must hold."""
    started = time.perf_counter()
    style: Style = "report" if all(w.kind == "fact" for w in paper.wanted) else "minutes"
    answer = session.answer("summarize", paper.documents, summary_task(style, paper.lang))
    if answer.stop_reason == "interrupted":
        raise KeyboardInterrupt
    seconds = round(time.perf_counter() - started, 2)
    return items_found(paper.name, paper.lang, answer.extra.get("items") or (), paper.wanted, seconds)
