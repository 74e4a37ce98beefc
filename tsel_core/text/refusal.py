# ruff: noqa: E501 (one pattern a line)
"""Whether an answer says that the document does not say."""

from __future__ import annotations

import re

# Contracts are full of "shall not be disclosed" and "does not include": only what speaks of the text itself counts.
_REFUSAL = re.compile(
    r"\bnot (?:explicitly |directly |clearly )?(?:found|stated|mentioned|specified|indicated)\b"
    r"|\bnot (?:explicitly |directly )?(?:given|provided|contained|included|disclosed|available) (?:in|by) (?:the|this) (?:document|text|contract|agreement|file|transcript|minutes|report|passage|context)"
    r"|\b(?:does|do|did)(?: not|n['’]t) (?:explicitly |directly )?(?:say|state|mention|specify|indicate|tell)\b"
    r"|\b(?:does|do|did)(?: not|n['’]t) (?:contain|provide|include|give) (?:any |enough |this |that |the )?(?:information|details?|answer|mention)"
    r"|\b(?:there (?:is|was|are)|contains?|gives?|provides?|has|found) no (?:information|mention|indication|reference|answer)\b"
    r"|^no (?:information|mention|indication)(?:\.?$| (?:about|on|regarding|is|was)\b)"
    r"|\b(?:is|are|was|were) not (?:\w+ ){1,2}(?:in|by) the (?:document|text|transcript|minutes|passage|context)\b"
    r"|\bnot in the (?:document|text|contract|agreement|transcript|minutes|report)\b"
    r"|\bcannot (?:be found|find|answer|be determined|determine)\b|\bunable to (?:find|answer|determine)\b"
    r"|記載(?:が|は|されて)?(?:ありません|いません|おりません|ない(?=[。\s]|$|た[めか]|ので))|書かれて(?:いません|おりません|いない(?=[。\s]|$|た[めか]|ので))"
    r"|述べられて(?:いません|いない(?=[。\s]|$))|(?:見つかりません|見当たりません|不明です|分かりません|わかりません)"
    r"|(?:言及|情報|定め|規定|記述)(?:が|は|も|されて)?(?:ありません|いません|ない(?=[。\s]|$))|^(?:不明|ありません)。?$"
    r"|(?:触れられ|示され|明記され|定められ|話し合われ|議論され)て(?:いません|おりません|いない(?=[。\s]|$))",
    re.I,
)


def is_refusal(answer: str) -> bool:
    """Whether the answer says that the document does not say. A long answer that mentions a gap is none."""
    text = " ".join(answer.split())
    match = _REFUSAL.search(text)
    if match is None:
        return False
    size = len(text) if text.isascii() else 2 * len(text)
    return size <= 160 or (match.start() <= 60 and size <= 420)
