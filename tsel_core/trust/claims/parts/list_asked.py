"""Whether a question asks for the whole of a list by its heading or label, and for nothing that narrows it."""

from __future__ import annotations

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.normalize import normalise
from tsel_core.trust.claims.parts.words import is_japanese
from tsel_core.trust.passages import features
from tsel_core.trust.question_match import content_words

_RUN = lazy_pattern(r"[\u3400-\u9fff々\u30a1-\u30faー]+")
# how it is asked, and that it is of this paper
_FRAME_JA = lazy_pattern(
    r"全員|全部|全て|一覧|(?:お)?名前|氏名|[何誰]|教え|挙げ|列挙|列記|示し|述べ|書[きい]|記載|答え|並べ|抜き出|見せ|言って|漏れなく|残らず|お願い|下さい"
    r"|(?:この|本)(?:文書|書類|資料|議事録|報告書?|計画書?|会議)"
)
_BEYOND = lazy_pattern(r"\b(?:not|non|no|without|except|neither|never|un)\b", 2)


def asks_only_of(name: str, question: str) -> bool:
    """Whether a question has no word of its own beside a heading or label."""
    if not is_japanese(question):
        asked = content_words(question).keys()
        turned = _BEYOND.search(question) is not None and _BEYOND.search(name) is None
        return bool(asked) and asked <= features(name).keys() and not turned
    return _RUN.findall(_FRAME_JA.sub(" ", normalise(question))) == _RUN.findall(normalise(name))
