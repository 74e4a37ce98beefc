"""The second look: a first answer held against what the located evidence says by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from tsel_core.evidence.agree import agree, polarity, says_nothing
from tsel_core.evidence.asker import Asker
from tsel_core.evidence.decide import CLEAR, Decision, Take, confirm_yes, decide_answer, decide_truth, decide_yesno
from tsel_core.evidence.head_table import HeadTable
from tsel_core.evidence.judge import holds_answer, judge, judge_clauses
from tsel_core.evidence.kind import QuestionKind, question_kind
from tsel_core.evidence.locate import Located, Locator
from tsel_core.evidence.masses import HeadMasses
from tsel_core.evidence.signs import Signs
from tsel_core.prompts.library import prompt_list, prompt_text
from tsel_core.prompts.tasks import NOT_FOUND, Task
from tsel_core.text.normalize import normalise
from tsel_core.text.refusal import is_refusal
from tsel_core.trust.question_match import content_words, match_question, same_script

_QUOTED = re.compile(r"[\"“「『]([^\"”」』]{12,})(?:[\"”」』]|$)")
Confidence = Literal["confident", "unsure"]
Effort = Literal["quick", "normal", "high"]


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
            return self._unlocated(task, first, kind, located, signs)
        decide = self._judged if kind.kind == "yesno" else self._answered
        return decide(task, first, kind, located, signs)

    def evidence(
        self, task: Task, kind: QuestionKind, masses: HeadMasses | None = None
    ) -> tuple[Located, Signs]:
        """Where the question is answered, and the signs that it is."""
        if masses is None and self.heads is not None and self.heads.heads and not self._too_long(task):
            masses = self.asker.masses(task.question, self.heads.heads, task.instruction)
        located = self.locator.locate(task.question, masses)
        mass = heads_agree = None
        if masses is not None and self.heads is not None:
            mass = self.heads.times_absent(masses.best_mass(self.locator.sentences))
            heads_agree = masses.num_agreeing(self.locator.sentences)
        holds = self._holds(task, kind, located)
        return located, Signs(self._words_share(task), mass, heads_agree, holds)

    def _words_share(self, task: Task) -> float | None:
        """Share of the question's words in one place; None where question and document are in different languages."""
        if not same_script(task.question, self.locator.index):
            return None
        return match_question(task.question, self.locator.index).share

    def _holds(self, task: Task, kind: QuestionKind, located: Located) -> float | None:
        """The model's own word that the evidence holds an answer; not asked where it judges the answer itself."""
        if not located.texts or kind.judged:
            return None
        return holds_answer(self.asker, task.question, kind.lang, located.texts)

    def _too_long(self, task: Task) -> bool:
        """Whether the question does not fit behind the document any more."""
        asker = self.asker
        tail = asker.template.tail(task.instruction, task.question, (), task.lang)
        window = asker.engine.loaded.info.trained_window
        return asker.reading.beyond is not None or asker.prompt.doc_end + len(tail) > window

    def _alone(self, task: Task, located: Located, name: str = "answer") -> str:
        instruction = prompt_text("look", name, task.lang)
        return self.asker.ask(instruction, task.question, located.texts, self.limit, alone=True).text

    def _last(self, task: Task, located: Located) -> str:
        return self.asker.ask(task.instruction, task.question, located.texts, self.limit).text

    def _answered(self, task: Task, first: str, kind: QuestionKind, located: Located, signs: Signs) -> Looked:
        """Questions that are answered in words, and statements to be judged by words: the evidence is asked alone."""
        alone = self._alone(task, located)
        looks: dict[str, Any] = {"document": first, "evidence": alone}
        if kind.kind == "truth":
            decision = decide_truth(first, alone, signs)
        else:
            decision = decide_answer(first, alone, signs, task.question, self._people)
        if self.effort == "high" and not self._too_long(task):
            last = looks["evidence last"] = self._last(task, located)
            decision = self._with_third(decision, last, first, alone, task)
        text = {"first": first, "evidence": alone}.get(decision.take, NOT_FOUND[task.lang])
        if decision.take == "ask":
            bound = looks["evidence, no refusal"] = self._alone(task, located, "answer_bound")
            text = NOT_FOUND[task.lang] if says_nothing(bound, task.question) else bound
        if decision.take == "none" and is_refusal(first):
            text = first
        if kind.quotes and decision.take in ("first", "evidence") and polarity(text) is not False:
            text = self._with_quote(text, task, located, looks)
        other = {"first": first, "evidence": alone}.get(decision.shown, "")
        return self._said(text, decision, located, signs, kind, looks, other)

    def _with_third(self, decision: Decision, last: str, first: str, alone: str, task: Task) -> Decision:
        """A third answer, with the evidence last in the document: what it agrees with stands, if it was unsure."""
        taken = {"first": first, "evidence": alone}.get(decision.take)
        if taken is None:
            return decision
        if decision.sure:
            return replace(decision, sure=agree(last, taken, task.question, self._people))
        shown = {"first": first, "evidence": alone}.get(decision.shown)
        if shown and agree(last, shown, task.question, self._people) and not agree(last, taken, task.question):
            turned: Take = "first" if decision.shown == "first" else "evidence"
            return Decision(turned, False, "two-of-three", "evidence" if turned == "first" else "first")
        return decision

    def _judged(self, task: Task, first: str, kind: QuestionKind, located: Located, signs: Signs) -> Looked:
        """Yes or no, judged by logits; the first answer's words stay where it gave one."""
        judgement = judge(self.asker, task.question, kind, located.texts, alone=True)
        shares = dict(zip(judgement.options, (round(s, 3) for s in judgement.shares), strict=True))
        looks: dict[str, Any] = {"document": first, "judged": shares}
        decision = decide_yesno(first, judgement.yes, signs, task.question)
        text, clause = first, ""
        if decision.take in ("yes", "no-clause"):
            clause, likely = self._clause(task, located, decision.take == "yes", looks)
            if decision.take == "yes":
                decision = confirm_yes(decision, likely, self._unknown(task))
        if decision.take == "first" and polarity(first) is None and judgement.yes >= CLEAR:
            text = f"{judgement.options[0]}{_stop(task)}{first}"
        if decision.take == "first" and kind.quotes and judgement.yes >= 0.5:
            text = self._with_quote(text, task, located, looks)
        if decision.take == "no":
            text = f"{judgement.options[1]}{_stop(task)}{NOT_FOUND[task.lang]}"
        elif decision.take in ("yes", "no-clause"):
            yes = decision.take == "yes"
            text = f"{judgement.options[0 if yes else 1]}{_stop(task)}{clause}"
        return self._said(text, decision, located, signs, kind, looks)

    def _with_quote(self, text: str, task: Task, located: Located, looks: dict[str, Any]) -> str:
        """An answer to "quote the clause" with the clause behind it, whole, unless it quotes the document already."""
        document = normalise(self.asker.prompt.rendered.text)
        if any(normalise(words) in document for words in _QUOTED.findall(text)) or says_nothing(text, task.question):
            return text
        return f"{_QUOTED.sub('', text).strip()} {self._clause(task, located, True, looks)[0]}"

    def _unknown(self, task: Task) -> float:
        """Share of the question's own (Latin) words that stand nowhere in the document."""
        words = [word for word in content_words(task.question) if word.isascii() and word.isalpha()]
        index = self.locator.index
        known = {feature for context in index.context.values() for feature in context}
        return sum(w not in index.postings and w not in known for w in words) / len(words) if words else 0.0

    def _clause(self, task: Task, located: Located, yes: bool, looks: dict[str, Any]) -> tuple[str, float]:
        """The located sentence that a verdict rests on, quoted whole, and how likely it says yes by itself.

        It is the one that says yes (or no) most.
        """
        sentences = [s for s in located.ranked if is_statement(self.locator.index.text(s.span))] or located.ranked
        likely = judge_clauses(self.asker, task.question, task.lang, [self.locator.text(s.span) for s in sentences])
        looks["clauses"] = [round(share, 3) for share in likely]
        best = (max if yes else min)(range(len(likely)), key=lambda i: likely[i])
        span = sentences[best].span
        words = " ".join(self.locator.index.text(span).split())
        speaker = self.locator.index.documents[span.doc_index].units[span.unit_index].speaker
        words = words.removeprefix(f"{speaker}:").strip() if speaker else words
        return f"「{words}」" if task.lang == "ja" else f'"{words}"', likely[best]

    def _unlocated(self, task: Task, first: str, kind: QuestionKind, located: Located, signs: Signs) -> Looked:
        """No word of the question stands in the document, and no head looks anywhere."""
        looks: dict[str, Any] = {"document": first}
        refused = is_refusal(first)
        if not refused and signs.words_share is None:
            return self._said(first, Decision("first", False, "no-evidence"), located, signs, kind, looks)
        no = prompt_list("judge", "yesno_options", kind.lang)[1] + _stop(task) if kind.kind == "yesno" else ""
        text = first if refused and not no else no + NOT_FOUND[task.lang]
        decision = Decision("none", refused, "no-evidence")
        return self._said(text, decision, located, signs, kind, looks, "" if refused else first)

    @cached_property
    def _people(self) -> frozenset[str]:
        """The speakers of the documents: who is asked for in a meeting."""
        units = (unit for document in self.locator.index.documents for unit in document.units)
        return frozenset(unit.speaker for unit in units if unit.speaker)

    def _said(
        self,
        text: str,
        decision: Decision,
        located: Located,
        signs: Signs,
        kind: QuestionKind,
        looks: dict[str, Any],
        other: str = "",
    ) -> Looked:
        confidence: Confidence = "confident" if decision.sure else "unsure"
        return Looked(text, confidence, located, signs, kind, looks, "" if decision.sure else other, decision.why)


def is_statement(text: str) -> bool:
    """Whether a sentence says something: a question in a meeting, or a lone number, is no clause to rest on."""
    bare = text.strip().rstrip("」』）)\"”")
    return len(bare) > 5 and not bare.endswith(("?", "？", "か。", "か"))


def _stop(task: Task) -> str:
    return "。" if task.lang == "ja" else ". "
