"""Which answer stands, and whether it is to be relied on: from the answers, the signs and the judgement alone.

Limits were set on dev documents (docs/trust.md); nothing here asks the model anything.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from tsel_core.evidence.deciding.only_value import OnlyValue
from tsel_core.evidence.locating.agree import agree, says_nothing
from tsel_core.evidence.locating.signs import ENOUGH, EVIDENT, NONE, PLAINLY_NONE, SEEN_MASS, STRONG, Signs
from tsel_core.text.refusal import is_refusal
from tsel_core.trust.claims.other_fact.cells import ToldCell

Take = Literal["first", "evidence", "none", "ask", "value"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What to say: the first answer, the evidence's, or nothing found.

    "ask": both refuse although the evidence is strong, so it is asked once more without a way out. "value": no answer
    says what is asked for, and the evidence holds one value that can be meant: its phrase is the answer. `shown` is the
    answer beside it when it is unsure.
    """

    take: Take
    sure: bool
    why: str
    shown: Literal["", "first", "evidence", "value"] = ""


def decide_answer(
    first: str,
    alone: str,
    signs: Signs,
    question: str,
    people: Collection[str] = (),
    stands: bool | None = None,
) -> Decision:
    """Of a question that is answered in words: `first` from the document, `alone` from its evidence.

    `stands`: whether the values of `first` stand in the evidence beside the question's subject (None: none asked for).
    """
    strength = signs.strength
    empty, refused = says_nothing(first, question), says_nothing(alone, question)
    seen = signs.plainly_seen and not empty
    if strength < NONE or not signs.spoken_of:
        told = seen or ((signs.mass or 0.0) > SEEN_MASS and not empty)
        if told and not refused and agree(first, alone, question, people):
            return Decision("first", False, "seen")  # in quite other words
        sure = empty and strength < PLAINLY_NONE
        return Decision("none", sure, "no-sign", "" if empty else "first")
    if empty and refused:
        return Decision("ask" if strength >= STRONG else "none", False, "not-found")
    if empty:
        return Decision("evidence", False, "document-refuses")
    if refused:
        kept = strength >= ENOUGH or seen
        return Decision("first" if kept else "none", False, "evidence-refuses", "" if kept else "first")
    if agree(first, alone, question, people):
        sure = stands is not False and (signs.enough or signs.plainly_seen)
        return Decision("first", sure, "agree")
    if strength >= EVIDENT:
        return Decision("evidence", False, "disagree", "first")
    return Decision("first", False, "disagree", "evidence")


def decide_third(
    decision: Decision, third: str, first: str, alone: str, question: str, people: Collection[str] = ()
) -> Decision:
    """Of two answers that differ the one that a third, of the few best passages, agrees with; else the evidence's.

    Nothing is sure: four of ten such answers were right (docs/dev/unseen-questions.md).
    """
    if decision.why != "disagree":
        return decision
    with_first = not says_nothing(third, question) and agree(third, first, question, people)
    if with_first and not agree(third, alone, question, people):
        return Decision("first", False, "disagree", "evidence")
    return Decision("evidence", False, "disagree", "first")


def decide_cell(decision: Decision, cell: ToldCell, first: str, alone: str) -> Decision:
    """The same where a question names row and column of a table: what states that cell stands, else its own words do.

    Nothing new is sure: what a row or column is called may be told in other words elsewhere.
    """
    said = {"first": first, "evidence": alone}
    if decision.take not in ("first", "evidence") or cell.told_by(said[decision.take]):
        return decision
    other: Literal["first", "evidence"] = "evidence" if decision.take == "first" else "first"
    if cell.told_by(said[other]):
        return Decision(other, False, "cell", decision.take)
    return Decision("value", False, "cell", decision.take)


def decide_value(decision: Decision, value: OnlyValue, first: str, alone: str, question: str) -> Decision:
    """The same where code finds the only value that a question can mean: an answer without it does not say it.

    What states it stands against what states none. Where the answer states another one, or none does, nothing is sure.
    """
    said = {"first": first, "evidence": alone}
    if decision.take not in ("first", "evidence") or is_refusal(said[decision.take]):
        return decision
    other: Literal["first", "evidence"] = "evidence" if decision.take == "first" else "first"
    if value.told_by(said[decision.take]):
        lone = value.plain and value.missed_by(said[other], question)
        return replace(decision, sure=True, why="value", shown="") if lone and decision.why == "disagree" else decision
    if value.told_by(said[other]):
        if not value.missed_by(said[decision.take], question):
            return replace(decision, sure=False, shown=other)
        return Decision(other, value.plain, "value", "" if value.plain else decision.take)
    if value.missed_by(said[decision.take], question):
        return Decision("value", False, "value", decision.take)
    return replace(decision, sure=False, shown="value")


def decide_turn(
    decision: Decision, first: str, alone: str, question: str, first_holds: bool, alone_holds: bool
) -> Decision:
    """The same where one turn of a meeting answers: what names its people and values stands, what names others not.

    `alone` is what that turn was read as, `..._holds` whether an answer is the turn's (evidence.locating.the_turn).
    """
    if alone_holds and not says_nothing(alone, question):
        return Decision("evidence", True, "turn")
    if first_holds and not says_nothing(first, question):
        return Decision("first", False, "turn", "evidence")
    return replace(decision, sure=False, shown=decision.shown or ("evidence" if decision.take == "first" else "first"))
