"""Judgements by logits: yes or no, true or false or not mentioned, does it say so at all. No refusal is on offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tsel_core.evidence.asker import Asker
from tsel_core.evidence.kind import QuestionKind
from tsel_core.prompts.library import prompt_list, prompt_text
from tsel_core.text.language import Lang


@dataclass(frozen=True, slots=True)
class Judgement:
    """Options with their probabilities (they add up to 1), in the language of the question."""

    options: tuple[str, ...]
    shares: tuple[float, ...]

    @property
    def best(self) -> str:
        """The likeliest option."""
        return self.options[self.shares.index(max(self.shares))]

    @property
    def yes(self) -> float:
        """Probability of the first option (yes, true)."""
        return self.shares[0]


def judge(asker: Asker, question: str, kind: QuestionKind, passages: Sequence[str], *, alone: bool) -> Judgement:
    """The answer to a yes/no question or to the truth of a statement, from passages (or with the document in view)."""
    name = "truth" if kind.kind == "truth" else "yesno"
    options = prompt_list("judge", f"{name}_options", kind.lang)
    asked = kind.statement or question if kind.kind == "truth" else question
    shares = asker.choose(prompt_text("judge", name, kind.lang), options, passages, asked, alone=alone)
    return Judgement(options, shares)


def judge_clauses(asker: Asker, question: str, lang: Lang, clauses: Sequence[str]) -> list[float]:
    """How likely each clause by itself answers a yes/no question with yes."""
    options = prompt_list("judge", "yesno_options", lang)
    instruction = prompt_text("judge", "clause", lang)
    return [asker.choose(instruction, options, [clause], question, alone=True)[0] for clause in clauses]


def holds_answer(asker: Asker, question: str, lang: Lang, passages: Sequence[str], *, alone: bool = True) -> float:
    """How likely the passages hold the answer to a question at all."""
    options = prompt_list("judge", "answers_options", lang)
    return asker.choose(prompt_text("judge", "answers", lang), options, passages, question, alone=alone)[0]
