"""A summary by a sweep of documents that were read: items found, judged, merged, written and linked."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from tsel_core.answer import Answer, Draft
from tsel_core.evidence.asker import Asker
from tsel_core.progress import Progress
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.tasks import Task
from tsel_core.sweep.asked import AskedModel
from tsel_core.sweep.coverage import output_coverage
from tsel_core.sweep.minutes import write_minutes
from tsel_core.sweep.run import sweep_documents

Describe = Callable[[str, int], Draft]  # (text, tokens written) -> the answer without its checks


def is_swept(task: Task) -> bool:
    """Whether a task can be answered by a sweep: minutes."""
    return task.kind == "summarize" and task.style == "minutes"


def summarize(prompt: Prompt, asker: Asker | None, describe: Describe, progress: Progress) -> Answer:
    """Minutes of documents that were read. Every item is a sentence's own words, so it needs no other check."""
    documents, lang = prompt.documents, prompt.task.lang
    with asker or contextlib.nullcontext():
        model = AskedModel(asker) if asker is not None else None
        sweep = sweep_documents(documents, lang, "meeting", model=model, progress=progress)
    written = write_minutes(sweep.items, lang)
    text, citations, firsts = written.linked(documents)
    draft = describe(text, model.num_written if model is not None else 0)
    items = [i.as_json(documents, n) for i, n in zip(written.items, firsts, strict=True)]
    extra = {
        **draft.extra,
        **_no_doubts(),
        "items": items,
        "output_coverage": output_coverage(documents, written.items).as_json(),
    }
    values: dict[str, Any] = {f.name: getattr(draft, f.name) for f in fields(Draft)}
    return Answer(**values | {"text": text, "extra": extra}, found=True, citations=tuple(citations))


def _no_doubts() -> dict[str, Any]:
    """Keys that every checked answer has (tsel_core.trust.finish): items carry their own verdicts."""
    return {
        "reason": "",
        "support": {"verdict": "supported", "why": "", "question_share": None, "question_label": None},
        "facts": [],
        "num_invented_quotes": 0,
        "nearest": [],
        "unread": [],
    }
