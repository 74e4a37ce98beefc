"""A claim that is its sentence but for one word."""

from __future__ import annotations

from pathlib import Path

import pytest
from trust_support import claims_about

ENGLISH = """RULES

1. Either party may terminate this agreement by giving 30 days' written notice if the other party is in material breach.

2. The Contractor is not liable for loss of profit unless it acted with gross negligence.

3. The board approved the purchase of a second delivery van for £24,500 on 3 March.

4. The Contractor shall remove all waste from the site within five days after completion of the works.

5. "Working Day" means a day other than a Saturday, Sunday or public holiday in Scotland.
"""
JAPANESE = """契約書

第1条 請負人は、工事完了後5日以内に廃材を現場から撤去する。

第2条 理事会は、3月3日に配送車の購入を承認した。

第3条 納品は、入金後3週間以内に、甲の神戸倉庫で行う。
"""


def verdict(text: str, claim: str, folder: Path) -> str:
    question = "What does it say?" if claim.isascii() or "£" in claim else "何が書かれていますか。"
    return claims_about(claim, question, folder, text)[0].verdict


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (ENGLISH, "Either party may terminate this agreement by giving 30 days' written notice if the other party is in minor breach."),
        (ENGLISH, "The Contractor is not liable for loss of profit unless it acted with negligence."),
        (ENGLISH, "The board approved the sale of a second delivery van for £24,500 on 3 March."),
        (ENGLISH, "The committee approved the purchase of a second delivery van for £24,500 on 3 March."),
        (ENGLISH, '"Working Day" means a Saturday, Sunday or public holiday in Scotland.'),
        (JAPANESE, "請負人は、工事完了後5日以内に機材を現場から撤去する。"),
        (JAPANESE, "監事会は、3月3日に配送車の購入を承認した。"),
        (JAPANESE, "理事会は、3月3日に配送車の売却を承認した。"),
        (JAPANESE, "納品は、入金後3週間以内に、甲の大阪倉庫で行う。"),
    ],
)  # fmt: skip
def test_one_other_word_is_unsure(text: str, claim: str, tmp_path: Path) -> None:
    assert verdict(text, claim, tmp_path) != "supported"


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (ENGLISH, "Either party may end this agreement by giving 30 days' written notice if the other party is in material breach."),
        (ENGLISH, "The board approved the purchase of a second delivery truck for £24,500 on 3 March."),
        (ENGLISH, "The Contractor must take away all waste from the site within five days after completion of the works."),
        (ENGLISH, "The Contractor shall remove all rubbish from the site within five days after the works are completed."),
        (JAPANESE, "請負人は、工事完成後5日以内に廃材を現場から撤去します。"),
        (JAPANESE, "理事会は、3月3日に配送車の購入を認めた。"),
    ],
)  # fmt: skip
def test_a_word_that_says_the_same_is_supported(text: str, claim: str, tmp_path: Path) -> None:
    assert verdict(text, claim, tmp_path) == "supported"
