# ruff: noqa: E501 (tables of sentences)
"""What the checks say about a whole answer, in sentences for a reader: English and Japanese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tsel_cli.render.labels import label_in, words_lang
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
_WHY = {
    "en": {
        "number": "the document has another number ({detail})",
        "date": "the document has another date ({detail})",
        "name": "another name ({detail})",
        "role": "another one does it, or to another ({detail})",
        "negation": "one denies what the other says ({detail})",
        "opposite": "opposite words ({detail})",
        "quantifier": "another quantity or limit ({detail})",
        "modality": "not what the document makes of it ({detail})",
        "kind": "not the kind of value that the question asks for ({detail})",
        "echo": "it only repeats the question",
        "elsewhere": "it stands away from what the question asks",
        "rival": "another place decides it otherwise ({detail})",
        "amended": "another passage changes it ({detail})",
        "words": "no sentence of the document says it in these words",
        "no-evidence": "no sentence of the document comes near it",
        "yes-no": "a yes or no that no sentence plainly says",
        "judge": "the model itself does not find it in the sentence",
        "order": "it rests on text that gives orders to the reader",
        "other-language": "document and answer are in different languages",
    },
    "ja": {
        "number": "文書の数値は異なります ({detail})",
        "date": "文書の日付は異なります ({detail})",
        "name": "名前が異なります ({detail})",
        "role": "誰が誰に行うかが異なります ({detail})",
        "negation": "一方が否定しています ({detail})",
        "opposite": "意味が反対の語です ({detail})",
        "quantifier": "範囲や限度が異なります ({detail})",
        "modality": "文書での扱いと異なります ({detail})",
        "kind": "質問が求める種類の値ではありません ({detail})",
        "echo": "質問を繰り返しているだけです",
        "elsewhere": "質問の内容から離れた箇所の記載です",
        "rival": "別の箇所で異なる決定があります ({detail})",
        "amended": "別の箇所で変更されています ({detail})",
        "words": "この内容を述べた文が文書に見当たりません",
        "no-evidence": "近い文が文書にありません",
        "yes-no": "はい・いいえだけの回答で、照合する語がありません",
        "judge": "モデル自身がこの文からは読み取れないと判断しました",
        "order": "読み手への指示を含む箇所に基づいています",
        "other-language": "文書と回答の言語が異なり、照合できません",
    },
}
# where the sentence that decides has nothing in the place of the value or name
_MISSES = {
    "en": {
        "number": "the nearest sentence of the document does not have this number ({detail})",
        "date": "the nearest sentence of the document does not have this day or time ({detail})",
        "name": "the nearest sentence of the document does not have this name ({detail})",
    },
    "ja": {
        "number": "文書の最も近い文にこの数値がありません ({detail})",
        "date": "文書の最も近い文にこの日付・時刻がありません ({detail})",
        "name": "文書の最も近い文にこの名前がありません ({detail})",
    },
}
_VERDICT = {
    "en": {"contradicted": "Contradicted", "not stated": "Not stated", "unsure": "Unsure"},
    "ja": {"contradicted": "文書と矛盾", "not stated": "文書に記載なし", "unsure": "不確か"},
}
_SAYS = {"en": "the document says", "ja": "文書の記載"}
MAX_CLAIMS = 3  # shown below an answer
_QUESTION_PASSAGE = {"en": "passage nearest the question", "ja": "質問に最も近い箇所"}


def verdict_sentence(answer: Answer) -> str:
    """See verdict_words."""
    return verdict_words(answer.lang, answer.found, answer.extra.get("reason"), answer.extra.get("support") or {})


def verdict_words(lang: str, found: bool | None, reason: str | None, support: Mapping[str, Any]) -> str:
    """A sentence when the answer is not, or only weakly, supported; "" when it is, or says itself that it found nothing."""
    lang = words_lang(lang)
    if found is False:
        return "" if reason in ("refusal", "empty", "", None) else _UNSUPPORTED[lang]
    sentence = _WEAK[lang].get(str(support.get("why")), "") if support.get("verdict") == "weak" else ""
    return sentence.format(place=label_in(str(support.get("question_label")), lang))


def claims_block(answer: Answer) -> str:
    """A line for each sentence of an answer that the document does not support, with the sentence that decides; ""."""
    return "\n".join(claim_lines(answer.extra.get("claims") or (), answer.lang, len(answer.documents) > 1))


def claim_lines(claims: Sequence[Mapping[str, Any]], lang: str, several: bool = False) -> list[str]:
    """`Unsure: "sentence" (why)`, then what the document says where it says another thing."""
    lang = words_lang(lang)
    flagged = [c for c in claims if c["verdict"] != "supported"]
    lines = []
    for claim in flagged[:MAX_CLAIMS]:
        why = _why(claim, lang)
        lines.append(f'{_VERDICT[lang][claim["verdict"]]}: "{" ".join(claim["text"].split())}"' + (f" ({why})" if why else ""))
        place = claim["evidence"]
        if place and (claim["verdict"] == "contradicted" or claim["why"] in ("order", "amended")):
            label = label_in(place["label"], lang)
            label = f"{place['file']} {label}" if several else label
            lines.append(f'  {_SAYS[lang]}: {label}  "{" ".join(place["quote"].split())}"')
    return lines


def claim_words(claim: Mapping[str, Any], lang: str) -> tuple[str, str]:
    """The verdict on a claim and why, for a reader."""
    lang = words_lang(lang)
    supported = {"en": "Supported", "ja": "裏付けあり"}[lang]
    return _VERDICT[lang].get(claim["verdict"], supported), _why(claim, lang)


def _why(claim: Mapping[str, Any], lang: str) -> str:
    words = _WHY[lang].get(claim["why"], "")
    if claim["detail"] and " / " not in claim["detail"]:
        words = _MISSES[lang].get(claim["why"], words)
    return words.format(detail=claim["detail"]) if claim["detail"] else words.replace(" ({detail})", "")


def role_words(lang: str) -> str:
    """What stands in place of a check for a passage that is cited for the question, not for the answer."""
    return _QUESTION_PASSAGE[words_lang(lang)]
