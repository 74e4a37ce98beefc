"""A written answer looked at again: what becomes of a Draft."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tsel_core.answer import Draft
from tsel_core.errors import DoesNotFit
from tsel_core.evidence.asking.asker import Asker
from tsel_core.evidence.heads.head_table import HeadTable
from tsel_core.evidence.heads.masses import HeadMasses
from tsel_core.evidence.locating.locate import Locator
from tsel_core.evidence.locating.looked import Effort, Looked
from tsel_core.evidence.look import Looker
from tsel_core.evidence.without_heading import without_heading
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.leak import without_leaks
from tsel_core.prompts.tasks import Task
from tsel_core.prompts.units import SentenceWeights
from tsel_core.text.sentences import split_sentences
from tsel_core.trust.passages import PassageIndex
from tsel_core.trust.places import SpanJson, span_json

_COPIED = ("clause", "title")  # why an answer is the paper's own text, headings and all
MOST_TOKENS = 128  # of an answer of the look, where the user allows more


def look_again(
    answer: Draft,
    task: Task,
    asker: Asker,
    heads: HeadTable | None,
    effort: Effort,
    masses: HeadMasses | None = None,
    limit: int | None = None,
) -> Draft:
    """The answer after the second look: its text, `confidence`, `evidence` and `looks` in extra.

    `masses`: what the heads saw when the question was read; None: the question is read for it once more.
    An answer that was cut short (interrupted, an error) is not looked at again. Ctrl-C during the look keeps
    the first answer, as one that is unsure. `limit`: most tokens of an answer (None: as the engine's, 128 at most).
    """
    if answer.stop_reason not in ("end", "length") or not task.question or effort == "quick":
        return answer
    locator = Locator(PassageIndex.build(asker.prompt.documents))
    before = asker.engine.runtime.timings.get("look")
    try:
        with asker:
            most = limit or min(asker.engine.config.max_new_tokens, MOST_TOKENS)
            looked = Looker(asker, locator, heads, effort, most).look(task, answer.text, masses)
    except KeyboardInterrupt:
        return _with(answer, "unsure", [], {"effort": effort, "why": "interrupted"})
    except DoesNotFit as error:
        return _with(answer, "unsure", [], {"effort": effort, "why": "no-room", "error": error.message})
    seconds = asker.engine.runtime.timings.get("look") - before
    timings = {**answer.timings, "look": seconds, "total": answer.timings.get("total", 0.0) + seconds}
    return with_look(replace(answer, timings=timings), looked, asker.prompt, effort)


def with_look(answer: Draft, looked: Looked, prompt: Prompt, effort: Effort) -> Draft:
    """A draft whose answer is what the look chose, with its evidence."""
    text = without_paths(without_leaks(looked.text, prompt)[0], looked.located.texts)
    if looked.why not in _COPIED:
        text = without_heading(text, prompt.documents)
    changed = text != answer.text.strip()
    evidence = [span_json(prompt.documents, s.span) for s in looked.located.ranked]  # the best first
    told = {"effort": effort, "heads": len(looked.located.by_heads) > 0, **looked.as_json()}
    if changed or not any(w.units for w in answer.weights):  # citations look where the evidence is
        answer = replace(answer, weights=_weights(looked, text))
    if changed:
        answer = replace(answer, text=text, stop_reason="length" if looked.cut else "end")
    return _with(answer, looked.confidence, evidence, told)


def without_paths(text: str, shown: Sequence[str]) -> str:
    """An answer without the headings that stand before a passage as it was shown ("Fees > Late payment: ...")."""
    for passage in shown:
        path = passage.partition(": ")[0]
        if " > " in path:
            text = re.sub(rf"(?m)^(\W*){re.escape(path)}:[ \t]*(?=\S)", r"\1", text)
    return text


def _with(answer: Draft, confidence: str, evidence: Sequence[SpanJson], looks: dict[str, Any]) -> Draft:
    return replace(answer, extra={**answer.extra, "confidence": confidence, "evidence": evidence, "looks": looks})


def _weights(looked: Looked, text: str) -> list[SentenceWeights]:
    """For each sentence of a new answer the units of the evidence, alike: citations look there first."""
    places = list(dict.fromkeys((s.span.doc_index, s.span.unit_index) for s in looked.located.ranked))
    units = tuple((doc, unit, 1.0 / len(places)) for doc, unit in places)
    return [SentenceWeights(start, end, text[start:end], units) for start, end in split_sentences(text)]
