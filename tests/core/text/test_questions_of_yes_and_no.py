"""Yes/no questions in the plain form, behind a condition or a sentence; and what asks for words in the same forms."""

from __future__ import annotations

import pytest

from tsel_core.evidence.locating.kind import question_kind
from tsel_core.text.main_question import asks_yes_no_en, main_clause_first
from tsel_core.text.plain_asking import asks_yes_no_ja, with_ka


@pytest.mark.parametrize(
    "question",
    [
        "屋上で花火をする？",
        "鍵はもう返した？",
        "猫を飼ってもいい？",
        "保証期間は2年？",
        "雨漏りは排水管が原因？",
        "夏の合宿には家族も来られるの？",
        "予算は足りないかな？",
        "会場は決まったか。",
        "駐車場は無料ですか。",
    ],
)
def test_japanese_yes_no(question: str) -> None:
    assert asks_yes_no_ja(question)
    assert question_kind(question).kind == "yesno"
    assert question_kind(question).bare.rstrip("？?。").endswith("か") or question.endswith("かな？")


@pytest.mark.parametrize(
    "question",
    [
        "納期は？",
        "違約金の額？",
        "代金の支払い？",
        "鍵は誰が返した？",
        "会費はいくら払う？",
        "契約期間を教えてくれますか。",
        "参加者を全員挙げてください。",
        "いつ引っ越す？",
        "なぜ延びた？",
    ],
)
def test_japanese_that_asks_for_words(question: str) -> None:
    assert not asks_yes_no_ja(question)
    assert with_ka(question) == question


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("If the boiler fails, do we get a discount?", "Do we get a discount, if the boiler fails?"),
        ("After the sale, may the seller keep a copy?", "May the seller keep a copy, after the sale?"),
        ("We are two weeks late. Is there a fine?", ""),
        ("I owned up at once - will I be punished?", ""),
        ("The tenant left a wall red: does he owe the paint?", ""),
        ("Am I covered?", ""),
    ],
)
def test_english_yes_no(question: str, first: str) -> None:
    assert asks_yes_no_en(question)
    assert main_clause_first(question) == (first or question)


@pytest.mark.parametrize(
    "question",
    [
        "If the boiler fails, who do we call?",
        "When is the rent due?",
        "Which clause covers this, and does it matter when?",
        "Can you tell me the price?",
        "Is it late? By how many days?",
    ],
)
def test_english_that_asks_for_words(question: str) -> None:
    assert not asks_yes_no_en(question) or question_kind(question).kind != "open"


def test_a_question_behind_a_yes_no_question_decides() -> None:
    assert question_kind("We know the price. When is it due?").kind != "yesno"
    assert question_kind("If the price rises, when is it due?").kind != "yesno"
