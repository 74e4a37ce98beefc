"""What a paper does not say, near what it says: the value of another owner, purpose, place, holder, sum or day is unsure."""

from __future__ import annotations

import pytest

from tests.core.trust.test_claims import checked
from tsel_core.trust.claims.other_fact.beside_it import of_one_beside
from tsel_core.trust.claims.other_fact.by_pronoun import of_what_was_named
from tsel_core.trust.claims.other_fact.contrast import told_of_contrast
from tsel_core.trust.claims.other_fact.day_asked import told_of_other_days
from tsel_core.trust.claims.other_fact.in_its_place import in_its_place
from tsel_core.trust.claims.other_fact.not_a_holder import not_a_holder
from tsel_core.trust.claims.other_fact.sum_named import another_sum
from tsel_core.trust.claims.other_fact.whose import done_by_another, of_another_owner
from tsel_core.trust.claims.parts.expected import off_kind

BARGES = (
    "BARGE HIRE CONTRACT",
    "1. The Owner's contact is Ines Calder.",
    "2. The Hirer's deposit is GBP 300.",
    "3. The Operator is insured for GBP 2 million for injury to persons.",
    "4. The liability of the Operator for damage to cargo is limited to GBP 60,000 a year.",
    "5. New pumps are guaranteed for five years, winches for two years.",
    "6. The Operator comes within 3 hours. A visit on a Saturday is charged at twice the rate.",
    "7. A visit costs GBP 70.",
    "8. The Customer may end this contract by 60 days' notice.",
    "9. The Guarantor answers up to GBP 9,000.",
    "Long berth, summer: GBP 18",
    "Short berth, summer: GBP 11",
    "10. The long berth is open all year. It holds 12 boats.",
)
JA = (
    "1 工場の駐車場の利用料は月2,000円とする。本社にも駐車場がある。",
    "2 工場長には月40,000円、班長には月12,000円の役職手当を支給する。",
    "3 昼食は1食380円とする。",
    "4 退職金は、勤続3年以上の正社員に支給する。",
    "5 東和設備が286万円、関口工業が312万円で見積もった。関口工業は保証が7年である。",
    "6 正社員が結婚するときは、5日の休暇を与える。",
    "7 看護のための休暇は年5日とし、正社員とパートが取ることができる。",
    "8 予算は35万円とする。かき氷は子ども会が受け持つ。",
)


def verdict(question: str, answer: str, lang: str = "en") -> str:
    return checked(answer, question, JA if lang == "ja" else BARGES, lang).claims[0].verdict


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who is the Hirer's contact?", "Ines Calder"),
        ("For how much is the Customer insured?", "GBP 2 million"),
        ("For how much is the Customer insured?", "The Customer is insured for GBP 2 million for injury to persons."),
        ("What is the Operator's liability for injury to persons limited to?", "GBP 60,000 a year"),
        ("For how long are gangways guaranteed?", "five years"),
        ("What does a visit on a Saturday cost?", "GBP 70"),
        ("How much notice must the Guarantor give to end the contract?", "60 days' notice"),
        ("How many boats does the short berth hold?", "12 boats"),
        ("How much deposit is due for the short berth?", "GBP 11"),
    ],
)
def test_english(question: str, answer: str) -> None:
    assert verdict(question, answer) in ("unsure", "contradicted")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who is the Owner's contact?", "Ines Calder"),
        ("For how much is the Operator insured?", "GBP 2 million"),
        ("What is the Operator's liability for damage to cargo limited to?", "GBP 60,000 a year"),
        ("For how long are new pumps guaranteed?", "five years"),
        ("What does a visit cost?", "GBP 70"),
        ("How much notice must the Customer give to end the contract?", "60 days' notice"),
        ("How many boats does the long berth hold?", "12 boats"),
        ("How much is the Hirer's deposit?", "GBP 300"),
        ("What does the short berth cost in summer?", "GBP 11"),
    ],
)
def test_english_answers_that_the_paper_gives(question: str, answer: str) -> None:
    assert verdict(question, answer) == "supported"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("本社の駐車場の利用料は月いくらですか。", "月2,000円"),
        ("主任の役職手当は月いくらですか。", "40,000円"),
        ("朝食は1食いくらですか。", "380円"),
        ("退職金はいつ振り込まれますか。", "退職金は、勤続3年以上の正社員に支給する。"),
        ("東和設備の保証は何年ですか。", "7年"),
        ("パートが結婚するときの休暇は何日ですか。", "5日"),
        ("かき氷の値段はいくらですか。", "35万円"),
    ],
)
def test_japanese(question: str, answer: str) -> None:
    assert verdict(question, answer, "ja") == "unsure"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("工場の駐車場の利用料は月いくらですか。", "月2,000円"),
        ("班長の役職手当は月いくらですか。", "12,000円"),
        ("昼食は1食いくらですか。", "380円"),
        ("関口工業の保証は何年ですか。", "7年"),
        ("正社員が結婚するときの休暇は何日ですか。", "5日"),
        ("予算はいくらですか。", "35万円"),
    ],
)
def test_japanese_answers_that_the_paper_gives(question: str, answer: str) -> None:
    assert verdict(question, answer, "ja") == "supported"


