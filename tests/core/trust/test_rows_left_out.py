"""Some rows of a list are no answer to a question for all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.ingest import read_document
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import PassageIndex

PRICES = """SUPPLY AGREEMENT

Schedule 1 - Products and prices per kilogram

Atlantic salmon fillet, chilled: 14.20
Cod loin, chilled: 15.90
Haddock fillet, frozen: 9.75
"""
KISOKU = """第18条（懲戒）
懲戒の種類は、次のとおりとする。
一　けん責
二　減給
三　出勤停止
四　懲戒解雇
"""
WHICH, ALL = "Which products can we order, all of them?", "Which product costs 15.90 per kilogram?"
KINDS = "懲戒の種類をすべて教えてください。"


@pytest.mark.parametrize(
    ("question", "claim", "whole"),
    [
        (WHICH, "Atlantic salmon fillet, chilled", False),
        (WHICH, "Atlantic salmon fillet, chilled; Cod loin, chilled", False),
        (WHICH, "Atlantic salmon fillet, chilled; Cod loin, chilled; Haddock fillet, frozen", True),
        (ALL, "Cod loin, chilled", True),
        (KINDS, "出勤停止、懲戒解雇", False),
        (KINDS, "けん責、減給、出勤停止、懲戒解雇", True),
    ],
)
def test_all_rows_are_told_or_it_is_said(question: str, claim: str, whole: bool, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PRICES if question.isascii() else KISOKU, encoding="utf-8")
    found = judge_claims(claim, question, FactIndex(PassageIndex.build([read_document(tmp_path / "a.txt")])))
    left = [c for c in found if c.why == "elsewhere" and c.detail]
    assert all(c.verdict == "supported" for c in found) or not whole or not left
    assert whole or all(c.verdict != "supported" for c in found)
