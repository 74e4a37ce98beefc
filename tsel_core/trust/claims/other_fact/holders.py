# ruff: noqa: E501 (patterns)
"""Who held an office before, and who holds it now: each in a clause of its own.

"Gwen Reed has run the accounts since Derek Holm retired": asked who runs them, Derek Holm is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.expected import ASKS_BEFORE
from tsel_core.trust.claims.parts.phrase import asks_who
from tsel_core.trust.claims.parts.roles import is_party

_NAME = r"[A-Z][\w'’-]++(?: [A-Z][\w'’-]++)*"
_ASKS_BEFORE_TOO = lazy_pattern(r"これまで|以前|前は|前の|去年|昨年|先月まで|\d月まで|だった|でした|ていたのは|(?:して|受けて|務めて|担当して)いた|\bused to\b|\bbefore\b|\bran\b|\bwas\b|\bwere\b|\bdid\b|\blast year\b|\buntil\b", re.I)
# (a name that the words say was it before)
_FORMER_EN = (
    lazy_pattern(rf"\b(?:since|when|after|until|before) (?P<old>(?:Mr |Mrs |Ms |Dr )?{_NAME}) (?:retired|left|moved|died|resigned|stepped down|went|handed|quit|departed)\b"),
    lazy_pattern(rf"\bused to be (?P<old>{_NAME})"),
    lazy_pattern(rf"(?P<old>{_NAME}) used to\b"),
    lazy_pattern(rf"\b(?:took|taken|taking|takes) over from (?P<old>(?:Mr |Mrs |Ms |Dr )?{_NAME})"),
    lazy_pattern(rf"\b(?:replac(?:es|ed|ing)|succeed(?:s|ed|ing)|in place of|instead of|successor (?:to|of)) (?P<old>(?:Mr |Mrs |Ms |Dr )?{_NAME})"),
    lazy_pattern(rf"(?P<old>{_NAME})[^.;]{{0,40}}\b(?:was|had been)\b[^.;]{{0,40}}\b(?:until|before|previously|till)\b"),
)
_FORMER_JA = lazy_pattern(r"(?:これまで|今まで|従来|以前は|去年|昨年|昨年度まで|先月まで|[0-9０-９]+月まで|前任)[^。]{0,40}?(?:ていた|ていました|てきた|てきました|だった|でした|であった|(?:お)?願いした)(?:が|けれど|ものの|の)?、?|[^、。]{2,16}(?:の後任|に代わり|に代わって)")
_HANDS_JA = lazy_pattern(r"引き?継|後任|(?:に|と)(?:代わ|替わ|交代|交替)|(?:から|で)(?:産休|育休|休職|休暇)に入|(?:に|へ)異動|退職(?:し|する|のため)|退社(?:し|する)|退任|定年")
_GOES = lazy_pattern(r"\b(?:hand(?:s|ed|ing)? over|(?:is|was) (?:replaced|succeeded|followed) by|is leaving|has left|left (?:us|the|at|in)|has moved|moves to|retir(?:es|ed|ing)|steps? down|stepped down|resign(?:s|ed)|goes on (?:maternity|parental) leave)\b")
_AFTER = lazy_pattern(r"\b(?:takes? over from|taking over from|taken over from|took over from|succeed(?:s|ed)?|replac(?:es|ed|ing))")
_FIRMS = frozenset("Inc Ltd Limited Company Corporation Corp LLC LLP Co Incorporated Bank Group".split())  # noqa: SIM905
_GONE = lazy_pattern(r"(?:He|She|They)(?:['’]s| has| have| is| are)? (?:now )?(?:moved|left|leaving|retired|retiring|gone|resigned|stepped down|been replaced|been succeeded|on (?:maternity|parental|sick) leave)\b")
_ASKS_NOW = lazy_pattern(r"\b(?:now|currently|these days|today|at present|nowadays)\b", re.I)
_NOW = lazy_pattern(r"\b(?:now|is|are|has been|currently|since)\b", re.I)
_SURNAME = 4  # characters of a name
_KANJI = lazy_pattern(r"[\u3400-\u9fff々]{2,8}")
_TITLES = frozenset("Mr Mrs Ms Dr The".split())  # noqa: SIM905


def held_before(stated: str, question: str, sentence: str) -> str:
    """ "Holm / now": all that a claim names held it before, and who holds it is asked for, or the other way round; ""."""
    if not asks_who(question):
        return ""
    before = _ASKS_BEFORE_TOO.search(question) is not None or ASKS_BEFORE.search(question) is not None
    return _english(stated, before, sentence) if sentence.isascii() or not _KANJI.search(sentence) else _japanese(stated, before, sentence)


def handed_over(stated: str, question: str, sentence: str, others: Iterable[str]) -> str:
    """The sentence by which whoever a claim names hands over, where who does it is asked for; ""."""
    if not asks_who(question) or _ASKS_BEFORE_TOO.search(question) or ASKS_BEFORE.search(question):
        return ""
    named = _KANJI.findall(re.sub(r"さん|氏|です|でした", " ", stated))
    names = {n for n in named if n in sentence and len(n) <= _SURNAME and n not in question}
    for name in re.findall(_NAME, stated):
        last = name.split()[-1]
        if name in sentence and not is_party(last.casefold()) and last not in _FIRMS | _TITLES:
            names.add(last)
    for other in others:
        if other != sentence and any(_hands_over(name, other) for name in names):
            return " ".join(other.split())[:80]
    return ""


def _hands_over(name: str, sentence: str) -> bool:
    """Whether a sentence says that somebody goes, or that another one comes after him."""
    if name not in sentence:
        return False
    if not name.isascii():
        return re.search(rf"{re.escape(name)}(?:さん|氏)?(?:は|が|から|の後)[^。]*?(?:{_HANDS_JA.pattern})", sentence) is not None
    goes = rf"\b{re.escape(name)}\b(?! (?:took|takes|has taken|will take))[^.;]{{0,60}}?(?:{_GOES.pattern})"
    return re.search(goes, sentence) is not None or re.search(rf"(?:{_AFTER.pattern}) (?:\w+ )?{re.escape(name)}\b", sentence) is not None


def was_it(stated: str, question: str, sentence: str, behind: str) -> str:
    """Who "was" it, where the next sentence says that "he has moved", or who it is "now" is asked for; ""."""
    if not asks_who(question) or _ASKS_BEFORE_TOO.search(question) or ASKS_BEFORE.search(question):
        return ""
    for name in re.findall(_NAME, stated):
        match = re.search(rf"\b(?:was|were|had been) (?:\w+ ){{0,2}}{re.escape(name)}\b|\b{re.escape(name)} (?:was|were|had been)\b", sentence)
        gone = _GONE.match(behind.strip()) is not None
        if match is not None and (gone or (_ASKS_NOW.search(question) and not _NOW.search(sentence))):
            return match.group()
    return ""


def _english(stated: str, before: bool, sentence: str) -> str:
    old = {w for p in _FORMER_EN for m in p.finditer(sentence) for w in m["old"].split()} - _TITLES
    named = {w for name in re.findall(_NAME, sentence) for w in name.split()} - _TITLES
    said = {w for name in re.findall(_NAME, stated) for w in name.split()} - _TITLES
    new = named - old
    told = said & (old | new)
    if not old or not told:
        return ""
    if not before and told <= old and new:
        return f"{' '.join(sorted(told))} / {' '.join(sorted(new))}"
    return f"{' '.join(sorted(told))} / {' '.join(sorted(old))}" if before and not told & old else ""


def _japanese(stated: str, before: bool, sentence: str) -> str:
    part = _FORMER_JA.search(sentence)
    if part is None:
        return ""
    old, new = part.group(), sentence[part.end() :]
    said = [n for n in _KANJI.findall(re.sub(r"さん|氏|です|でした", " ", stated)) if n in sentence]
    in_old, in_new = [n for n in said if n in old], [n for n in said if n in new]
    if not said or not _KANJI.search(new):
        return ""
    if not before and in_old and not in_new:
        return f"{in_old[0]} / {new.strip('、。')[:20]}"
    return f"{in_new[0]} / {old[:20]}" if before and in_new and not in_old else ""
