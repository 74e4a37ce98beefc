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


def is_question(text: str) -> bool:
    """Whether a sentence ends as a question does."""
    return _ASKS.search(text) is not None


def only_asked(sentence: Sentence) -> bool:
    """Whether a speaker's sentence is a question that the next one does not say yes to."""
    if sentence.speaker is None or not is_question(sentence.text):
        return False
    return _ASSENT.match(sentence.behind.lstrip()) is None
