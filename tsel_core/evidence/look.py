"""The second look: a first answer held against what the located evidence says by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from tsel_core.evidence.agree import agree, polarity
from tsel_core.evidence.asker import Asker
from tsel_core.evidence.head_table import HeadTable
from tsel_core.evidence.judge import Judgement, holds_answer, judge
from tsel_core.evidence.kind import QuestionKind, question_kind
from tsel_core.evidence.locate import Located, Locator
from tsel_core.evidence.masses import HeadMasses
from tsel_core.evidence.signs import STRONG, WEAK, Signs
from tsel_core.prompts.library import prompt_text
from tsel_core.prompts.tasks import NOT_FOUND, Task
from tsel_core.text.refusal import is_refusal
from tsel_core.trust.question_match import match_question

Confidence = Literal["confident", "unsure"]
Effort = Literal["quick", "normal", "high"]
CLEAR = 0.65  # probability of an option that is said plainly
_YES_WORDS = {"en": "Yes", "ja": "はい"}
_NO_WORDS = {"en": "No", "ja": "いいえ"}


@dataclass(frozen=True)
class Looked:
    """The answer that was chosen, whether it is to be relied on, and what it rests on.

    `looks`: the other answers by the way they were made ("document", "evidence", "evidence last"), judgements. `other`
    is the answer that disagrees, shown beside an unsure one; "" where there is none.
    """

    text: str
    confidence: Confidence
    located: Located
    signs: Signs
    kind: QuestionKind
    looks: dict[str, Any] = field(default_factory=dict)
    other: str = ""
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        """How it came about, as the JSON shows it."""
        return {
            "why": self.why,
            "other": self.other,
            "question_kind": self.kind.kind,
            "signs": self.signs.as_json(),
            "answers": self.looks,
        }


class Looker:
    """Looks again at questions about one document."""

    def __init__(
        self, asker: Asker, locator: Locator, heads: HeadTable | None, effort: Effort = "normal", limit: int = 128
    ) -> None:
        self.asker, self.locator, self.heads, self.effort, self.limit = asker, locator, heads, effort, limit

    def look(self, task: Task, first: str, masses: HeadMasses | None = None) -> Looked:
        """Hold `first`, the answer from the whole document, against the evidence.

        `masses`: what the heads saw when the question was read; None: it is read for them once more.
        """
        kind = question_kind(task.question)
        located, signs = self.evidence(task, kind, masses)
        if not located.texts:
            refused = is_refusal(first) and signs.strength < 0
            return Looked(first, "confident" if refused else "unsure", located, signs, kind, why="no-evidence")
        decide = self._judged if kind.judged else self._answered
        return decide(task, first, kind, located, signs)

    def evidence(
        self, task: Task, kind: QuestionKind, masses: HeadMasses | None = None
    ) -> tuple[Located, Signs]:
        """Where the question is answered, and the signs that it is."""
        if masses is None and self.heads is not None and not self._too_long(task):
            masses = self.asker.masses(task.question, self.heads.heads, task.instruction)
        located = self.locator.locate(task.question, masses)
        mass = heads_agree = None
        if masses is not None and self.heads is not None:
            mass = self.heads.relative_mass(masses.best_mass(self.locator.sentences))
            heads_agree = masses.num_agreeing(self.locator.sentences)
        holds = self._holds(task, kind, located)
        return located, Signs(match_question(task.question, self.locator.index).share, mass, heads_agree, holds)

    def _holds(self, task: Task, kind: QuestionKind, located: Located) -> float | None:
        """The model's own word that the evidence holds an answer; not asked where it judges the answer itself."""
        if not located.texts or kind.judged:
            return None
        return holds_answer(self.asker, task.question, kind.lang, located.texts)

    def _too_long(self, task: Task) -> bool:
        """Whether the question does not fit behind the document any more."""
        asker = self.asker
        tail = asker.template.tail(task.instruction, task.question, (), task.lang, alone=False)
        window = asker.engine.loaded.info.trained_window
        return asker.reading.beyond is not None or asker.prompt.doc_end + len(tail) > window

    def _alone(self, task: Task, located: Located, name: str = "answer") -> str:
        instruction = prompt_text("look", name, task.lang)
        return self.asker.ask(instruction, task.question, located.texts, self.limit, alone=True).text

    def _last(self, task: Task, located: Located) -> str:
        return self.asker.ask(task.instruction, task.question, located.texts, self.limit).text

    def _answered(self, task: Task, first: str, kind: QuestionKind, located: Located, signs: Signs) -> Looked:
        """Questions that are answered in words: the first answer, the evidence's, and a third where they differ."""
        alone = self._alone(task, located)
        looks: dict[str, Any] = {"document": first, "evidence": alone}
        say = _Saying(located, signs, kind, looks)
        if is_refusal(first) and is_refusal(alone):
            return self._both_refuse(task, located, say)
        same = agree(first, alone, task.question)
        if same and self.effort != "high":
            return say(first, "confident" if signs.strength > WEAK else "unsure", "agree")
        last = looks["evidence last"] = first if self._too_long(task) else self._last(task, located)
        if is_refusal(alone):
            if signs.strength < 0 or is_refusal(last):
                return say(NOT_FOUND[task.lang], "unsure", "evidence-refuses", other=first)
            return say(first, "unsure", "evidence-refuses")
        if is_refusal(first):
            if signs.strength <= WEAK and is_refusal(last):
                return say(NOT_FOUND[task.lang], "unsure", "document-refuses", other=alone)
            sure = agree(last, alone, task.question) and signs.strength >= STRONG
            return say(alone, "confident" if sure else "unsure", "document-refuses")
        if same:
            sure = agree(last, alone, task.question)
            return say(first, "confident" if sure else "unsure", "agree")
        if agree(last, alone, task.question):
            return say(alone, "confident" if signs.strength >= STRONG else "unsure", "two-of-three", other=first)
        return say(alone, "unsure", "disagree", other=first)

    def _both_refuse(self, task: Task, located: Located, say: _Saying) -> Looked:
        """A refusal is final unless the evidence is strong: then the answer is shown, and never as a sure one."""
        if say.signs.strength < STRONG:
            return say(NOT_FOUND[task.lang], "confident" if say.signs.strength < 0 else "unsure", "not-found")
        bound = say.looks["evidence, no refusal"] = self._alone(task, located, "answer_bound")
        if is_refusal(bound) or not bound:
            return say(NOT_FOUND[task.lang], "unsure", "not-found")
        return say(bound, "unsure", "refused-against-evidence")

    def _judged(self, task: Task, first: str, kind: QuestionKind, located: Located, signs: Signs) -> Looked:
        """Yes or no, true or false: judged by logits; the first answer's words stay where they say the same."""
        alone = judge(self.asker, task.question, kind, located.texts, alone=True)
        looks: dict[str, Any] = {"document": first, "judged": dict(zip(alone.options, _rounded(alone), strict=True))}
        shares = [alone]
        if not self._too_long(task):
            last = judge(self.asker, task.question, kind, located.texts, alone=False)
            looks["judged in view"] = dict(zip(last.options, _rounded(last), strict=True))
            shares.append(last)
        columns = zip(*(j.shares for j in shares), strict=True)
        mean = Judgement(alone.options, tuple(sum(column) / len(shares) for column in columns))
        say = _Saying(located, signs, kind, looks)
        same_way = len({j.best for j in shares}) == 1
        verdict = mean.best
        said = polarity(first)
        wanted = {0: True, 1: False}.get(mean.options.index(verdict))
        plain = max(mean.shares) >= CLEAR and same_way
        if said is not None and said == wanted:
            return say(first, "confident" if plain else "unsure", "judged")
        text = self._verdict_text(task, verdict, wanted, located)
        sure = plain and said is None
        return say(text, "confident" if sure else "unsure", "judged", other="" if is_refusal(first) else first)

    def _verdict_text(self, task: Task, verdict: str, wanted: bool | None, located: Located) -> str:
        """The judgement with the sentence it rests on, whole; a No says that nothing was found."""
        if wanted is None:
            return NOT_FOUND[task.lang]
        if not wanted and verdict in _NO_WORDS.values():
            return f"{verdict}{_stop(task)} {NOT_FOUND[task.lang]}".replace("。 ", "。")
        words = " ".join(self.locator.index.text(located.ranked[0].span).split())
        quote = f"「{words}」" if task.lang == "ja" else f'"{words}"'
        return f"{verdict}{_stop(task)}{'' if task.lang == 'ja' else ' '}{quote}"


def _stop(task: Task) -> str:
    return "。" if task.lang == "ja" else "."


def _rounded(judgement: Judgement) -> list[float]:
    return [round(share, 3) for share in judgement.shares]


@dataclass(frozen=True)
class _Saying:
    """Makes the outcome of one question."""

    located: Located
    signs: Signs
    kind: QuestionKind
    looks: dict[str, Any]

    def __call__(self, text: str, confidence: str, why: str, *, other: str = "") -> Looked:
        return Looked(text, confidence, self.located, self.signs, self.kind, self.looks, other, why)  # type: ignore[arg-type]


