"""A written answer looked at again: what becomes of a Draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tsel_core.answer import Draft
from tsel_core.errors import DoesNotFit
from tsel_core.evidence.asker import Asker
from tsel_core.evidence.calibrate import calibrate
from tsel_core.evidence.head_table import HeadTable, find_heads, keep_heads
from tsel_core.evidence.locate import Locator
from tsel_core.evidence.look import Looker
from tsel_core.evidence.looked import Effort, Looked
from tsel_core.evidence.masses import HeadMasses, masses_of, watched_layers
from tsel_core.evidence.tail import Template, plain_ids
from tsel_core.layers.head_watch import HeadWatch
from tsel_core.progress import Progress
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.leak import without_leaks
from tsel_core.prompts.tasks import Task
from tsel_core.prompts.units import SentenceWeights
from tsel_core.text.sentences import split_sentences
from tsel_core.trust.passages import PassageIndex
from tsel_core.trust.places import SpanJson, span_json

if TYPE_CHECKING:
    from tsel_core.engine.engine import Engine

MOST_TOKENS = 128  # of an answer of the look, where the user allows more
LOOK_ROOM = 1536  # rows a reading needs for the question, the evidence and an answer beside its own


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


class Watching:
    """Notes what the retrieval heads see while a prompt's question is read: no second pass over it is needed."""

    def __init__(self, engine: Engine, tokenizer: Any, prompt: Prompt, heads: HeadTable | None) -> None:
        self.engine, self.prompt, self.heads = engine, prompt, heads
        self.watch: HeadWatch | None = None
        if heads is not None and heads.heads and engine.ranks is None:
            end = prompt.num_tokens - len(Template.of(tokenizer, prompt).end)
            begin = end - len(plain_ids(tokenizer, prompt.task.question, False))
            layers = watched_layers(heads.heads)
            self.watch = HeadWatch(layers, prompt.doc_start, prompt.doc_end, begin, prompt.num_tokens)

    def __enter__(self) -> Watching:
        self.engine.runtime.watch = self.watch
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.runtime.watch = None

    def masses(self) -> HeadMasses | None:
        """What was seen; None where nothing was watched."""
        if self.watch is None or self.heads is None or set(self.watch.last) != set(self.watch.heads):
            return None
        return masses_of(self.watch, self.heads.heads, self.prompt)


def with_look(answer: Draft, looked: Looked, prompt: Prompt, effort: Effort) -> Draft:
    """A draft whose answer is what the look chose, with its evidence."""
    text = without_leaks(looked.text, prompt)[0]
    changed = text != answer.text.strip()
    evidence = [span_json(prompt.documents, s.span) for s in looked.located.ranked]  # the best first
    told = {"effort": effort, "heads": len(looked.located.by_heads) > 0, **looked.as_json()}
    if changed or not any(w.units for w in answer.weights):  # citations look where the evidence is
        answer = replace(answer, weights=_weights(looked, text))
    if changed:
        answer = replace(answer, text=text, stop_reason="length" if looked.cut else "end")
    return _with(answer, looked.confidence, evidence, told)


def known_heads(engine: Engine, tokenizer: Any, progress: Progress, make: bool | None = None) -> HeadTable | None:
    """The model's retrieval heads: known, or (by default on a GPU, where it takes seconds) calibrated now.

    None where they are not known and not made: evidence is then found by words alone.
    """
    sha256 = engine.loaded.info.sha256
    found = find_heads(sha256)
    if found is not None or not (engine.device.type == "cuda" if make is None else make):
        return found
    progress.begin("calibrate", 4, "documents")
    found = calibrate(engine, tokenizer, count=1, progress=lambda done, _: progress.advance(done))
    progress.end()
    keep_heads(sha256, found)
    return found


def _with(answer: Draft, confidence: str, evidence: Sequence[SpanJson], looks: dict[str, Any]) -> Draft:
    return replace(answer, extra={**answer.extra, "confidence": confidence, "evidence": evidence, "looks": looks})


def _weights(looked: Looked, text: str) -> list[SentenceWeights]:
    """For each sentence of a new answer the units of the evidence, alike: citations look there first."""
    places = list(dict.fromkeys((s.span.doc_index, s.span.unit_index) for s in looked.located.ranked))
    units = tuple((doc, unit, 1.0 / len(places)) for doc, unit in places)
    return [SentenceWeights(start, end, text[start:end], units) for start, end in split_sentences(text)]
