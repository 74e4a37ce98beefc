"""How long before an event: "up to two hours before" is no later where a thing is called off, no earlier where one arrives."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.trust.terms.test_terms import verdict

HALL = """RULES OF THE HALL

1. Guests may arrive up to 2 hours before the event.

2. The keys are available no earlier than 3 hours before the hire begins.

3. The caterer must come at least 4 hours before the dinner.

4. An order may be changed up to 5 days before dispatch.

5. Children of 12 and over pay the full fare.

6. The loan of a book is 30 days at most.
"""


@pytest.mark.parametrize(
    ("question", "claim", "right"),
    [
        ("When may guests arrive?", "Guests may arrive at most 2 hours before the event.", True),
        ("When may guests arrive?", "Guests may arrive no earlier than 2 hours before the event.", True),
        ("When may guests arrive?", "Guests may arrive at least 2 hours before the event.", False),
        ("When may guests arrive?", "Guests may arrive no later than 2 hours before the event.", False),
        ("When are the keys available?", "The keys are available up to 3 hours before the hire begins.", True),
        ("When are the keys available?", "The keys are available at least 3 hours before the hire begins.", False),
        ("When must the caterer come?", "The caterer must come no later than 4 hours before the dinner.", True),
        ("When must the caterer come?", "The caterer must come up to 4 hours before the dinner.", False),
        ("When may an order be changed?", "An order may be changed at least 5 days before dispatch.", True),
        ("When may an order be changed?", "An order may be changed no earlier than 5 days before dispatch.", False),
        ("What do children of 12 pay?", "Children of 12 or older pay the full fare.", True),
        ("What do children of 12 pay?", "Children under 12 pay the full fare.", False),
        ("How long is the loan of a book?", "The loan of a book is no longer than 30 days.", True),
        ("How long is the loan of a book?", "The loan of a book is no less than 30 days.", False),
    ],
)
def test_how_long_before_an_event(question: str, claim: str, right: bool, tmp_path: Path) -> None:
    assert (verdict(HALL, question, claim, tmp_path) == "supported") is right


RULES = """規則

第1条 貸出は10冊を超えず、期間は14日以内とする。

第2条 積載量は4トンを超えてはならない。

第3条 繁忙期の料金は3割増とする。

第4条 子供の料金は3割引とする。

第5条（休暇） 正社員には夏季休暇を5日、契約社員には夏季休暇を3日与える。
"""


@pytest.mark.parametrize(
    ("question", "claim", "right"),
    [
        ("貸出は何冊までですか。", "貸出は10冊以内です。", True),
        ("貸出は何冊までですか。", "貸出は10冊を超えます。", False),
        ("積載量の上限はどれだけですか。", "積載量は4トン以下です。", True),
        ("積載量の上限はどれだけですか。", "積載量は4トンを超えます。", False),
        ("繁忙期の料金はどうなりますか。", "繁忙期の料金は30%増です。", True),
        ("繁忙期の料金はどうなりますか。", "繁忙期の料金は3割引です。", False),
        ("子供の料金はどうなりますか。", "子供の料金は30%引きです。", True),
        ("子供の料金はどうなりますか。", "子供の料金は30%増です。", False),
        ("契約社員の夏季休暇は何日ですか。", "契約社員の夏季休暇は3日です。", True),
        ("契約社員の夏季休暇は何日ですか。", "3日です。", True),
        ("契約社員の夏季休暇は何日ですか。", "契約社員の夏季休暇は5日です。", False),
        ("契約社員の夏季休暇は何日ですか。", "5日です。", False),
        ("正社員の夏季休暇は何日ですか。", "正社員の夏季休暇は3日です。", False),
    ],
)
def test_limits_and_changes_in_japanese(question: str, claim: str, right: bool, tmp_path: Path) -> None:
    assert (verdict(RULES, question, claim, tmp_path) == "supported") is right


TERMS = """SERVICE AGREEMENT

1. The Customer pays £90 per tonne, and £12 per pallet.

2. The Supplier may raise the price, and the Customer may then terminate within 14 days.

3. The discount is 5% off list price for orders above £1,000.

4. The maximum speed is 20 mph.
"""


@pytest.mark.parametrize(
    ("question", "claim", "right"),
    [
        ("How much is it per pallet?", "£90.", False),
        ("How much is it per pallet?", "£12.", True),
        ("How much is it per tonne?", "£90.", True),
        ("When may the customer terminate?", "The Customer may terminate after 14 days.", False),
        ("When may the customer terminate?", "The Customer may terminate within 14 days.", True),
        ("What is the discount?", "There is a surcharge of 5% for orders above £1,000.", False),
        ("What is the discount?", "5%.", True),
        ("What is the maximum speed?", "The maximum speed is 20 km/h.", False),
        ("What is the maximum speed?", "The maximum speed is 20 mph.", True),
    ],
)
def test_what_a_value_is_for(question: str, claim: str, right: bool, tmp_path: Path) -> None:
    assert (verdict(TERMS, question, claim, tmp_path) == "supported") is right


@pytest.mark.parametrize(("claim", "right"), [("料金は定価の2割です。", False), ("料金は定価の2割引です。", True), ("料金は定価の20%引きです。", True)])
def test_a_share_taken_off_is_not_what_is_paid(claim: str, right: bool, tmp_path: Path) -> None:
    assert (verdict("規程\n\n第4条 料金は定価の2割引とする。\n", "料金はいくらですか。", claim, tmp_path) == "supported") is right
