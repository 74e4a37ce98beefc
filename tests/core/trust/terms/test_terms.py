"""What stands beside a value and belongs to it: a claim with every word of its sentence and one small one turned."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from trust_support import claims_about

from tsel_core.trust.claims.terms.conditions import condition_dropped
from tsel_core.trust.claims.terms.counted_from import counted_otherwise
from tsel_core.trust.claims.terms.limits import other_limit
from tsel_core.trust.claims.terms.measures import other_measure
from tsel_core.trust.claims.terms.one_for import for_one_of_another

ENGLISH = """RULES OF THE DEPOT

1. The maximum load is 3,500 kg and the maximum distance is 120 km per day.

2. The price is £90 per tonne excluding VAT.

3. The Employee is entitled to 25 days of leave per year and 10 days of sick pay.

4. The Buyer may return goods within 14 days after delivery, provided that they are unopened.

5. The Seller delivers the goods to the warehouse in Leeds within 3 weeks after payment.

6. The plant yields at least 8,400 kilowatt hours a year.

7. The yard has an area of 900 square metres.
"""
JAPANESE = """業務委託契約書

第1条 積載量は2トン以上4トン未満とし、走行距離は1日あたり200キロメートル以下とする。

第2条 乙は、毎月10日までに、前月の実績を甲に報告する。

第3条 委託料は月額30万円とする。

第4条 乙は、20歳以上65歳未満の者を作業に従事させる。

第5条 秘密保持義務は、本契約終了後3年間存続する。

第6条 保証金は、契約終了後60日以内に返還する。

第7条 納品は、入金後3週間以内に行う。

第8条 賠償額は500万円を超えないものとする。
"""


def verdict(text: str, question: str, claim: str, folder: Path) -> str:
    return claims_about(claim, question, folder, text)[0].verdict


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("What is the maximum load?", "The maximum load is 3,500 tonnes."),
        ("What is the maximum load?", "The maximum load is 3,500 lb."),
        ("What is the maximum distance?", "The maximum distance is 120 miles per day."),
        ("What is the price?", "The price is £90 per month."),
        ("What is the price?", "The price is £90 per kilogram excluding VAT."),
        ("How many days of leave?", "The Employee is entitled to 25 days of leave per month."),
        ("When may goods be returned?", "The Buyer may return goods after 14 days."),
        ("When may goods be returned?", "The Buyer may return goods within 14 days after payment, provided that they are unopened."),
        ("When is payment due?", "Payment is due within 3 weeks after delivery."),
        ("How large is the yard?", "The yard has an area of 900 square feet."),
        ("How large is the yard?", "The yard has an area of 900 metres."),
    ],
)  # fmt: skip
def test_a_value_with_another_measure_limit_or_event_is_not_supported(question: str, claim: str, tmp_path: Path) -> None:
    assert verdict(ENGLISH, question, claim, tmp_path) != "supported"


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("What is the maximum load?", "The maximum load is 3,500 kilograms."),
        ("What is the maximum distance?", "The maximum distance is 120 kilometres a day."),
        ("What is the price?", "The price is £90 a tonne excluding VAT."),
        ("How many days of leave?", "The Employee is entitled to 25 days of leave a year."),
        ("What is the yield?", "The plant yields at least 8,400 kWh per year."),
        ("When are the goods delivered?", "The Seller delivers the goods within 3 weeks of payment."),
        ("How large is the yard?", "The yard has an area of 900 m²."),
    ],
)  # fmt: skip
def test_the_same_in_other_words_is_supported(question: str, claim: str, tmp_path: Path) -> None:
    assert verdict(ENGLISH, question, claim, tmp_path) == "supported"


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("積載量はどれだけですか。", "積載量は2トン以上4トン以下とする。"),
        ("積載量はどれだけですか。", "積載量は2トン超4トン未満とする。"),
        ("積載量はどれだけですか。", "積載量は2トン以下とする。"),
        ("積載量はどれだけですか。", "積載量は2キロ以上4キロ未満です。"),
        ("走行距離はどれだけですか。", "走行距離は1日あたり200マイル以下とする。"),
        ("走行距離はどれだけですか。", "走行距離は1日あたり200キロメートル未満とする。"),
        ("走行距離はどれだけですか。", "走行距離は1か月あたり200キロメートル以下とする。"),
        ("報告はいつまでですか。", "乙は、毎月10日以降に、前月の実績を甲に報告する。"),
        ("報告はいつまでですか。", "乙は、毎週10日までに、前月の実績を甲に報告する。"),
        ("委託料はいくらですか。", "委託料は年額30万円です。"),
        ("誰が作業に従事しますか。", "乙は、20歳以上65歳以下の者を作業に従事させる。"),
        ("秘密保持義務はいつまで続きますか。", "秘密保持義務は、情報の開示後3年間存続する。"),
        ("保証金はいつ返還されますか。", "保証金は契約終了の60日後に返還する。"),
        ("納品はいつですか。", "納品は、発注後3週間以内に行う。"),
    ],
)  # fmt: skip
def test_a_japanese_value_with_another_measure_limit_or_event_is_not_supported(question: str, claim: str, tmp_path: Path) -> None:
    assert verdict(JAPANESE, question, claim, tmp_path) != "supported"


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("積載量はどれだけですか。", "積載量は2t以上4t未満です。"),
        ("走行距離はどれだけですか。", "走行距離は1日あたり200km以下です。"),
        ("賠償額はいくらまでですか。", "賠償額は500万円を超えません。"),
        ("委託料はいくらですか。", "委託料は毎月30万円です。"),
        ("秘密保持義務はいつまで続きますか。", "秘密保持義務は、契約の終了から3年間存続する。"),
    ],
)  # fmt: skip
def test_the_same_in_other_japanese_words_is_supported(question: str, claim: str, tmp_path: Path) -> None:
    assert verdict(JAPANESE, question, claim, tmp_path) == "supported"


def test_no_less_than_is_no_answer_no(tmp_path: Path) -> None:
    assert verdict(ENGLISH, "What is the yield?", "No less than 8,400 kilowatt hours a year.", tmp_path) != "contradicted"


@pytest.mark.parametrize("run", [" " * 20_000, "a" * 20_000, "and " * 5_000, "、" * 20_000])
def test_long_runs_behind_a_value_are_read_in_linear_time(run: str) -> None:
    begin = time.monotonic()
    for text in (f"The load is 5 tons{run}or more.", f"積載量は5トン{run}以上です。", f"The notice is 5 days{run}after payment."):
        for check in (other_measure, other_limit, counted_otherwise, for_one_of_another):
            check(text, text.replace("5", "6"))
            check(text, text)
        condition_dropped(f"The Supplier may deliver {run}", "", "", text)
    assert time.monotonic() - begin < 20
