# ruff: noqa: E501 (patterns)
"""A clause that plainly holds what a question asks for: it is shown where the model finds no answer, or says another thing.

"Not found" is not true beside "（1）結婚休暇　本人が結婚するとき　5日" where 結婚したら何日休めますか is asked: a value of the
kind that is asked for, in the sentence that the heads look at, with words of the question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.evidence.heads.sentence import Sentence
from tsel_core.evidence.locating.everyday import speaks_of_the_same
from tsel_core.evidence.locating.kind import QuestionKind
from tsel_core.evidence.locating.locate import Located, Locator
from tsel_core.evidence.locating.signs import SEEN_MASS, Signs
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import same_value
from tsel_core.text.values import extract_values
from tsel_core.trust.claims.parts.expected import ASKS_BEFORE, fitting, unexpected
from tsel_core.trust.claims.parts.list_asked import asks_only_of
from tsel_core.trust.question_match import same_script

_AGREE = 0.66  # of the heads that name the same sentence
_MOST = 2  # sentences that the heads look at most
_HELD = 0.1  # share of the question's words that such a sentence has
_BY_WORDS, _AHEAD = 0.5, 0.15  # the same where the heads say nothing, and how far it is ahead of the next one
_ASKS_BACK = ("?", "？", "か。")
_UNIT = lazy_pattern(r"\bhow many (?:(?:business|working|calendar) )?(?:days|weeks|months|years|hours|minutes|times|people)\b", re.I)  # of any value
_LENGTH = lazy_pattern(r"\bhow (?:long|many (?:\w+ )?(?:days|weeks|months|years|hours|minutes)|much (?:\w+ )?(?:notice|time|leave))\b", re.I)
_LABEL = lazy_pattern(r"^[^\w\n]{0,8}(?P<label>\w[^:：。、|\t\n]{0,30}?)\s{0,4}[:：|\t]\s*\S")


def told_clause(question: str, kind: QuestionKind, locator: Locator, located: Located, signs: Signs) -> Sentence | None:
    """The located sentence that plainly holds what is asked for; None where none does, or another thing than a value is asked for."""
    if kind.judged or kind.about_document or ASKS_BEFORE.search(question) or not same_script(question, locator.index):
        return None
    labelled = _labelled(question, locator, located.ranked)
    if labelled is not None:
        return labelled
    if fitting("", question) is None:
        return None
    wording = locator.word(_UNIT.sub("how much", kind.matter))
    seen = (signs.mass or 0.0) >= SEEN_MASS and (signs.heads_agree or 0.0) >= _AGREE
    for number in located.by_heads[:_MOST] if seen else ():
        sentence = locator.sentences[number]
        words = locator.text(sentence.span)
        about = wording.share_of(words) >= _HELD or speaks_of_the_same(kind.matter, words)
        if about and _fits(question, locator.index.text(sentence.span)):
            return sentence
    shares = sorted(((wording.share_of(locator.text(s.span)), -s.number, s) for s in located.ranked), reverse=True)
    if not shares or shares[0][0] < _BY_WORDS or not _fits(question, locator.index.text(shares[0][2].span)):
        return None
    return shares[0][2] if len(shares) == 1 or shares[0][0] - shares[1][0] >= _AHEAD else None


def beside_the_point(answer: str, question: str) -> bool:
    """Whether an answer has values, and none of the kind that its question asks for: an amount for a due day."""
    values = [v for v in extract_values(answer) if v.kind != "name"]
    return bool(values) and fitting(answer, question) == [] and unexpected(answer, values, question) != ""


def _fits(question: str, text: str) -> bool:
    if text.rstrip().endswith(_ASKS_BACK):
        return False
    asked = extract_values(question)
    values = fitting(text, question) or []
    if _LENGTH.search(question):  # "Marriage: 4 days" is no time from or to something, and says how many days
        values = [*values, *(v for v in extract_values(text) if v.kind == "duration")]
    return any(not any(same_value(v, a) for a in asked) for v in values)


def _labelled(question: str, locator: Locator, ranked: Sequence[Sentence]) -> Sentence | None:
    """The one row whose label is all that a question asks about: "欠席者：古賀" of すべての欠席者を教えてください."""
    found = []
    for sentence in ranked:
        match = _LABEL.match(locator.index.text(sentence.span))
        if match is not None and asks_only_of(match["label"], question):
            found.append(sentence)
    return found[0] if len(found) == 1 else None
