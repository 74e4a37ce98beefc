"""Endless plain office prose in English and Japanese, different in every sentence, drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator


def _list(joined: str) -> list[str]:
    return joined.split("|")


_EN = {
    "who": _list(
        "Mara Lindqvist|Tobias Renner|Aiko Sano|Peter Osei|Ines Duarte|Colm Hayes|"
        "Yusuf Demir|Nadia Petrov"
    ),
    "team": _list("purchasing|facilities|payroll|logistics|legal|training|customer care|quality control"),
    "place": _list(
        "the northern depot|the harbour office|the old archive|building C|the Leeds branch|"
        "the annex"
    ),
    "thing": _list(
        "the cleaning contract|the spare parts list|the visitor register|the heating plan|"
        "the parking scheme|the supplier survey|the fire drill report|the travel policy"
    ),
    "did": _list(
        "went through|asked for changes to|postponed the decision on|compared two drafts of|"
        "handed over|prepared an overview of|found an error in"
    ),
    "why": _list(
        "because the figures of the last quarter had come in late|"
        "after a short discussion of the costs|so that the new staff could follow it|"
        "although two people were on leave|before the auditors arrived|"
        "as the weather had delayed the delivery"
    ),
    "when": _list(
        "On Monday|Early in March|After the holidays|Toward the end of the week|"
        "In the second half of June|A few days later"
    ),
}
_EN_FORMS = (
    "{when} the {team} team {did} {thing}, {why}.",
    "{who} reported from {place} that {thing} needed another look, {why}.",
    "{when} {who} and the {team} team met in {place} and {did} {thing}.",
    "Nobody in {place} objected when {who} {did} {thing} {why}.",
    "The {team} team kept {thing} on the agenda, {why}, and {who} took the notes.",
)
_JA = {
    "who": _list("三宅さん|柴田さん|大橋さん|小林課長|西村主任|古川さん|長谷川部長|松岡さん"),
    "team": _list("購買|施設|給与|物流|法務|研修|お客様窓口|品質管理"),
    "place": _list("北倉庫|港の事務所|旧資料室|別館|本社の会議室|支店"),
    "thing": _list(
        "清掃契約|部品一覧|来客簿|暖房計画|駐車場の割り当て|仕入先の調査|避難訓練の報告|"
        "出張規程"
    ),
    "did": _list(
        "を見直した|の修正を求めた|の決定を先送りした|の案を二つ比べた|を引き継いだ|"
        "の概要をまとめた|に誤りを見つけた"
    ),
    "why": _list(
        "前の四半期の数字が遅れて届いたため|費用について短く話し合ったあと|"
        "新しい担当者にも分かるように|休みの人が多かったが|監査の前に|天候で納品が遅れたので"
    ),
    "when": _list("月曜日に|三月の初めに|連休のあとで|週の終わりごろ|六月の後半に|数日後"),
}
_JA_FORMS = (
    "{when}、{team}の担当は{why}、{thing}{did}。",
    "{who}は{place}から、{why}{thing}をもう一度見る必要があると報告した。",
    "{when}、{who}と{team}の担当が{place}に集まり、{thing}{did}。",
    "{place}では{who}が{why}{thing}{did}ことに誰も反対しなかった。",
    "{why}、{team}の担当は{thing}を議題に残し、{who}が記録を取った。",
)


def paragraphs(lang: str, draw: random.Random) -> Iterator[str]:
    """Paragraphs of four to seven sentences without end."""
    bank, forms, space = (_JA, _JA_FORMS, "") if lang == "ja" else (_EN, _EN_FORMS, " ")
    while True:
        sentences = [
            draw.choice(forms).format(**{k: draw.choice(v) for k, v in bank.items()})
            for _ in range(draw.randint(4, 7))
        ]
        yield space.join(sentences)
