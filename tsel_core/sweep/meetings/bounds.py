# ruff: noqa: E501 (one pattern a line)
"""What a speaker sets as a bound: a limit ("I can go to 145, not more"), or what must come first ("not before it passes").

Nobody may have agreed to it, so that each is given with a mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.item import Item
from tsel_core.sweep.meetings.openings import is_spontaneous
from tsel_core.sweep.sentences import Sentence

_SCORE = 0.76  # marked
_LONGEST = {"en": 160, "ja": 80}  # characters
_NUMBER = lazy_pattern(
    r"(?i)\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million)\b|[０-９〇一二三四五六七八九十百千万億]"
)
_LIMIT = {
    "en": lazy_pattern(
        r"(?i)\b(?:I|we)(?:\scan|\scould|\swill|['’]ll|\smay)\s(?:only\s)?(?:go|stretch|pay|spend|offer|afford|sign|approve|allow|give|do)\b(?:[^.?!]*?(?:,|\band|\bbut)\s(?:and\s|but\s)?(?:not?|not\sa\s\w+)\s(?:more|higher|further|longer)\b|[^.?!]*?\bat\s(?:the\s)?(?:very\s)?most\b|[^.?!]*?\b(?:no|not)\smore\sthan\b|[^.?!]*?\bmaximum\b)"
        r"|\b(?:I|we)\s(?:can['’]t|cannot|can\snot|won['’]t|will\snot|don['’]t|must\snot|mustn['’]t)\s(?:go|spend|pay|offer)\s(?:above|over|beyond|more\sthan)\b"
        r"|\b(?:the|my|our)\s(?:absolute\s|upper\s)?(?:limit|ceiling|cap|maximum)\s(?:is|stays)\b|\bis\s(?:the|my|our)\s(?:absolute\s|upper\s)?(?:limit|ceiling|cap|maximum)\b|\bis\sthe\smost\s(?:I|we)\scan\b"
    ),
    "ja": lazy_pattern(
        r"(?:が|を)(?:上限|限度|限界)(?:です|と(?:します|しましょう|してください)|に(?:します|しましょう))|(?:まで|以内)(?:なら|であれば|しか|でしたら)[^。]{0,12}(?:出せ|払え|認め|承認|使え|OK|大丈夫|でき)|(?:以上|超え(?:て|る(?:額|の))?)(?:は|には|を)[^。]{0,8}(?:出せ(?:ません|ない)|払え(?:ません|ない)|認め(?:ません|られ)|無理|駄目|だめ)"
    ),
}  # fmt: skip
_FIRST = {
    "en": lazy_pattern(
        r"(?i)^(?:(?:no|well|okay|ok|so|and|but|then|right|remember|please)\W+)*(?:we|you|nobody|no\sone|nothing)\s(?:(?:can['’]t|cannot|can\snot|must\snot|mustn['’]t|may\snot|won['’]t|will\snot|shall\snot|don['’]t|do\snot)|(?<=nobody\s)(?:can|may|must|will)|(?<=no\sone\s)(?:can|may|must|will)|(?<=nothing\s)(?:can|may|must|will|goes|leaves|moves|gets))\s(?!know\b|say\b|tell\b|see\b|be\ssure\b|decide\b|agree\b|settle\b|think\b|remember\b|want\b|need\b|have\sto\b|worry\b|wait\b|hear\b)[^.?!]{2,80}?\b(?:before|until|till|unless|without)\s(?!then\b|now\b|that\b|long\b|we\sknow\b)[^?]{3,}$"
    ),
    "ja": lazy_pattern(
        r"^(?!私|僕|わたし)(?!.*(?:と思|でしょう|かもしれ|ですか|ますか))(?!.*(?:判断|決め|決定|わか|分か|答え|予想|予測|言え|見通))[^。]{2,40}?(?:まで(?:は)?|(?<![がはも])ない(?:と|限り(?:は)?)|なければ|なしに(?:は)?)[、]?[^。]{0,24}?(?:でき(?:ません|ない(?:です)?)|(?:ては|じゃ)(?:いけません|なりません|駄目です|だめです)|(?:入れ|始め|出せ|使え|進め|渡せ|動かせ|運べ)(?:られ)?(?:ません|ない(?:です)?)|禁止(?:です|とします)|しないこと)(?:ね|よ)?[。]?$"
    ),
}  # fmt: skip
_OF_SPEAKER = lazy_pattern(r"\b(?:I|my)\b")


def bounds(sentences: Sequence[Sentence], items: Sequence[Item], lang: str) -> list[Item]:
    """Limits and conditions that nothing else tells, in a talk that is led."""
    if is_spontaneous(sentences):
        return []
    told = {span for i in items for span in i.evidence if i.score >= _SCORE}
    found = []
    for sentence in sentences:
        words = sentence.text.strip()
        if not sentence.speaker or sentence.span in told or len(words) > _LONGEST[lang]:
            continue
        limit = _LIMIT[lang].search(words) is not None and _NUMBER.search(words) is not None
        asked = re.search(r"[?？]|か。?$", words) is not None
        if asked or not (limit or _FIRST[lang].search(words)):
            continue
        what = f"{sentence.speaker}: {words}" if lang == "en" and _OF_SPEAKER.search(words) else words
        found.append(Item("decision", what, (sentence.span,), sentence.speaker, score=_SCORE, status="decided"))
    return found
