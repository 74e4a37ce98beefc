# ruff: noqa: E501 (tables of sentences)
"""What the checks say about a whole answer, in sentences for a reader: English and Japanese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tsel_core.answer import Answer

_UNSUPPORTED = {
    "en": "Not found in the document: the words above are the model's own, and nothing in the document supports them.",
    "ja": "文書には記載がありません。上の文はモデルの言葉で、文書に裏付けがありません。",
}
_WEAK = {
    "en": {
        "question-apart": "Weak support: no place of the document speaks of most of what the question asks. Check the source before relying on it.",
        "cited-elsewhere": "Weak support: the words of the question stand in {place}, away from the words cited. Check both before relying on it.",
        "no-citation": "Weak support: no passage of the document could be cited for this answer. Check the source before relying on it.",
        "other-language": "Not compared: question and document are in different languages, so the program cannot tell whether the cited words are what the question asks for.",
    },
    "ja": {
        "question-apart": "根拠が弱い回答です。質問の内容がまとまって書かれた箇所が文書に見当たりません。原文を確認してください。",
        "cited-elsewhere": "根拠が弱い回答です。質問の語は{place}にあり、引用箇所から離れています。両方を確認してください。",
        "no-citation": "根拠が弱い回答です。裏付けとして示せる箇所がありません。原文を確認してください。",
        "other-language": "質問と文書の言語が異なるため、引用箇所が質問に対応するかどうかをプログラムでは照合できません。",
    },
}
_QUESTION_PASSAGE = {"en": "passage nearest the question", "ja": "質問に最も近い箇所"}


def verdict_sentence(answer: Answer) -> str:
    """See verdict_words."""
    return verdict_words(answer.lang, answer.found, answer.extra.get("reason"), answer.extra.get("support") or {})


def verdict_words(lang: str, found: bool | None, reason: str | None, support: Mapping[str, Any]) -> str:
    """A sentence when the answer is not, or only weakly, supported; "" when it is, or says itself that it found nothing."""
    lang = lang if lang in _WEAK else "en"
    if found is False:
        return "" if reason in ("refusal", "empty", "", None) else _UNSUPPORTED[lang]
    sentence = _WEAK[lang].get(str(support.get("why")), "") if support.get("verdict") == "weak" else ""
    return sentence.format(place=support.get("question_label"))


def role_words(lang: str) -> str:
    """What stands in place of a check for a passage that is cited for the question, not for the answer."""
    return _QUESTION_PASSAGE.get(lang, _QUESTION_PASSAGE["en"])
