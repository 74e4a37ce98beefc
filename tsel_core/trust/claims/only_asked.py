# ruff: noqa: E501 (patterns)
"""What a meeting only asks ("The ninth, then?") is not decided, unless the next one says yes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.same_values import same_value
from tsel_core.text.values import extract_values
from tsel_core.trust.claims.evidence import Sentence
from tsel_core.trust.claims.modality import OPEN

_ASKS = lazy_pattern(r"[?？][\"'”’」』)）]*\s*$|(?:ですか|ますか|でしょうか|ませんか)[。．]?[」』)）]*\s*$")
_ASSENT = lazy_pattern(
    r"^[\s\"'“「『]*(?:[A-Z][\w.'’ -]{0,30}[:：]\s*|[^\s:：]{1,12}[:：]\s*)?(?:well,? |so,? |oh,? )?"
    r"(?:yes|yeah|yep|yup|ok(?:ay)?|fine|agreed|sure|right|good|great|perfect|done|deal|exactly|correct|of course|certainly|sounds|that works|works for|that['’]?s (?:it|right|fine|good)|it is|i do|we do|we will|let['’]?s|happy with|no objections?"
    r"|suits me|fine by me|all right|alright|any time|[^.?!]{2,40}, (?:yes|yeah|fine|ok(?:ay)?)\b|はい|ええ|うん|そうです|そうしま|そう(?:だ|で)ね|いいです|いいと思|結構です|了解|承知|賛成|異議(?:なし|あり)|わかりました|分かりました|大丈夫です|お願いします|その通り|決まり)",
    re.I,
)


def only_asked(sentence: Sentence, stated: str = "", later: Sequence[Sentence] = ()) -> bool:
    """Whether a speaker's sentence is a question that the next one does not say yes to, nor a `later` one says again."""
    if sentence.speaker is None or _ASKS.search(sentence.text) is None:
        return False
    if _ASSENT.match(sentence.behind.lstrip()) is not None:
        return False
    values = [v for v in extract_values(stated) if v.kind != "name"]
    for other in later if values else ():
        told = _ASKS.search(other.text) is None and OPEN.search(other.text) is None
        if told and all(any(same_value(v, o) for o in extract_values(other.text)) for v in values):
            return False
    return True
