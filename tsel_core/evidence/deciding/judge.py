"""Judgements by logits: yes or no, true or false or not mentioned, does it say so at all. No refusal is on offer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tsel_core.evidence.asking.asker import Asker
from tsel_core.evidence.locating.kind import QuestionKind
from tsel_core.prompts.library import prompt_list, prompt_text
from tsel_core.text.language import Lang

_LEAST = 1e-4  # of a probability: its log-odds stay finite


@dataclass(frozen=True, slots=True)
class Judgement:
    """Options with their probabilities (they add up to 1), in the language of the question.

    `prior` is what is said of the same question where no evidence is shown: a model leans to an option by the question
    alone ("may it be audited?": yes), and only what the evidence adds to that speaks for it. () where it was not asked.
    """

    options: tuple[str, ...]
    shares: tuple[float, ...]
    prior: tuple[float, ...] = ()

    @property
    def yes(self) -> float:
        """Probability of the first option (yes, true)."""
        return self.shares[0]

    def lift(self, option: int = 0) -> float:
        """What the evidence adds to the log-odds of an option (nats)."""
        return log_odds(self.shares[option]) - (log_odds(self.prior[option]) if self.prior else 0.0)


def log_odds(share: float) -> float:
    """ln(p / (1 - p)), finite for 0 and 1."""
    return math.log(max(share, _LEAST) / max(1 - share, _LEAST))


def judge(asker: Asker, kind: QuestionKind, passages: Sequence[str], *, alone: bool, prior: bool = False) -> Judgement:
    """The answer to a yes/no question or to the truth of a statement, from passages (or with the document in view)."""
    name = "truth" if kind.kind == "truth" else "yesno"
    options, instruction = prompt_list("judge", f"{name}_options", kind.lang), prompt_text("judge", name, kind.lang)
    before: tuple[float, ...] = ()
    if prior:
        nothing = [prompt_text("judge", "nothing", kind.lang)]
        before = asker.choose(instruction, options, nothing, kind.matter, alone=True, once=True, by_first=True)
    shares = asker.choose(instruction, options, passages, kind.matter, alone=alone, once=alone, by_first=True)
    return Judgement(options, shares, before)


def judge_clauses(asker: Asker, kind: QuestionKind, clauses: Sequence[str]) -> list[float]:
    """How likely each clause by itself answers a yes/no question with yes, or says that a statement is true."""
    options = prompt_list("judge", "yesno_options", kind.lang)
    instruction = prompt_text("judge", "clause_truth" if kind.kind == "truth" else "clause", kind.lang)

    def likely(clause: str) -> float:
        return asker.choose(instruction, options, [clause], kind.matter, alone=True, once=True, by_first=True)[0]

    return [likely(clause) for clause in clauses]


def holds_answer(asker: Asker, question: str, lang: Lang, passages: Sequence[str], *, alone: bool = True) -> float:
    """How likely the passages hold the answer to a question at all."""
    options = prompt_list("judge", "answers_options", lang)
    instruction = prompt_text("judge", "answers", lang)
    return asker.choose(instruction, options, passages, question, alone=alone, by_first=True)[0]
