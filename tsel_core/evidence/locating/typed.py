# ruff: noqa: E501 (one pattern a line)
"""A question for a date, an amount or a number is answered by one that stands where the question's subject stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from tsel_core.evidence.locating.agree import asks_who
from tsel_core.evidence.locating.wording import Wording
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.asked_in import ASKS
from tsel_core.text.same_values import all_alike, own_values
from tsel_core.text.tongue import tongue_of
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.parts.expected import fitting
from tsel_core.trust.claims.parts.held import without

_VALUE_EN = lazy_pattern(
    r"\b(?:when|by when|how (?:much|many|long|often|old|far|large|high)|(?:what|which) (?:\w+ ){0,3}?(?:date|day|time|deadline|amount|price|cost|fee|rate|number|percentage|percent|period|sum|total|cap|limit|budget|interest)\b)",
    re.I,
)
_VALUE_JA = lazy_pattern(r"いくら|いくつ|いつ|何(?:円|営業日|年|月|日|時|人|名|件|回|か月|カ月|ヶ月|週|％|%|割|パーセント|台|個|番|歳|点|社|枚|冊|分|秒|度|号|小間)")
_TIMES_IN = lazy_pattern(  # "zum Monatsende", "à la livraison": an answer to "when" that holds no number
    r"\b(?:tag|tage[ns]?|woche|monat|quartal|jahr|ende|beginn|sofort|unverzüglich|unbefristet|täglich|jour|semaine|mois|trimestre|an|année|fin|début|immédiat\w*|indéterminée?|livraison|día|semana|mes|año|final|inicio|inmediat\w*|indefinid\w*|entrega"
    r"|giorno|settimana|mese|trimestre|anno|fine|inizio|subito|immediat\w*|indeterminat\w*|consegna|dia|mês|ano|fim|início|imediat\w*|indeterminad\w*)|(?:tages|wochen|monats|quartals|jahres)(?:ende|anfang|beginn)|[日月年周週季]|天|月末|立即|终止|일|월|년|주|말|즉시",
    re.I,
)
_PLACE = lazy_pattern(r"第[0-9〇一二三四五六七八九十百]+[条項号章](?:の[0-9一二三四五六七八九十]+)?|\b(?:clause|section|article|paragraph|page|schedule|exhibit)s? [0-9][0-9.]*", re.I)
_PLAIN, _AS_NEAR = 0.45, 0.1  # share of the question in the passage with the values; how near it is to the best one
_PEOPLE_NEAR = 0.15  # the same for people
SUBJECT = 0.2  # share of the question's weight that a sentence must hold to be about its subject


def asks_value(question: str) -> bool:
    """Whether a question can only be answered by a value: a date, an amount, a number, a span of time."""
    own = ASKS.get(tongue_of(question))
    if own is not None:
        return own.value.search(question) is not None
    return _VALUE_EN.search(question) is not None or _VALUE_JA.search(question) is not None


def value_stands(answer: str, question: str, passages: Sequence[str], wording: Wording) -> bool | None:
    """Whether the values of an answer stand in evidence that holds the question's subject, or as much of it as any.

    None where no value is asked for, or none is given that is known as one ("by the end of the month"). In a language
    beyond English and Japanese an answer without a value or a word of time is none.
    """
    if not asks_value(question):
        return None
    given, told = values_told(answer), values_beside(answer, question)
    if not told:
        return False if not given and tongue_of(question) in ASKS and not _TIMES_IN.search(answer) else None
    shares = [(wording.share_of(passage), passage) for passage in passages]
    least = min(SUBJECT, max((share for share, _ in shares), default=0.0) - _PEOPLE_NEAR)
    return all_alike(told, [v for share, passage in shares if share >= least for v in values_told(passage)])


def values_plain(answer: str, question: str, passages: Sequence[str], wording: Wording) -> bool:
    """Whether one passage holds all values of an answer and about half of the question, and none holds more of it.

    Of questions for a value alone ("who, and by when" is none): such an answer needs no second look.
    """
    told = values_beside(answer, question)
    if not asks_value(question) or asks_who(question) or not told or fitting(answer, question) == []:
        return False
    shares = [(wording.share_of(passage), all_alike(told, values_told(passage))) for passage in passages]
    there = max((share for share, holds in shares if holds), default=0.0)
    return there >= _PLAIN and there > max(share for share, _ in shares) - _AS_NEAR


def people_stand(
    answer: str, question: str, passages: Sequence[str], wording: Wording, people: Collection[str]
) -> bool:
    """Whether the people that an answer names stand in a passage that holds about as much of the question as any."""
    named = [name for name in people if name in answer and name not in question]
    if not named or not passages:
        return True
    shares = [(wording.share_of(passage), all(name in passage for name in named)) for passage in passages]
    best = max(share for share, _ in shares)
    return any(holds and share >= best - _PEOPLE_NEAR for share, holds in shares)


def values_told(text: str) -> list[Value]:
    """The values of a text; the numbers of clauses and pages are none."""
    return extract_values(without_places(text))


def values_beside(answer: str, question: str) -> list[Value]:
    """Those of an answer that its question does not give."""
    return own_values(without_places(answer), without_places(question))


def without_places(text: str) -> str:
    """A text without the numbers of clauses and pages."""
    return _PLACE.sub(" ", text)


def without_values(text: str) -> str:
    """A text without its values and their units: what it is about."""
    return without(text, extract_values(text))
