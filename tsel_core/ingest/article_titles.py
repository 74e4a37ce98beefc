"""The title of an article for the paragraphs behind its first: 「2　乙が賠償すべき額は…」 under 「第19条（損害賠償）」.

In most contracts a title stands in the article's first paragraph alone, and the others say what they are about by it.
"""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

_D = "0-9０-９一二三四五六七八九十百〇"
_JA = lazy_pattern(rf"^\s*第\s*[{_D}]+\s*条(?:の[{_D}]+)*[\s　]*[（(【]([^）)】\n]{{1,30}})[）)】]")
# 「第10条　秘密保持」 on a line of its own, and a title on the line above its article
_JA_BARE = lazy_pattern(
    rf"^\s*第\s*[{_D}]+\s*条(?:の[{_D}]+)*[\s　]+([^\s　、。（）()【】はがをにで]{{2,20}})[ \t　]*(?=\n|$)"
)
_JA_ABOVE = lazy_pattern(r"^\s*[（(【]([^）)】\n]{1,30})[）)】]\s*$")
_JA_ARTICLE = lazy_pattern(rf"^\s*第\s*[{_D}]+\s*条(?:の[{_D}]+)*[\s　]+\S")
_JA_GOES_ON = lazy_pattern(r"^\s*(?:前[一二三四五各]?項|本条|この場合|ただし|なお)")
_JA_OTHER = lazy_pattern(rf"^\s*(?:第\s*[{_D}]+\s*[条編章節款]|附\s*則|別[紙表添]|以上)")
_JA_PART = lazy_pattern(rf"^\s*(?:([0-9０-９]{{1,2}})[\s　、．.](?![0-9０-９])|[（(]\s*[{_D}]{{1,3}}\s*[)）]|[①-⑳])")
_SENTENCE = lazy_pattern(r"[.。:：;；,、!?！？)）」』\"”-]$|.{60}", re.S)
_CLOSING = lazy_pattern(r"証する(?:ため|に)|証として|記名(?:の上)?押印")
# "7. Car. Private use is allowed": no verb before the title's full stop
_VERB = r"(?:is|are|was|were|may|shall|must|can|will|has|have|not|no|does|do)"
_BEGINS = (  # of a sentence, which is no title
    r"(?:The|An?|This|These|Each|All|No|Any|Every|It|He|She|We|You|They|If|In|On|At|For|When|Upon|Both|Either|Neither)"
)
_SMALL = frozenset("of and or to the for in by on with".split())  # noqa: SIM905 (words of a title that stay small)
_EN = lazy_pattern(
    r"^\s*(?:(?:Section|Article|Clause|SECTION|ARTICLE)\s+(?=\S)|(?=\S{1,5}[.)]))(\d{1,2}(?:\.\d{1,2})?|[IVX]{1,5})[.)]?\s+"
    rf"(?!{_BEGINS}\b)((?!(?:[^.]* )?{_VERB}\b)[A-Z][\w ,'’&/-]{{2,40}}?)(\.\s+(?=[A-Z(\"“])|\.?\s*$)"
)
_EN_OTHER = lazy_pattern(
    r"^\s*(?:\d{1,2}[.)]\s+[A-Z]|(?:section|article|clause|schedule|exhibit|annex|appendix)\b|in witness)", re.I
)
_EN_PART = lazy_pattern(r"^\s*(?:\(([a-z]{1,3}|\d{1,2})\)|(\d{1,2})\.\d{1,2}(?:\.\d{1,2})*\.?)\s")


class ArticleTitles:
    """Follows a document's units in reading order."""

    def __init__(self) -> None:
        self._title, self._number = "", ""
        self._above = ""  # a title on a line of its own, above an article that has none
        self._alone = False  # the title had no words of the article behind it: its paragraphs count from 1
        self._path: tuple[str, ...] = ()

    def path(self, text: str, path: tuple[str, ...]) -> tuple[str, ...]:
        """The headings that a unit stands under: its own `path`, and the title of the article that it is a part of."""
        if path != self._path:
            self._title, self._path = "", path
        above, self._above = self._above, ""
        if ahead := _JA_ABOVE.match(text):
            self._title, self._above = "", ahead[1].strip()
            return path
        if above and _JA.match(text) is None and _JA_ARTICLE.match(text):
            self._title, self._number, self._alone = above, "", False
            return (*path, above)
        if begins := _JA.match(text) or _JA_BARE.match(text):
            self._title, self._number = begins[1].strip(), ""
            self._alone = not text[begins.end() :].strip()
            return path
        if (begins := _EN.match(text)) and (begins.end() < len(text.rstrip()) or _is_title(begins[2])):
            self._number, self._title = begins[1], begins[2].strip()
            return path
        part, ja_part = _EN_PART.match(text), _JA_PART.match(text)
        if _JA_OTHER.match(text) or _CLOSING.search(text) or (part is None and _EN_OTHER.match(text)):
            self._title = ""
        if part is None and ja_part is None and not _SENTENCE.search(text.rstrip()):
            self._title = ""  # a heading of its own
        if ja_part is not None and ja_part[1] in ("1", "１") and not self._alone:
            self._title = ""  # a list of its own
        if part is not None and part[2] and part[2] != self._number.partition(".")[0]:
            self._title = ""
        is_part = part is not None or ja_part is not None or self._is_said(text)
        return (*path, self._title) if self._title and is_part and self._title not in path else path


    def _is_said(self, text: str) -> bool:
        """Whether a sentence without a number belongs to a Japanese article: all behind a title that stands alone."""
        if self._number or not text.rstrip().endswith("。"):
            return False
        return self._alone or _JA_GOES_ON.match(text) is not None


def _is_title(words: str) -> bool:
    """Whether words that stand alone are a heading's: each begins with a capital."""
    return all(w[0].isupper() or w in _SMALL for w in re.findall(r"[^\W\d_]\w*", words))
