"""Which query heads of a model look at the answer: measured on made documents whose evidence is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tsel_core.evidence.asking.asker import Asker
from tsel_core.evidence.calibration.made_documents import MadeDocument, MadeQuestion, made_documents
from tsel_core.evidence.heads.head_table import HeadTable
from tsel_core.evidence.heads.masses import Head, HeadMasses, normalised
from tsel_core.evidence.heads.sentence import Sentence, whole_sentences
from tsel_core.prompts.build import build_prompt
from tsel_core.prompts.tasks import ask_task
from tsel_core.trust.passages import PassageIndex

if TYPE_CHECKING:
    from tsel_core.engine.engine import Engine

MAX_HEADS = 16
MIN_HEADS = 6
_MOVED = 3  # questions of another document put to each
_GAIN = 0.002  # of the mean reciprocal rank that one more head must bring
OnStep = Callable[[int, int], None]


@dataclass(frozen=True)
class _Seen:
    """One question to one document: each head's mass on each sentence [heads, sentences], and the one that answers."""

    masses: np.ndarray
    evidence: int | None

    def rank(self, heads: Sequence[int]) -> int:
        """Rank (from 0) of the evidence by these heads together."""
        summed = normalised(self.masses[list(heads)]).mean(0)
        return int((summed > summed[self.evidence]).sum())

    def mass(self, heads: Sequence[int]) -> float:
        """Mean mass of these heads on the sentence that they look at most."""
        masses = self.masses[list(heads)]
        return float(masses[:, int(normalised(masses).mean(0).argmax())].mean())


def calibrate(
    engine: Engine, tokenizer: object, seed: int = 0, count: int = 2, progress: OnStep | None = None
) -> HeadTable:
    """Read the made documents and choose. Bounded: 4 * count documents of 700 tokens, once a model.

    A model none of whose layers can be watched has an empty table: its evidence is found by words.
    """
    made = made_documents(seed, count)
    heads = tuple(every_head(engine))
    there: list[_Seen] = []
    absent: list[_Seen] = []
    for number, document in enumerate(made):
        others = made[number ^ 1]  # the other kind of document, in the same language
        asked = [*document.questions, *(MadeQuestion(q.question, -1, "") for q in others.questions[:_MOVED])]
        for masses, sentences, evidence in look_at(engine, tokenizer, document, asked, heads):
            heads = masses.heads  # layers with a window or sinks of their own show nothing
            seen = _Seen(masses.of_sentences(sentences), evidence)
            (absent if evidence is None else there).append(seen)
        if progress is not None:
            progress(number + 1, len(made))
    if not heads:
        return HeadTable((), 0.0, 0.0, len(there))
    chosen = choose_heads(there)
    ranks = [seen.rank(chosen) for seen in there]
    recalls = (float(np.mean([r < 1 for r in ranks])), float(np.mean([r < 3 for r in ranks])))
    masses_of = [float(np.median([seen.mass(chosen) for seen in side])) for side in (there, absent)]
    return HeadTable(tuple(heads[i] for i in chosen), *recalls, len(there), *masses_of)


def every_head(engine: Engine) -> list[Head]:
    """Every query head of every layer but the last, both ways of reading it."""
    info = engine.loaded.info
    layers = range(info.num_layers - 1)
    return [Head(layer, h, which) for layer in layers for h in range(info.num_heads) for which in ("mean", "last")]


def look_at(
    engine: Engine, tokenizer: object, made: MadeDocument, questions: Sequence[MadeQuestion], heads: Sequence[Head]
) -> list[tuple[HeadMasses, list[Sentence], int | None]]:
    """For each question: masses of the heads, the sentences, and the number of the one that answers it."""
    sentences = whole_sentences(PassageIndex.build([made.document]))
    prompt = build_prompt([made.document], ask_task(questions[0].question, made.lang), tokenizer)
    engine.reset()
    reading = engine.read(prompt.input_ids, prompt.tail_start, room=256)
    found = []
    with Asker(engine, tokenizer, prompt, reading) as asker:
        for question in questions:
            task = ask_task(question.question, made.lang)
            masses = asker.masses(task.question, heads, task.instruction)
            at = next((s.number for s in sentences if s.span.unit_index == question.unit_index), None)
            found.append((masses, sentences, at))
    engine.let_go(reading)
    return found


def choose_heads(seen: Sequence[_Seen]) -> list[int]:
    """Greedily the heads whose added shares rank the evidence best, 6 to 16 of the forty best single ones."""
    singles = []
    for one in seen:
        share = normalised(one.masses)
        singles.append(1.0 / (1 + (share > share[:, one.evidence, None]).sum(1)))
    single = np.mean(singles, axis=0)
    pool = [int(i) for i in np.argsort(-single, kind="stable")[:40]]
    chosen = [pool.pop(0)]
    best = float(single[chosen[0]])
    while pool and len(chosen) < MAX_HEADS:
        scored = [(_mean_reciprocal(seen, [*chosen, i]), -at) for at, i in enumerate(pool)]
        score, at = max(scored)
        if score < best + _GAIN and len(chosen) >= MIN_HEADS:
            break
        chosen.append(pool.pop(-at))
        best = max(best, score)
    return chosen


def _mean_reciprocal(seen: Sequence[_Seen], heads: Sequence[int]) -> float:
    return float(np.mean([1.0 / (1 + one.rank(heads)) for one in seen]))
