"""Sums of money: the unit as it is written, of whichever country, and the sign that two countries have."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.ingest import read_document
from tsel_core.text.same_values import same_value
from tsel_core.text.values import extract_values
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import PassageIndex


def verdict(written: str, claimed: str, folder: Path, more: str = "") -> str:
    ja = not written.isascii() and "¥" not in written
    text = f"第1条（料金）\n料金は{written}とする。\n" if ja else f"1. Fee\n1.1 The fee is {written}.\n{more}"
    (folder / "a.txt").write_text(text, encoding="utf-8")
    question, claim = ("料金はいくらですか。", f"料金は{claimed}です。") if ja else ("What is the fee?", f"The fee is {claimed}.")
    (found,) = judge_claims(claim, question, FactIndex(PassageIndex.build([read_document(folder / "a.txt")])))
    return found.verdict


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5,000 rupees", "5000 rupees"), ("Rs. 5,000", "5000 rupees"), ("5,000ルピー", "5000 rupees"), ("₹5,000", "5000 INR"),
        ("5,000 Pakistani rupees", "5000 PKR"), ("5,000 Sri Lankan rupees", "5000 LKR"), ("PKR 5,000", "5000 PKR"),
        ("5,000 Canadian dollars", "5000 CAD"), ("5,000カナダドル", "5000 CAD"), ("5,000 Jamaican dollars", "5000 JAMAICAN DOLLAR"),
        ("5,000 pesos", "5000 pesos"), ("¥5,000", "5000 JPY"), ("5,000 yen", "5000 JPY"), ("5,000円", "5000 JPY"), ("5,000元", "5000 CNY"),
    ],
)  # fmt: skip
def test_a_sum_in_its_unit(text: str, value: str) -> None:
    (found,) = extract_values(text)
    assert (found.kind, found.value) == ("money", value)


@pytest.mark.parametrize(
    ("written", "claimed", "verdict_"),
    [
        ("5,000 rupees", "5,000 rupees", "supported"),
        ("5,000 rupees", "Rs 5,000", "supported"),
        ("INR 5,000", "5,000 rupees", "supported"),  # it says less
        ("5,000 rupees", "INR 5,000", "unsure"),  # Pakistan and Sri Lanka have rupees, too
        ("5,000 rupees", "PKR 5,000", "unsure"),
        ("5,000 Pakistani rupees", "INR 5,000", "contradicted"),
        ("5,000 Pakistani rupees", "5,000 euros", "contradicted"),  # it was supported: a bare number
        ("5,000 Jamaican dollars", "5,000 euros", "contradicted"),
        ("5,000 Canadian dollars", "USD 5,000", "contradicted"),
        ("5,000ルピー", "5,000円", "contradicted"),
        ("5,000ルピー", "5,000ルピー", "supported"),
        ("¥5,000", "JPY 5,000", "supported"),
        ("JPY 5,000", "¥5,000", "supported"),
        ("¥5,000", "5,000 yen", "supported"),
        ("¥5,000", "CNY 5,000", "unsure"),  # no word of China's money
        ("RMB 5,000", "¥5,000", "supported"),
        ("RMB 5,000", "5,000 yen", "contradicted"),
        ("5,000円", "¥5,000", "supported"),
        ("5,000円", "5,000元", "contradicted"),
    ],
)
def test_a_claim_in_another_unit(written: str, claimed: str, verdict_: str, tmp_path: Path) -> None:
    assert verdict(written, claimed, tmp_path) == verdict_


def test_the_sign_is_chinas_where_the_paper_names_its_money(tmp_path: Path) -> None:
    more = "1.2 Sums are in RMB.\n"
    assert verdict("¥5,000", "CNY 5,000", tmp_path, more) == "supported"
    assert verdict("¥5,000", "5,000 yen", tmp_path, more) == "unsure"


@pytest.mark.parametrize(("one", "two", "same"), [("5,000 rupees", "INR 5,000", True), ("PKR 5,000", "INR 5,000", False), ("5,000 pesos", "5,000 rupees", False), ("500 dollars", "500 Canadian dollars", False)])
def test_names_of_several_countries(one: str, two: str, same: bool) -> None:
    (left,), (right,) = extract_values(one), extract_values(two)
    assert same_value(left, right) == same
    assert same_value(right, left) == same
