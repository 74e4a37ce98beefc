"""A summary by a sweep of documents that were read: items found, judged, merged, written and linked."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any

from tsel_core.answer import Answer, Draft
from tsel_core.document import Document
from tsel_core.evidence.asking.asker import Asker
from tsel_core.progress import Progress
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.tasks import Task
from tsel_core.sweep.asked import AskedModel
from tsel_core.sweep.coverage import output_coverage
from tsel_core.sweep.item import Item
from tsel_core.sweep.kind import kind_of
from tsel_core.sweep.meetings.about import about
from tsel_core.sweep.meetings.minutes import write_minutes
from tsel_core.sweep.other_tongues import in_tongue, of_languages, unread_by_rules
from tsel_core.sweep.report import item_text, item_title, write_brief, write_report
from tsel_core.sweep.run import Sweep, sweep_documents
from tsel_core.sweep.sentences import sentences_of
from tsel_core.sweep.text import Written
from tsel_core.text.language import Lang, document_lang
from tsel_core.trust.orders.detect import OrderMark, find_orders, order_warnings
from tsel_core.trust.orders.doubt import is_marked

BY_CODE = (
    "longer than the model's window: every sentence was gone through by code, and the model saw only the passages in "
    "question"
)
Describe = Callable[[str, int, str], Draft]  # (text, tokens written, how it ended) -> the answer without its checks


def is_swept(task: Task, documents: Sequence[Document]) -> bool:
    """Whether a task is answered by a sweep: a summary of the whole.

    One with a focus is written in one pass, and so is that of a story: what happens in it stands in no sentence.
    """
    if task.kind != "summarize" or task.style is None or task.question:
        return False
    return task.style == "minutes" or kind_of(sentences_of(documents)) != "story"


def summarize(
    prompt: Prompt, asker: Asker | None, describe: Describe, progress: Progress, *, wording: bool = False
) -> Answer:
    """The summary of documents that were read. Ctrl-C keeps what was found so far; the rest is by code alone."""
    documents, lang, style = prompt.documents, prompt.task.lang, prompt.task.style or "brief"
    tongue, wording = prompt.task.tongue, wording and not prompt.task.tongue
    own = document_lang((u.text for u in d.units if u.in_flow) for d in documents)  # the rules' language
    with asker or contextlib.nullcontext():
        model = AskedModel(asker) if asker is not None else None
        sweep = sweep_documents(
            documents, own, style=style, length=prompt.task.length, model=model, wording=wording, progress=progress
        )
    orders = find_orders(documents)
    written = write_summary(replace(sweep, items=tuple(_doubted(i, orders) for i in sweep.items)), style, lang)
    written = in_tongue(written, tongue, unread_by_rules(documents))
    text, citations, firsts = written.linked(documents)
    stop = "interrupted" if model is not None and model.interrupted else "end"
    draft = describe(text, model.num_written if model is not None else 0, stop)
    items = [
        {**i.as_json(documents, n), "text": item_text(i, lang), "title": item_title(i, lang) or None}
        for i, n in zip(written.items, firsts, strict=True)
    ]
    extra = {
        **draft.extra,
        **_no_doubts(),
        "orders": [m.as_json() for m in orders],
        "items": items,
        "sections": written.sections(),
        "output_coverage": output_coverage(documents, written.items).as_json(),
        "document_kind": sweep.kind,
        "about": _about(sweep, documents, lang),
    }
    values: dict[str, Any] = {f.name: getattr(draft, f.name) for f in fields(Draft)}
    warnings = [*draft.warnings, *of_languages(documents, tongue or lang), *order_warnings(orders)]
    changed = {"text": text, "extra": extra, "warnings": warnings}
    cited = tuple(replace(c, doubtful=is_marked(c.span, orders)) for c in citations)
    return Answer(**values | changed, found=True, citations=cited)


def _about(sweep: Sweep, documents: Sequence[Document], lang: Lang) -> dict[str, Any]:
    is_meeting = sweep.kind == "meeting"
    told = about(documents, sweep.sentences, lang, meeting=is_meeting, named=sweep.topics)
    if sweep.kind == "contract":
        told = replace(told, date="")  # the first date of a contract is as often that of something else
    return told.as_json(documents)


def _doubted(item: Item, orders: Sequence[OrderMark]) -> Item:
    """The item, marked where its words stand in a passage that gives orders."""
    return replace(item, verdict="unsure") if any(is_marked(s, orders) for s in item.evidence) else item


def write_summary(sweep: Sweep, style: str, lang: Lang) -> Written:
    """The items in the form of a style."""
    if style == "minutes":
        return write_minutes(sweep.items, lang)
    return (write_report if style == "report" else write_brief)(sweep.items, sweep.kind, lang)


def _no_doubts() -> dict[str, Any]:
    """Keys that every checked answer has (tsel_core.trust.finish): items carry their own verdicts."""
    return {
        "reason": "",
        "support": {"verdict": "supported", "why": "", "question_share": None, "question_label": None},
        "claims": [],
        "facts": [],
        "num_invented_quotes": 0,
        "nearest": [],
        "unread": [],
    }
