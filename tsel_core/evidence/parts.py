"""A document that is longer than the model's window, read in overlapping parts and answered from what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tsel_core.document import Document, SourceSpan
from tsel_core.errors import DoesNotFit
from tsel_core.evidence.asking.asker import Asker
from tsel_core.evidence.heads.head_table import HeadTable
from tsel_core.evidence.heads.masses import HeadMasses
from tsel_core.evidence.locating.kind import QuestionKind
from tsel_core.evidence.locating.locate import NUM_BY_HEADS, Located, Locator, chosen_of
from tsel_core.evidence.locating.looked import Effort, Looked
from tsel_core.evidence.locating.signs import Signs
from tsel_core.evidence.look import Looker
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.tasks import Task
from tsel_core.text.refusal import is_refusal
from tsel_core.trust.passages import PassageIndex

OVERLAP = 512  # tokens that stand in two parts: what is said across the border is whole in one of them
LEAST_PART = 2 * OVERLAP  # tokens of the document; a smaller window is refused, or extrapolated
SPARE = 192  # tokens of the template, and of words that are cut into tokens in another way at the border


def split_parts(prompt: Prompt, limit: int, overlap: int = OVERLAP) -> list[tuple[Document, ...]]:
    """The documents of a prompt as parts of at most `limit` tokens; unit numbers stay those of the whole.

    Units outside a part are there, but not in its flow. Raises DoesNotFit for a unit that fits into no part.
    """
    placed = prompt.rendered.placed
    units = prompt.unit_of_tokens()
    counts = np.bincount(units[units >= 0], minlength=len(placed)) + 3  # and what stands between two units
    if len(counts) and counts.max() > limit:
        longest = placed[int(counts.argmax())]
        label = prompt.documents[longest.doc_index].units[longest.unit_index].label
        raise DoesNotFit(f"{label} has {int(counts.max()):,} tokens, and a part holds {limit:,}", "use a longer window")
    parts, begin = [], 0
    while begin < len(placed):
        end = begin + int(np.searchsorted(np.cumsum(counts[begin:]), limit, side="right"))
        kept = {(placed[i].doc_index, placed[i].unit_index) for i in range(begin, end)}
        parts.append(tuple(_only(doc, number, kept) for number, doc in enumerate(prompt.documents)))
        if end >= len(placed):
            break
        back = int(np.searchsorted(np.cumsum(counts[begin:end][::-1]), overlap, side="right"))
        begin = max(begin + 1, end - back)
    return parts


def _only(document: Document, number: int, kept: set[tuple[int, int]]) -> Document:
    units = tuple(u if (number, u.index) in kept else replace(u, in_flow=False) for u in document.units)
    return replace(document, units=units)


@dataclass
class PartsReader:
    """Collects, part by part, where the heads look and what the part answers; then answers from the union."""

    documents: Sequence[Document]
    task: Task
    heads: HeadTable | None = None
    num_parts: int = 0
    answers: list[str] = field(default_factory=list)
    seen: dict[SourceSpan, float] = field(default_factory=dict)  # mass of the heads by sentence
    agreeing: dict[SourceSpan, float] = field(default_factory=dict)
    part_of: dict[SourceSpan, int] = field(default_factory=dict)

    def take(self, asker: Asker, limit: int = 128, locator: Locator | None = None) -> None:
        """One part that was read: its own answer, and the sentences it may rest on (`locator`: of the part)."""
        number, self.num_parts = self.num_parts, self.num_parts + 1
        self.answers.append(asker.ask(self.task.instruction, self.task.question, max_new_tokens=limit).text)
        if self.heads is None or not self.heads.heads:
            return
        locator = locator or Locator(PassageIndex.build(asker.prompt.documents))
        masses = asker.masses(self.task.question, self.heads.heads, self.task.instruction)
        mean = masses.of_sentences(locator.sentences).mean(0)
        agreeing = masses.num_agreeing(locator.sentences)
        for at in locator.rank_by_heads(masses, NUM_BY_HEADS):
            span = locator.sentences[at].span
            if mean[at] > self.seen.get(span, 0.0):
                self.seen[span], self.agreeing[span], self.part_of[span] = float(mean[at]), agreeing, number

    def answer(self, asker: Asker, effort: Effort, limit: int = 128, locator: Locator | None = None) -> Looked:
        """The answer from the union of the parts' evidence, held against that of the part that the heads named."""
        locator = locator or Locator(PassageIndex.build(self.documents))
        looker = _UnionLooker(asker, locator, self, effort, limit)
        return looker.look(self.task, self.first())

    def first(self) -> str:
        """The answer of the part where the heads saw most, or of the first part that answers."""
        if self.seen:
            return self.answers[self.part_of[max(self.seen, key=lambda s: self.seen[s])]]
        return next((a for a in self.answers if not is_refusal(a)), self.answers[0])

    def as_json(self) -> dict[str, Any]:
        """The "parts" object of the JSON."""
        return {"count": self.num_parts, "answers": self.answers}


class _UnionLooker(Looker):
    """A look at evidence that was found before; no part is in view."""

    def __init__(self, asker: Asker, locator: Locator, parts: PartsReader, effort: Effort, limit: int) -> None:
        super().__init__(asker, locator, parts.heads, effort, limit)
        self.parts = parts

    def _too_long(self, task: Task) -> bool:
        return True

    def evidence(
        self, task: Task, kind: QuestionKind, masses: HeadMasses | None = None
    ) -> tuple[Located, Signs]:
        """The sentences with the most mass in any part, and those that hold the question's words."""
        numbers = {s.span: s.number for s in self.locator.sentences}
        best = sorted((s for s in self.parts.seen if s in numbers), key=lambda s: -self.parts.seen[s])
        by_words = self.locator.rank_by_words(kind.matter)
        by_heads = tuple(numbers[s] for s in best)
        spoken = self.locator.spoken(kind.matter) if kind.judged else None
        chosen = [*(spoken.clauses if spoken else ()), *chosen_of(by_words, by_heads)]
        located = replace(self.locator.shown(list(dict.fromkeys(chosen)), by_words, by_heads), spoken=spoken)
        mass = agreeing = None
        if best and self.heads is not None:
            mass = self.heads.times_absent(self.parts.seen[best[0]])
            agreeing = self.parts.agreeing[best[0]]
        return located, self._signs(task, kind, mass, agreeing)
