"""What rules say of a change: true of both texts, sure, and nothing where there is nothing to say."""

from __future__ import annotations

import time
from typing import cast

import pytest

from tests.core.compare.test_compare import kinds, made_of
from tsel_core.compare.meaning import explained, left_to_model, told_by_rule
from tsel_core.evidence.asking.asker import Asker
from tsel_core.text.language import Lang

EN = "The Buyer shall pay each invoice within 30 days of receipt at the seat of the Seller."
JA = "乙は、甲の書面による承諾なく、本業務を第三者に再委託してはならない。"


def meaning(old: str, new: str, lang: Lang = "en") -> str | None:
    changes = told_by_rule(made_of([old], [new]), lang).changes
    assert len(changes) == 1
    told = changes[0].meaning
    assert told is None or not told.unsure
    return None if told is None else told.text


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (EN, EN.replace("30", "45"), "“30 days” becomes “45 days” (15 days more)."),
        (EN, "7. " + EN.replace("The Buyer", "The Seller", 1), "“Buyer” becomes “Seller”."),
        (EN, EN.replace(" at the seat of the Seller", ""), "No longer said: “at the seat of the Seller”."),
        ("3.1 " + EN, "4.1 " + EN.replace("invoice", "correct invoice"), "New words: “correct”."),
        ("The price is GBP 185.00 a disc.", "The price is GBP 179.50 a disc.", "“GBP 185.00” becomes “GBP 179.50” (GBP 5.50 less)."),
        ("Interest of 1.5 per cent is due.", "Interest of 4 per cent is due.", "“1.5 per cent” becomes “4 per cent” (2.5 percentage points more)."),
        ("It begins on 1 May 2026 at noon.", "It begins on 1 May 2028 at noon.", "“1 May 2026” becomes “1 May 2028” (2 years later)."),
        ("It begins on 1 May 2026 at noon.", "It begins on 9 April 2026 at noon.", "“1 May 2026” becomes “9 April 2026” (22 days earlier)."),
        ("The term is two years from today.", "The term is three years from today.", "“two years” becomes “three years” (1 year more)."),
        ("As agreed in Clause 4 of the deed.", "As agreed in Clause 5 of the deed.", "“4” becomes “5”."),
        ("The Seller is not liable for this loss.", "The Seller is liable for this loss.", "No longer denied: “The Seller is liable for this loss.”"),
        ("The Seller may assign this contract.", "The Seller may not assign this contract.", "Now denied: “The Seller may not assign this contract.”"),
        ("Landlord: Corrigan Estates Ltd of Bristol", "Landlord: Corrigan Holdings Ltd of Bristol", "“Corrigan Estates Ltd” becomes “Corrigan Holdings Ltd”."),
        ("Consent, which shall not be withheld, is needed here.", "Consent is needed here.", "No longer said: “which shall not be withheld”."),
    ],
)  # fmt: skip
def test_an_english_change(old: str, new: str, text: str) -> None:
    assert meaning(old, new) == text


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("委託料は月額550,000円とする。", "委託料は月額605,000円とする。", "「550,000円」が「605,000円」になります（55,000円増）。"),
        ("第３条　納品後7日以内に検査を行う。", "第４条　納品後14日以内に検査を行う。", "「7日」が「14日」になります。"),
        ("義務は終了後3年間存続する。", "義務は終了後5年間存続する。", "「3年間」が「5年間」になります（2年増）。"),
        ("売主は、この遅延の責任を負わない。", "売主は、この遅延の責任を負う。", "否定がなくなります: 「売主は、この遅延の責任を負う。」"),
        ("甲は、本契約を解除することができる。", "乙は、本契約を解除することができる。", "「甲」が「乙」になります。"),
        (JA, JA.replace("甲の書面による承諾なく、", ""), "「甲の書面による承諾なく」の文言がなくなります。"),
    ],
)  # fmt: skip
def test_a_japanese_change(old: str, new: str, text: str) -> None:
    assert meaning(old, new, "ja") == text


