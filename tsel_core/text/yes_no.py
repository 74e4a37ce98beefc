"""Yes and no, true and false at the beginning of an answer, in the languages whose answers are checked."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

# behind a word that means other things too ("si", "no", 是) a mark or the end must stand
_END = r"(?=\s*[,.;:!。，、：；！\n—–]|\s+-|\s*$)"
YES = (
    r"(?:yes|true|ja|jawohl|oui|vrai|sí|sim|verdadeiro|verdadero|vero|wahr|richtig)\b"
    rf"|(?:si|sì|是的?|对|對|可以|正确|正確|有|예|네|맞습니다){_END}|はい|(?:正しい)(?:です)?(?=[。、,.:：\s]|$)"
)
NO = (
    r"(?:no|false|nein|falsch|não|faux|falso)\b"
    rf"|(?:non|不|不是的?|不可以|不能|不行|不可|否|错误|錯誤|没有|沒有|아니요|아니오|아닙니다){_END}|いいえ|(?:誤り)(?:です)?(?=[。、,.:：\s]|$)"
)
SAYS_YES = lazy_pattern(rf"^\W*(?:{YES})", re.I)
SAYS_NO = lazy_pattern(rf"^\W*(?:{NO})", re.I)
SAYS_EITHER = lazy_pattern(rf"^(?:{YES}|{NO})", re.I)
