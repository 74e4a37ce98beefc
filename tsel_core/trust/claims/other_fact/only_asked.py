# ruff: noqa: E501 (patterns)
"""What a meeting only asks ("The ninth, then?") is not decided, unless the next one says yes."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.evidence import Sentence

_ASKS = lazy_pattern(r"[?？][\"'”’」』)）]*\s*$|(?:ですか|ますか|でしょうか|ませんか)[。．]?[」』)）]*\s*$")
_ASSENT = lazy_pattern(
    r"^[\s\"'“「『]*(?:[A-Z][\w.'’ -]{0,30}[:：]\s*|[^\s:：]{1,12}[:：]\s*)?(?:well,? |so,? |oh,? )?"
    r"(?:yes|yeah|yep|yup|ok(?:ay)?|fine|agreed|sure|right|good|great|perfect|done|deal|exactly|correct|of course|certainly|sounds|that works|works for|that['’]?s (?:it|right|fine|good)|it is|i do|we do|we will|let['’]?s|happy with|no objections?"
    r"|suits me|fine by me|all right|alright|any time|[^.?!]{2,40}, (?:yes|yeah|fine|ok(?:ay)?)\b|はい|ええ|うん|そうです|そうしま|そう(?:だ|で)ね|いいです|いいと思|結構です|了解|承知|賛成|異議(?:なし|あり)|わかりました|分かりました|大丈夫です|お願いします|その通り|決まり)",
    re.I,
)


def only_asked(sentence: Sentence) -> bool:
    """Whether a speaker's sentence is a question that the next one does not say yes to."""
    if sentence.speaker is None or _ASKS.search(sentence.text) is None:
        return False
    return _ASSENT.match(sentence.behind.lstrip()) is None


_OF_YOU = lazy_pattern(r"\b(?:will|can|could|would|do|did) you\b|(?:いただけ|もらえ|くれ|くださ|願え|願いでき)(?:ます|ない|ませ|る)", re.I)


def asks_the_other(claim: str, sentence: Sentence) -> bool:
    """Whether a claim lets the speaker do what the sentence asks somebody else to do: "Wen, will you tell the carriers?"."""
    if sentence.speaker is None or not (_ASKS.search(sentence.text) and _OF_YOU.search(sentence.text)):
        return False
    names = re.findall(r"[A-Za-z]{2,}|[\u3400-\u9fff々]{2,4}", sentence.speaker)
    begins = claim.lstrip(" \"“「『")[:_BEGINS].casefold()
    return any(name.casefold() in begins for name in names)


_BEGINS = 30  # characters of a claim in which its subject stands