def test_clauses_that_came_and_went() -> None:
    same = "The law of Denmark governs this agreement."
    old = ["7. No animals may be kept in the premises.", same, "9. The Tenant may park two cars in the yard behind the house."]
    made = told_by_rule(made_of(old, [same, "8. Insurance", "8.1 The Tenant shall insure all of the glass."]), "en")
    assert [(c.kind, c.meaning and c.meaning.text) for c in made.changes if c.kind != "same"] == [
        ("removed", "This is no longer in the text."), ("removed", "A right falls away."), ("added", ""), ("added", "A new duty."),
    ]  # fmt: skip


def test_what_was_written_anew_is_left_to_the_model() -> None:
    old = "The Supplier delivers the pumps in March and the Buyer unloads them at its own cost on the same day with two men."
    new = "In March the pumps come to the yard; unloading is for the Supplier, whose men are two, and the Buyer watches it on the day."
    made = told_by_rule(made_of([old], [new]), "en")
    assert any(map(left_to_model, made.changes)) or kinds(made) == ["removed", "added"]


def test_who_gains_is_unsure() -> None:
    class Judge:
        def ask(self, *given: object, **named: object) -> object:
            return type("Reply", (), {"text": "The Tenant loses the copies.", "ended": True})()

    made = made_of(["One is here."], ["One is here.", "Two copies of this agreement were made for the Tenant in March."])
    told = explained(made, cast("Asker", Judge()), "en", lambda done, total: None).changes[-1].meaning
    assert told is not None
    assert told.unsure


def test_a_new_number_is_a_new_number_also_before_a_short_heading() -> None:
    made = made_of(["3. Delay", "It is paid for.", "4. Law"], ["3. Insurance", "4. Delay", "It is paid for.", "5. Law"])
    assert kinds(made) == ["added", "renumbered", "same", "renumbered"]
    assert not any(c.values for c in made.changes)


def test_a_value_before_a_text_is_no_number_of_a_clause() -> None:
    made = made_of(["1.5 per cent of the price is paid a week."], ["2.5 per cent of the price is paid a week."])
    assert kinds(made) == ["changed"]
    assert kinds(made_of(["1.5 kg of the salt is used for it."], ["2.5 kg of the salt is used for it."])) == ["changed"]


def test_a_short_heading_moves_with_its_clause() -> None:
    notices, law = "Notices go by registered letter to the seat of the party.", "The law of Denmark applies to this agreement."
    delay = "Late goods cost the seller half a percent of their price for each week."
    made = made_of(["1. Delay", delay, "2. Notices", notices, "3. Law", law], ["1. Law", law, "2. Delay", delay, "3. Notices", notices])
    assert [c.kind for c in made.changes if c.new[0].text in ("1. Law", law)] == ["moved", "moved"]
    assert {c.kind for c in made.changes} == {"moved", "renumbered", "same"}