def test_whose_it_is() -> None:
    document = "the owner's dog. the tenant's cat. the company pays."
    assert of_another_owner("What is the tenant's dog called?", "The owner's dog is called Rex.", "", document) == "tenant / owner"
    assert of_another_owner("What is the employer's share?", "The Company's share is 5%.", "", document) == ""  # may be the same
    assert of_another_owner("What is the owner's dog called?", "The owner's dog is called Rex.", "", document) == ""
    assert done_by_another("When must the lender give notice?", "The borrower may give notice in May.") == ""  # "give" tells nothing
    assert done_by_another("When may the lender end it?", "The borrower may end it in May.") == "lender / borrower"
    assert done_by_another("When may the lender end it?", "Either party may end it in May.") == ""


@pytest.mark.parametrize(
    ("question", "sentence", "found"),
    [
        ("How much is paid for the training of a nurse?", "The clinic pays 1,200 for the training of a vet.", "nurse / vet"),
        ("How much is paid for the training of a vet?", "The clinic pays 1,200 for the training of a vet.", ""),
        ("How much is paid for the training of a nurse?", "The clinic pays 1,200 for the training of staff.", ""),  # anybody
        ("What happens at the end of the lease?", "At the end of the term the keys are returned.", ""),
        ("How much does a nurse receive for a night?", "A vet who is on call receives 65 a night.", "nurse / vet"),
        ("How much does a nurse receive for a night?", "Employees receive 65 a night.", ""),
        ("卓球教室の月謝はいくらですか。", "水泳教室の月謝は4,800円とする。", "卓球教室 / 水泳教室"),
        ("友人の家に泊まるといくら出ますか。", "知人の家に泊まるときは3,000円を支給する。", ""),  # the same in another word
        ("倉庫の鍵は誰が持っていますか。", "事務所の鍵は甲が持つ。", "倉庫 / 事務所"),
        ("倉庫の鍵は誰が持っていますか。", "当社の鍵は甲が持つ。", ""),
        ("会議室を取り消すといくらですか。", "体育館を前日に取り消したときは半額とする。", "会議室 / 体育館"),
        ("会議室を取り消すといくらですか。", "会議室を前日に取り消したときは半額とする。", ""),
    ],
)
def test_what_has_the_place_of_the_asked_thing(question: str, sentence: str, found: str) -> None:
    document = f"{sentence.lower()} nurse 倉庫 会議室"
    assert in_its_place("", question, sentence, "", document) == found


def test_the_topic_of_an_answer_is_the_asked_one() -> None:
    sentence = "駐車場は45台分である。"
    assert in_its_place("駐車場は45台分です。", "駐輪場は何台分ありますか。", sentence, "", sentence) == "駐輪場 / 駐車場"
    assert in_its_place("駐車場は45台分です。", "駐車場は何台分ありますか。", sentence, "", sentence) == ""
    assert in_its_place("400円", "会議室のマイクの料金はいくらですか。", "会議室は400円とする。", "", "会議室は400円とする。マイクは無い。") == "マイク"


def test_it_is_what_was_named() -> None:
    document = "the main hall is old. the garden room is new."
    told = ("It holds 90 people.", "The main hall is old.", "", document)
    assert of_what_was_named("How many people fit into the garden room?", *told) == "garden room"
    assert of_what_was_named("How many people fit into the main hall?", *told) == ""
    assert of_one_beside("What does the garden room cost?", "Main hall, weekday: 42", "", "", "main hall, weekday: 42\ngarden room, weekday: 24") == "garden room / main hall"
    assert of_one_beside("What does the garden room cost?", "Main hall, weekday: 42", "", "", "main hall, weekday: 42\nthe garden room is small") == ""


def test_kinds_of_days_sums_and_times() -> None:
    rows = ("A visit costs 70.", "Visits on a Sunday are charged at twice the rate.")
    assert told_of_other_days("What does a visit on a Sunday cost?", rows[0], "", rows) == "Sunday"
    assert told_of_other_days("What does a visit on a Sunday cost?", rows[0], "", rows[:1]) == ""  # no rule of their own
    assert told_of_other_days("When does it open on Sundays?", "It opens daily at 9.", "", rows) == ""
    assert another_sum("How much is the deposit?", "The rent is 900.", "", ("The deposit is 1,800.",)) == "deposit"
    assert another_sum("How much is the deposit?", "The rent is 900.", "", ("A deposit is paid.",)) == ""
    assert told_of_contrast("朝食は何時ですか。", "昼食は12時です。", "") == "朝食 / 昼食"
    assert not_a_holder("4万円", "主任の手当はいくらですか。", "部長には4万円、課長には3万円を支給する。", "主任 部長") == ""  # the paper knows it
    assert off_kind("勤続5年以上の社員に支給する", "賞与はいつ支給されますか。")
    assert not off_kind("勤続5年以上の社員に7月に支給する", "賞与はいつ支給されますか。")
    assert not off_kind("退職後すぐ", "退職金はいつ支給されますか。")
