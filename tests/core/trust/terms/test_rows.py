"""A value of one row, one schedule or one paper told of all, of none in particular, or of another."""

from __future__ import annotations

from pathlib import Path

import pytest
from trust_support import claims_about


def table(*rows: str) -> str:
    lines = ("".join(f"<td>{c}</td>" for c in row.split("|")) for row in rows)
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


FEES = table("Year|Licence fee|Support fee", "2025|$850,000|$40,000", "2026|$870,000|$42,000", "2027|$900,000|$45,000")
GOODS = table("品目|単価|最低発注数", "バルブA|1,250円|100個", "バルブB|1,800円|50個", "ポンプC|24,000円|5個")
YEARS = table("年度|使用料|保守料", "2025年度|850,000円|40,000円", "2026年度|870,000円|42,000円")
SCHEDULES = (
    "<h1>Supply Agreement</h1><h2>Schedule 1</h2>"
    + table("Product|Bleach pulp", "Price|EUR 640 per tonne", "Minimum quantity|500 tonnes per year")
    + "<h2>Schedule 2</h2>"
    + table("Product|Unbleached pulp", "Price|EUR 590 per tonne", "Minimum quantity|900 tonnes per year")
)
LEASES = (
    "LEASE OF UNIT 4\n\nThe rent is £2,000 per month.\n\nThe term is five years.\n\nThe tenant pays a deposit of £6,000.\n\nBoth parties may terminate.\n",
    "LEASE OF UNIT 9\n\nThe rent is £3,100 per month.\n\nThe term is five years.\n\nThe landlord insures the building.\n",
)


def verdict(texts: tuple[str, ...], kind: str, question: str, claim: str, folder: Path) -> str:
    return claims_about(claim, question, folder, *texts, kind=kind)[0].verdict


@pytest.mark.parametrize(
    ("text", "question", "claim"),
    [
        (FEES, "What is the licence fee?", "The licence fee is $850,000 for each year."),
        (FEES, "What is the licence fee?", "The licence fee is $850,000 per year."),
        (FEES, "What is the licence fee?", "The licence fee is $850,000."),
        (FEES, "What is the licence fee in 2026?", "$850,000"),
        (YEARS, "使用料はいくらですか。", "使用料は各年度850,000円です。"),
        (YEARS, "使用料はいくらですか。", "使用料は毎年850,000円です。"),
        (YEARS, "使用料はいくらですか。", "850,000円"),
        (GOODS, "商品の単価はいくらですか。", "各品目の単価は1,250円です。"),
        (GOODS, "商品の単価はいくらですか。", "バルブBの単価は1,250円です。"),
        (GOODS, "商品の単価はいくらですか。", "バルブAとバルブBの単価は1,250円です。"),
        (SCHEDULES, "What is the price of bleach pulp?", "EUR 590 per tonne"),
        (SCHEDULES, "What is the minimum quantity?", "The minimum quantity is 500 tonnes per year."),
        (SCHEDULES, "What is the minimum quantity?", "The minimum quantity of unbleached pulp is 500 tonnes per year."),
    ],
)  # fmt: skip
def test_a_value_of_one_row_is_not_told_of_others(text: str, question: str, claim: str, tmp_path: Path) -> None:
    assert verdict((text,), "html", question, claim, tmp_path) != "supported"


@pytest.mark.parametrize(
    ("text", "question", "claim"),
    [
        (FEES, "What is the licence fee in 2025?", "$850,000"),
        (YEARS, "2026年度の使用料はいくらですか。", "使用料は870,000円です。"),
        (GOODS, "バルブBの単価はいくらですか。", "1,800円"),
        (GOODS, "単価はいくらですか。", "バルブBの単価は1,800円です。"),
        (SCHEDULES, "What is the price of bleach pulp?", "EUR 640 per tonne"),
        (SCHEDULES, "What is the price of unbleached pulp?", "The price of unbleached pulp is EUR 590 per tonne."),
    ],
)  # fmt: skip
def test_a_value_of_the_row_that_is_named_is_supported(text: str, question: str, claim: str, tmp_path: Path) -> None:
    assert verdict((text,), "html", question, claim, tmp_path) == "supported"


@pytest.mark.parametrize(
    ("question", "claim", "supported"),
    [
        ("What is the rent?", "The rent is £2,000 per month.", False),
        ("What is the rent?", "The rent is £2,000 per month in both leases.", False),
        ("What deposit is paid?", "Both tenants pay a deposit of £6,000.", False),
        ("What deposit is paid?", "A deposit of £6,000 is paid under both leases.", False),
        ("What is the rent of Unit 4?", "The rent is £2,000 per month.", True),
        ("What is the rent of Unit 9?", "The rent of Unit 9 is £3,100 per month.", True),
        ("How long is the term?", "The term is five years in both leases.", True),
        ("Who may terminate?", "Both parties may terminate.", True),
    ],
)
def test_what_one_of_two_papers_says_is_not_told_of_both(question: str, claim: str, supported: bool, tmp_path: Path) -> None:
    assert (verdict(LEASES, "txt", question, claim, tmp_path) == "supported") is supported
