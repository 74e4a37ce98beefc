"""The second look: a first answer held against what the located evidence says by itself."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from tsel_core.evidence.asking.asker import Asker
from tsel_core.evidence.asking.reply import Reply
from tsel_core.evidence.deciding.clause import Clauses
from tsel_core.evidence.deciding.decide import (
    Decision,
    Take,
    decide_answer,
    decide_cell,
    decide_third,
    decide_turn,
    decide_value,
)
from tsel_core.evidence.deciding.judge import holds_answer
from tsel_core.evidence.deciding.judged import look_judged, no_evidence
from tsel_core.evidence.deciding.only_value import only_value
from tsel_core.evidence.deciding.told import told_instead
from tsel_core.evidence.heads.head_table import HeadTable
from tsel_core.evidence.heads.masses import HeadMasses
from tsel_core.evidence.locating.agree import agree, contained, says_nothing
from tsel_core.evidence.locating.kind import QuestionKind, question_kind
from tsel_core.evidence.locating.locate import Located, Locator
from tsel_core.evidence.locating.looked import Confidence, Looked
from tsel_core.evidence.locating.looked import Effort as Effort
from tsel_core.evidence.locating.quoted_clause import quoted_clause, quoted_places
from tsel_core.evidence.locating.signs import ENOUGH, PLAIN_MASS, Signs
from tsel_core.evidence.locating.title import asks_title, title_of
from tsel_core.evidence.locating.turns import the_turn
from tsel_core.evidence.locating.typed import people_stand, value_stands, values_beside, values_plain, values_told
from tsel_core.evidence.locating.which_paper import told_papers
from tsel_core.prompts.library import prompt_in
from tsel_core.prompts.tasks import NOT_FOUND, Task
from tsel_core.text.refusal import is_refusal
from tsel_core.text.same_values import all_alike
from tsel_core.trust.claims.other_fact.cells import told_cell
from tsel_core.trust.claims.parts.words import is_japanese
from tsel_core.trust.foreign import foreign_tongue
from tsel_core.trust.question_match import match_question, same_script

_FEW = 3  # sentences that a third answer is read from, with their neighbours
_SEEN = 2  # sentences that the heads look at most


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
        papers, sure = told_papers(task.question, self.locator)
        if papers:
            looks = {"document": first, "papers": papers}
            return self._said(papers, Decision("evidence", sure, "papers"), located, signs, kind, looks)
        if not located.texts:
            return self._unlocated(task, first, kind, located, signs)
        clause, sure = quoted_clause(task.question, self.locator), True
        if not clause:
            clause, sure = quoted_places(task.question, self.locator, prompt_in("look", "several", task.answer_lang))
        if clause:
            looks = {"document": first, "clause": clause}
            return self._said(clause, Decision("evidence", sure, "clause"), located, signs, kind, looks)
        title = title_of(self.locator) if asks_title(kind.bare) and not kind.judged else ""
        if title:
            return self._titled(first, title, kind, located, signs)
        if kind.judged:
            return look_judged(self.asker, self.locator, task, first, kind, located, signs)
        return self._answered(task, first, kind, located, signs)

    def evidence(
        self, task: Task, kind: QuestionKind, masses: HeadMasses | None = None
    ) -> tuple[Located, Signs]:
        """Where the question is answered, and the signs that it is."""
        if masses is None and self.heads is not None and self.heads.heads and not self._too_long(task):
            masses = self.asker.masses(task.question, self.heads.heads, task.instruction)
        located = self.locator.locate(kind.matter, masses, opening=kind.about_document, judged=kind.judged)
        turn = None if kind.judged else the_turn(kind.matter, self.locator)
        if turn is not None:
            found = self.locator.shown(turn.sentences, located.by_words, located.by_heads, near=False)
            located = replace(found, texts=(turn.shown,), turn=turn)
        mass = heads_agree = None
        if masses is not None and self.heads is not None:
            mass = self.heads.times_absent(masses.best_mass(self.locator.sentences))
            heads_agree = masses.num_agreeing(self.locator.sentences)
        return located, self._signs(task, kind, mass, heads_agree)

    def _signs(self, task: Task, kind: QuestionKind, mass: float | None, heads_agree: float | None) -> Signs:
        """The signs without a further question to the model; words say nothing across languages."""
        if not same_script(task.question, self.locator.index):
            return Signs(None, mass, heads_agree)
        worded = None if kind.about_document else self.locator.word(kind.matter).share()
        return Signs(match_question(task.question, self.locator.index).share, mass, heads_agree, worded=worded)

    def _too_long(self, task: Task) -> bool:
        """Whether the question does not fit behind the document any more."""
        asker = self.asker
        tail = asker.template.tail(task.instruction, task.question, (), task.lang)
        window = asker.engine.loaded.info.trained_window
        end = asker.prompt.doc_end + asker.reading.cache.offset
        return asker.reading.beyond is None and end + len(tail) > window

    def _alone(self, task: Task, located: Located, name: str = "answer") -> Reply:
        instruction = prompt_in("look", name, task.answer_lang)
        reply = self.asker.ask(instruction, task.question, located.texts, self.limit, alone=True, scored=False)
        if not self._is_foreign(reply.text, task):
            return reply
        instruction = prompt_in("look", "in_language", task.answer_lang) + instruction
        reply = self.asker.ask(instruction, task.question, located.texts, self.limit, alone=True, scored=False)
        return replace(reply, text=self._own(reply.text, task))

    def _is_foreign(self, text: str, task: Task) -> bool:
        documents = self.locator.index.documents
        return bool(foreign_tongue(text, task.question, task.answer_lang, documents))

    def _own(self, text: str, task: Task) -> str:
        """An answer, a refusal in the place of one in a language that nobody asked for."""
        return NOT_FOUND[task.answer_lang] if self._is_foreign(text, task) else text

    def fewer(self, located: Located) -> Located:
        """The few best passages of the evidence: other things of its kind are not beside them."""
        best = (located.by_heads or located.by_words)[:_FEW]
        return self.locator.shown(best, located.by_words, located.by_heads)

    def _last(self, task: Task, located: Located) -> str:
        return self.asker.ask(task.instruction, task.question, located.texts, self.limit, scored=False).text

    def _answered(self, task: Task, first: str, kind: QuestionKind, located: Located, signs: Signs) -> Looked:
        """Questions that are answered in words: the evidence is asked alone, unless the values stand plainly."""
        cell = None
        if located.turn is None and not kind.about_document:
            cell = told_cell(task.question, self.locator.index.documents, located.spans)
        if self._plain(task, first, kind, located, signs) and (cell is None or cell.told_by(first)):
            looks = {"document": first}
            return self._said(first, Decision("first", True, "values"), located, signs, kind, looks)
        reply = self._alone(task, located)
        alone, ended = reply.text, reply.ended
        looks = {"document": first, "evidence": alone}
        first = self._own(first, task)
        if not self._settled(first, alone, signs, task.question):
            signs = replace(signs, holds=holds_answer(self.asker, task.question, kind.lang, located.texts))
        stands = self._stands(first, task, kind, located)
        decision = decide_answer(first, alone, signs, task.question, self._people, stands)
        if located.turn is None and decision.why == "disagree":
            third = looks["best evidence"] = self._alone(task, self.fewer(located)).text
            decision = decide_third(decision, third, first, alone, task.question, self._people)
        if located.turn is not None:
            held = [located.turn.holds(said, task.question, self._people) for said in (first, alone)]
            decision = decide_turn(decision, first, alone, task.question, held[0], held[1])
        value = None
        if located.turn is None and decision.why != "no-sign" and not kind.about_document:
            value = only_value(task.question, located.texts, self.locator.word(kind.matter))
        if value is not None:
            decision = decide_value(decision, value, first, alone, task.question)
        if cell is not None:
            decision = decide_cell(decision, cell, first, alone)
        if self.effort == "high" and not self._too_long(task):
            last = looks["evidence last"] = self._last(task, located)
            decision = self._with_third(decision, last, first, alone, task)
        found = cell.words if cell and decision.why == "cell" else value.phrase if value else ""
        said = {"first": first, "evidence": alone, "value": found}
        text = said.get(decision.take, NOT_FOUND[task.answer_lang])
        if decision.take == "ask":
            reply = self._alone(task, located, "answer_bound")
            bound, ended = reply.text, reply.ended
            looks["evidence, no refusal"] = bound
            text = NOT_FOUND[task.answer_lang] if says_nothing(bound, task.question) else bound
            if value is not None and (is_refusal(text) or value.missed_by(text, task.question)):
                decision, text = Decision("value", False, "value"), value.phrase
        if decision.take == "none" and is_refusal(first):
            text = first
        told = told_instead(text, task.question, kind, self.locator, located, signs)
        if told is not None:  # no refusal is true beside a sentence that holds what is asked for
            located = replace(located, ranked=told.sentences)  # its words may stand elsewhere, too
            return self._said(told.text, Decision("value", False, "told"), located, signs, kind, looks)
        if kind.quotes and decision.take in ("first", "evidence", "value") and not says_nothing(text, task.question):
            text = Clauses(self.asker, self.locator, kind, located).added(text, True, task.lang, looks)
        other = said.get(decision.shown, "")
        looked = self._said(text, decision, located, signs, kind, looks, other)
        return replace(looked, cut=not ended and decision.take in ("evidence", "ask"))

    def _stands(self, first: str, task: Task, kind: QuestionKind, located: Located) -> bool | None:
        """Whether the values and people of an answer stand where its subject stands."""
        wording = self.locator.word(kind.matter)
        if not people_stand(first, task.question, located.texts, wording, self._people):
            return False
        stands = value_stands(first, task.question, located.texts, wording)
        return True if stands is False and self._seen(first, task, located) else stands

    def _seen(self, first: str, task: Task, located: Located) -> bool:
        """Whether the sentences that the heads look at most hold the values of an answer."""
        told = values_beside(first, task.question)
        seen = (self.locator.sentences[n] for n in located.by_heads[:_SEEN])
        return bool(told) and any(all_alike(told, values_told(self.locator.index.text(s.span))) for s in seen)

    def _titled(self, first: str, title: str, kind: QuestionKind, located: Located, signs: Signs) -> Looked:
        """What a document is called stands at its head: an answer that names something else is another thing's name.

        A line in capitals there, or a Japanese one, is sure by itself.
        """
        looks: dict[str, Any] = {"document": first, "title": title}
        same = contained(title, first)
        sure = same or title.isupper() or is_japanese(title)
        decision = Decision("first" if same else "evidence", sure, "title", "" if same else "first")
        other = "" if same or is_refusal(first) else first
        return self._said(first if same else title, decision, located, signs, kind, looks, other)

    def _plain(self, task: Task, first: str, kind: QuestionKind, located: Located, signs: Signs) -> bool:
        more = self.effort == "high" or kind.quotes or kind.about_document
        if more or (signs.mass is not None and signs.mass < PLAIN_MASS):
            return False
        return values_plain(first, task.question, located.texts, self.locator.word(kind.matter))

    def _settled(self, first: str, alone: str, signs: Signs, question: str) -> bool:
        """Whether two answers agree on what the document plainly speaks of: no further sign would change that."""
        said = not says_nothing(first, question) and not says_nothing(alone, question)
        return said and signs.strength - 1 >= ENOUGH and agree(first, alone, question, self._people)

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

    def _unlocated(self, task: Task, first: str, kind: QuestionKind, located: Located, signs: Signs) -> Looked:
        """No word of the question stands in the document, and no head looks anywhere."""
        looks: dict[str, Any] = {"document": first}
        first = self._own(first, task)
        refused = is_refusal(first)
        if not refused and signs.words_share is None:
            return self._said(first, Decision("first", False, "no-evidence"), located, signs, kind, looks)
        nothing = no_evidence(task, kind) if kind.judged else NOT_FOUND[task.answer_lang]
        text = first if refused and not kind.judged else nothing
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

