# ruff: noqa: E501 (patterns)
"""A name that its sentence only says "cannot" of: "Green Fork can't, they have a wedding" is nobody who caters."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.other_fact.options import takes
from tsel_core.trust.claims.parts.echoed import own_words
from tsel_core.trust.claims.parts.phrase import bare_answer
from tsel_core.trust.claims.parts.words import is_japanese
from tsel_core.trust.passages import features
from tsel_core.trust.question_match import content_words

_MOST = 40  # characters of an answer that is a name
_SAYS_NO = lazy_pattern(r"\b(?:not|no|never|nobody|n['’]t|cannot|without|refus\w+|declin\w+|drop\w*|cancel\w*|except|unavailable|miss\w*|absent|against)\b|ない|ません|なかっ|断|欠席|不在|中止|休|だめ|無理", re.I)
_REFUSES = lazy_pattern(
    r"^(?:['’]s|\s(?:themselves|himself|herself|though|however|unfortunately|sadly))?,?\s(?:also\s)?(?:can(?:['’]t|not| not)|could(?:n['’]t| not)|won['’]t|will not|is(?:n['’]t| not)|are(?:n['’]t| not)|does(?:n['’]t| not)|do(?:n['’]t| not)|did(?:n['’]t| not)|ha(?:s|ve)(?:n['’]t| not)"
    r"|(?:is|are|was|were) (?:already |fully |all )?(?:booked|full|closed|taken|unavailable|out|off|too (?:expensive|dear|small|far|slow|late))|ha(?:s|ve) (?:declined|refused|said no|pulled out|dropped out|turned)|said no|pulled out|declined|refused|dropped out|turned (?:us|it) down)\b",
    re.I,
)
_REFUSES_JA = lazy_pattern(r"^(?:さん|氏|社)?(?:は|が|も|のほうは|の方は|だと|では)[^。、]{0,24}?(?:ません|ない(?!と)|なかった|なくて|なくな|ず、|断られ|満室|満席|満員|無理|だめ|駄目|不可|見送|却下|やめ(?:ま|る|た))")


def only_refused(stated: str, question: str, sentence: str, others: Iterable[str] = ()) -> str:
    """The words by which a sentence says no of an answer that is a name, and nothing else of what is asked; "".

    Not where one of the `others` takes it: "Let's go with Copyhouse".
    """
    name = (own_words(stated, question) or bare_answer(stated)).strip()
    japanese = is_japanese(sentence)
    if japanese:
        name = re.sub(r"(?:に(?:行き|決まり|し|なり)ます|(?:さん|氏))$", "", name)
    if not 2 <= len(name) <= _MOST or re.search(r"\d", name) or _SAYS_NO.search(question):
        return ""
    found = ""
    for match in re.finditer(rf"(?<!\w){re.escape(name)}" if name.isascii() else re.escape(name), sentence):
        told = (_REFUSES_JA if japanese else _REFUSES).match(sentence[match.end() :])
        if told is None:
            return ""  # of which it says something else, too
        clause = re.split(r"[,;、。]|\bbut\b", sentence[match.start() :])[0]
        found = found or f"{match.group()}{told.group()}"
        rest = sentence.replace(clause, " ")
        if content_words(question).keys() & features(rest).keys():
            return ""
    return "" if found and any(takes(name, other) for other in others) else found
