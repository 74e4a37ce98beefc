"""Which answer stands, and whether it is to be relied on: from the answers, the signs and the judgement alone.

Limits were set on dev documents (docs/trust.md); nothing here asks the model anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from tsel_core.evidence.agree import agree, polarity, says_nothing
from tsel_core.evidence.signs import ENOUGH, EVIDENT, NONE, PLAINLY_NONE, STRONG, Signs
from tsel_core.text.refusal import is_refusal

Take = Literal["first", "evidence", "none", "ask", "yes", "no", "no-clause"]
CLEAR = 0.6  # probability of Yes (or of No) that is said plainly
SPOKEN_OF = 0.24  # words' share from which on a yes/no question is spoken of somewhere
PLAINLY_SPOKEN_OF = 0.42
NOT_SPOKEN_OF = 0.12  # words' share below which nothing of the kind is in the document
UNKNOWN = 0.25  # share of the question's words
PLAIN_CLAUSE = 0.65  # probability that one clause answers with yes
_TRUE_FROM = 0.35  # words' share of a statement from which on two verdicts that agree are sure
_ABSENT_BELOW = 0.20  # below which it is not mentioned
_ABSENT_SURE = 0.30  # below which that is sure where both say so
_EXISTS = re.compile(
    r"^(?:is|are|was|were) there\b"
    r"|^(?:does|do|did) (?:the|this) \w+ (?:contain|include|have|provide|award|mention|state|set)\b"
    r"|(?:定め|規定|記載|条項|取り決め|言及)(?:は|が)?(?:あり|存在し|され)",
    re.I,
)
_ABSENT = re.compile(r"not (?:mentioned|stated)|記載(?:なし|され|が|は)", re.I)


@dataclass(frozen=True, slots=True)
class Decision:
    """What to say: the first answer, the evidence's, nothing found, or a verdict with the clause it rests on.

    "ask": both refuse although the evidence is strong, so it is asked once more without a way out. `shown` is the
    answer beside it when it is unsure.
    """

    take: Take
    sure: bool
    why: str
    shown: Literal["", "first", "evidence"] = ""


def decide_answer(first: str, alone: str, signs: Signs, question: str, people: Collection[str] = ()) -> Decision:
    """Of a question that is answered in words: `first` from the document, `alone` from its evidence."""
    strength = signs.strength
    empty, refused = says_nothing(first, question), says_nothing(alone, question)
    if strength < NONE:
        sure = strength < PLAINLY_NONE or empty or refused
        return Decision("none", sure, "no-sign", "" if empty or sure else "first")
    if empty and refused:
        return Decision("ask" if strength >= STRONG else "none", strength < ENOUGH, "not-found")
    if empty:
        return Decision("evidence", False, "document-refuses")
    if refused:
        kept = strength >= ENOUGH
        return Decision("first" if kept else "none", False, "evidence-refuses", "" if kept else "first")
    if agree(first, alone, question, people):
        return Decision("first", strength >= ENOUGH, "agree")
    if strength >= EVIDENT:
        return Decision("evidence", False, "disagree", "first")
    return Decision("first", False, "disagree", "evidence")


def decide_yesno(first: str, yes: float, signs: Signs, question: str) -> Decision:
    """Of a yes/no question; `yes` is the judgement's probability of it. A refusal is no answer to such a question."""
    share = signs.words_share if signs.words_share is not None else SPOKEN_OF
    said = polarity(first)
    if not is_refusal(first) and first.strip():
        same = said is None or said == (yes >= 0.5)
        plain = (yes >= CLEAR and share >= SPOKEN_OF) or yes <= 1 - CLEAR
        return Decision("first", same and plain and (said is not None or yes >= CLEAR), "judged")
    if yes >= 0.5 and share >= SPOKEN_OF:
        return Decision("yes", yes >= CLEAR and share >= PLAINLY_SPOKEN_OF, "judged")
    if share >= SPOKEN_OF and _EXISTS.search(question.strip()) is None:
        return Decision("no-clause", False, "judged")
    return Decision("no", yes <= 1 - CLEAR or share < NOT_SPOKEN_OF, "judged")


def confirm_yes(decision: Decision, clause: float, unknown: float) -> Decision:
    """A Yes that was refused at first stands on one clause; `clause` is how likely that says yes by itself.

    `unknown` is the share of the question's words that stand nowhere in the document: with such a word and no plain
    clause it is a No, and not a sure one.
    """
    if unknown >= UNKNOWN and clause < PLAIN_CLAUSE:
        return Decision("no", False, "judged")
    return Decision("yes", decision.sure and clause >= CLEAR, "judged")


def decide_truth(first: str, alone: str, signs: Signs) -> Decision:
    """Of a statement that is true, false or not mentioned: `alone` is what the evidence says."""
    share = signs.words_share if signs.words_share is not None else _TRUE_FROM
    if share < _ABSENT_BELOW:
        absent = [verdict(text) is None for text in (first, alone)]
        return Decision("none", all(absent), "no-sign", "" if absent[0] else "first")
    if verdict(first) == verdict(alone):
        found = verdict(first) is not None
        return Decision("first", share >= _TRUE_FROM if found else share < _ABSENT_SURE, "agree")
    return Decision("evidence", False, "disagree", "first")


def verdict(text: str) -> bool | None:
    """True, False, or None for what is not mentioned."""
    return None if _ABSENT.search(text[:40]) and polarity(text) is None else polarity(text)