@pytest.mark.parametrize("sign", ["A", " A", "あ", "漢", "1", "1.", "a ", "&", "No "])
def test_long_runs_end(sign: str) -> None:
    begun = time.perf_counter()
    told_by_rule(made_of(["x " + sign * 20_000 + " 30 days"], ["y " + sign * 20_000 + " 45 days"]), "en")
    told_by_rule(made_of(["x."], ["x.", sign * 20_000]), "en")
    assert time.perf_counter() - begun < 20


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("Keep it at -7 degrees; the fee is EUR 300.", "Keep it at 7 degrees; the fee is EUR 400.", "“EUR 300” becomes “EUR 400” (EUR 100 more). “at -7 degrees” becomes “at 7 degrees”."),
        ("The rate is SONIA + 3% a year.", "The rate is SONIA - 3% a year.", "“SONIA + 3%” becomes “SONIA - 3%”."),
        ("Water content < 4% is accepted.", "Water content > 4% is accepted.", "“content < 4%” becomes “content > 4%”."),
        ("The result was (900) in all.", "The result was 900 in all.", "“was (900) in” becomes “was 900 in”."),
        ("It ends on 03/04/2027 at noon.", "It ends on 04/03/2027 at noon.", "“03/04/2027” becomes “04/03/2027”."),
        ("The price is 2.000 EUR in all.", "The price is 2,000 EUR in all.", "“2.000 EUR” becomes “2,000 EUR”: whether it is the same amount depends on how its point or comma is read."),
        ("A margin of 3% is added.", "A margin of 4% is added.", "“3%” becomes “4%” (1 percentage point more)."),
        ("The visit lasts 2.5 hours at most.", "The visit lasts 3.5 hours at most.", "“2.5 hours” becomes “3.5 hours”."),
        ("The keys of Flat 7 are here.", "The keys of Flat 8 are here.", "“7” becomes “8”."),
        ("He orders 20 lamps from it.", "He orders 30 lamps from it.", "“20” becomes “30”."),
    ],
)  # fmt: skip
def test_signs_and_doubtful_values_are_quoted(old: str, new: str, text: str) -> None:
    assert meaning(old, new) == text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The Carrier is not liable unless it is careless.", "The Carrier is liable unless it is not careless."),
        ("The Carrier may carry coal by sea, but only in May.", "The Carrier may not carry coal by sea, but only in May."),
        ("The Carrier pays if the coal is wet.", "The Carrier pays if the coal is not wet."),
    ],
)
def test_a_doubtful_denial_is_left_open(old: str, new: str) -> None:
    assert meaning(old, new) is None


def test_a_duty_that_becomes_a_choice_is_no_denial() -> None:
    told = meaning("借主は、毎月末に清掃しなければならない。", "借主は、毎月末に清掃しなくてもよい。", "ja")
    assert told == "「清掃しなければならない」が「清掃しなくてもよい」になります。"
    assert meaning("事務所は本館の3階に置く。", "事務所は本館の4階に置く。", "ja") in ("「3階」が「4階」になります。", "「3」が「4」になります。")


def added(text: str, lang: Lang) -> str | None:
    same = "The law of Denmark governs this agreement." if lang == "en" else "本契約は日本法に従う。"
    change = next(c for c in told_by_rule(made_of([same], [same, text]), lang).changes if c.kind == "added")
    return None if change.meaning is None else change.meaning.text


@pytest.mark.parametrize(
    "text",
    [
        "The Tenant shall be entitled to a refund of the deposit.",
        "The Tenant shall have the right to park a car.",
        "The Tenant shall not be liable for the roof.",
        "The Tenant shall not be obliged to pay for heating.",
        "The Tenant shall have no duty to paint the walls.",
        "Neither party shall be liable for frost.",
        "Nothing in this lease shall prevent a sale.",
        "The Tenant may terminate if the Landlord must pay a fine.",
        "The Tenant may not only sublet but also sell it.",
        "No liability for broken pipes",
        "4. No liability for broken pipes",
        "Tenant waives all rights",
        "4. Tenant waives claims",
        "ALL CLAIMS WAIVED",
    ],
)
def test_an_english_clause_of_doubt_is_left_open(text: str) -> None:
    assert added(text, "en") is None


@pytest.mark.parametrize(
    "text",
    [
        "借主は、本契約を解約することができるものとする。",
        "貸主は、この損害の責任を負わないものとする。",
        "借主は、通知を要しない。",
        "貸主の責任は一切ない",
        "第5条 貸主の責任は一切ない",
        "借主は、貸主が通知しなければならないときは、解除することができる。",
    ],
)
def test_a_japanese_clause_of_doubt_is_left_open(text: str) -> None:
    assert added(text, "ja") is None


