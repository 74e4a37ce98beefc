"""What a question narrows a value to must stand with it; a quotation keeps its clause number."""

from __future__ import annotations

from pathlib import Path

import pytest
from trust_support import claims_about

LEASE = """# Lease

2. Money

2.1 The deposit is GBP 9,000.

2.2 The rent of the flat is GBP 1,200 a month.

3. Use

3.1 The Tenant may use two parking spaces behind the flat.

3.2 No animals may be kept in the flat.

4. Keys

4.1 The fee is GBP 40 for each key of the cellar that is lost.
"""
MINUTES = """# 総務委員会 議事録

4. 備品の更新

江口委員から、ノートパソコン45台の更新の提案があった。審議の結果、今年度は30台に限り更新することとした。プリンターの更新は議題にならなかった。

5. 駐車場

本社の賃料は月額90万円とする。

6. その他

東側駐車場の舗装は来年度に行う。
"""


def verdict(text: str, question: str, claim: str, folder: Path) -> str:
    return claims_about(claim, question, folder, text, kind="md")[0].verdict


@pytest.mark.parametrize(
    ("question", "claim", "supported"),
    [
        ("How much is the deposit for the parking spaces?", "The deposit for the parking spaces is GBP 9,000.", False),
        ("How much is the deposit for the parking spaces?", "GBP 9,000", False),
        ("How much is the deposit?", "The deposit is GBP 9,000.", True),
        ("How much is the deposit for the flat?", "The deposit is GBP 9,000.", True),
        ("What is the fee for the keys of the cellar?", "GBP 40 for each key of the cellar that is lost.", True),
    ],
)
def test_a_sum_is_not_told_of_a_thing_that_stands_elsewhere(question: str, claim: str, supported: bool, tmp_path: Path) -> None:
    assert (verdict(LEASE, question, claim, tmp_path) == "supported") is supported


@pytest.mark.parametrize(
    ("question", "claim", "supported"),
    [
        ("プリンターは何台更新しますか。", "今年度は30台に限り更新することとした。", False),
        ("ノートパソコンは何台更新しますか。", "今年度は30台に限り更新することとした。", True),
        ("東側駐車場の賃料はいくらですか。", "月額90万円です。", False),
        ("本社の賃料はいくらですか。", "月額90万円です。", True),
        ("新規開発業務の賃料はいくらですか。", "月額90万円です。", False),
    ],
)
def test_the_same_in_japanese(question: str, claim: str, supported: bool, tmp_path: Path) -> None:
    assert (verdict(MINUTES, question, claim, tmp_path) == "supported") is supported


def test_a_clause_that_is_quoted_with_its_number_is_supported(tmp_path: Path) -> None:
    question = "May the Tenant keep a cat?"
    assert verdict(LEASE, question, "“3.2 No animals may be kept in the flat.”", tmp_path) == "supported"
    assert verdict(LEASE, "How much is the deposit?", "The deposit is GBP 2.1.", tmp_path) != "supported"


def test_for_how_long_narrows_nothing(tmp_path: Path) -> None:
    text = "# Terms\n\n1. New pumps are guaranteed for five years.\n\n2. A long berth holds 12 boats.\n"
    assert verdict(text, "For how long are new pumps guaranteed?", "five years", tmp_path) == "supported"