def test_a_clause_that_is_certain_is_told() -> None:
    assert added("4. The Tenant shall not sublet the flat.", "en") == "A new prohibition."
    assert added("The Tenant may park two cars.", "en") == "A new right."
    assert added("The Tenant must pay the rent on Mondays.", "en") == "A new duty."
    assert added("借主は、賃料を月末に支払わなければならない。", "ja") == "義務が新しく加わります。"
    assert added("借主は、貸主の承諾なく本物件を転貸してはならない。", "ja") == "禁止事項が新しく加わります。"
    assert added("借主は、本契約を解約することができる。", "ja") == "権利が新しく加わります。"
    assert added("4. Governing Law", "en") == ""
    assert added("第5条(秘密保持)", "ja") == ""


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("Paid within thirty (30) days of it.", "Paid within 30 days of it.", "“thirty (30) days” becomes “30 days”: other words, the same meaning."),
        ("Paid within 30 days of it.", "Paid within thirty days of it.", "“30 days” becomes “thirty days”: other words, the same meaning."),
        ("The price is EUR 1,950.00 in all.", "The price is EUR 1950 in all.", "“EUR 1,950.00” becomes “EUR 1950”: other words, the same meaning."),
        ("The price is 1.950 EUR in all.", "The price is 1.95 EUR in all.", "“1.950 EUR” becomes “1.95 EUR”: whether it is the same amount depends on how its point or comma is read."),
        ("The price is 1.950,00 EUR in all.", "The price is 1,950 EUR in all.", "“1.950,00 EUR” becomes “1,950 EUR”: whether it is the same amount depends on how its point or comma is read."),
        ("The fee is $500 in all.", "The fee is US$500 in all.", "“$500” becomes “US$500”."),
        ("The fee is USD 500 in all.", "The fee is US$500 in all.", "“USD 500” becomes “US$500”: other words, the same meaning."),
        ("Paid within thirty (30) days of it.", "Paid within sixty (30) days of it.", "“thirty (30) days” becomes “sixty (30) days”. “sixty (30)” contradicts itself: its words say another number than its figures."),
        ("The pay is GBP 24,000 a year.", "The pay is GBP 2,000 a month.", "“GBP 24,000” becomes “GBP 2,000”. “year” becomes “month”."),
        ("He brings 3.5 tonnes of coal here.", "He brings 4.5 tonnes of coal here.", "“3.5 tonnes” becomes “4.5 tonnes”."),
        ("He claims by 1 May of each year.", "He claims by 15 June of each year.", "“1 May” becomes “15 June”."),
    ],
)  # fmt: skip
def test_the_same_value_in_other_words_and_one_that_may_not_be_it(old: str, new: str, text: str) -> None:
    assert meaning(old, new) == text


def test_the_same_value_in_other_words_in_japanese() -> None:
    told = meaning("契約は令和8年4月1日に始まる。", "契約は2026年4月1日に始まる。", "ja")
    assert told == "「令和8年4月1日」が「2026年4月1日」になります（書き方だけの違いで、意味は同じです）。"
    odd = meaning("義務は三（3）年間存続する。", "義務は五（3）年間存続する。", "ja")
    assert odd is not None
    assert odd.endswith("「五（3）」は文字の数と数字が食い違っています。")


def test_a_day_in_may_is_no_right() -> None:
    assert added("The Tenant shall pay the rent by 1 May.", "en") == "A new duty."
    assert added("The Tenant may terminate by 1 May.", "en") == "A new right."
    assert added("The Tenant shall pay the rent if it may park.", "en") is None


def test_an_amount_before_a_text_is_no_number_of_a_clause() -> None:
    same = "The law of Denmark applies to it."
    made = made_of(["3.5 crates of coal go to the mill each week.", same], ["4.5 crates of coal go to the mill each week.", same])
    assert kinds(made) == ["changed", "same"]
    assert [v.text for v in made.changes[0].values.came] == ["4.5"]
    clauses = ["2.1 where it rains the coal is kept dry.", "2.2 each Monday the Seller brings the coal to the mill each week.", same]
    later = ["2.1 where it rains the coal is kept dry.", "2.2 boats are paid by the mill itself.", "2.3 each Monday the Seller brings the coal to the mill each week.", same]
    assert kinds(made_of(clauses, later)) == ["same", "added", "renumbered", "same"]


def test_the_number_of_a_japanese_paragraph_is_no_value() -> None:
    kept = "受領者は、秘密情報を厳重に管理しなければならない。"
    made = made_of(["2　受領者は、秘密情報を複製してはならない。", "3　" + kept], ["2　" + kept])
    assert kinds(made) == ["removed", "renumbered"]
    assert not made.changes[0].values
