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
WHICH, ONE = "Which products can we order, all of them?", "Which product costs 15.90 per kilogram?"
KINDS = "懲戒の種類をすべて教えてください。"


@pytest.mark.parametrize(
    ("question", "claim", "whole"),
    [
        (WHICH, "Atlantic salmon fillet, chilled", False),
        (WHICH, "Atlantic salmon fillet, chilled; Cod loin, chilled", False),
        (WHICH, "Atlantic salmon fillet, chilled; Cod loin, chilled; Haddock fillet, frozen", True),
        (ONE, "Cod loin, chilled", True),
        (KINDS, "出勤停止、懲戒解雇", False),
        (KINDS, "けん責、減給、出勤停止、懲戒解雇", True),
    ],
)
def test_all_rows_are_told_or_it_is_said(question: str, claim: str, whole: bool, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PRICES if question.isascii() else KISOKU, encoding="utf-8")
    found = judge_claims(claim, question, FactIndex(PassageIndex.build([read_document(tmp_path / "a.txt")])))
    assert not whole or [c for c in found if c.why == "elsewhere" and c.detail] == []
    assert whole or all(c.verdict != "supported" for c in found)


FEES = "FEES\n\nBase fee: 1,000\nSetup fee: 500\nTotal: 1,500\n"
RYOKIN = "料金表\n\n基本料：1万円\n追加料：5千円\n合計：1万5千円\n"
SHUZEN = "第5条（修繕）\n一　屋根の修繕費はすべて甲が負担する。\n二　壁紙の張替えは乙が負担する。\n"
KEYS = "List\n\n- Keys (3)\n- Remote\n- Badge\n"


@pytest.mark.parametrize(
    ("text", "question", "claim"),
    [
        (FEES, "What do we pay altogether?", "The total is 1,500."),
        (FEES, "What is the total of all of these?", "1,500"),
        (FEES, "Which fees are there, all of them?", "Base fee: 1,000; Setup fee: 500"),
        (RYOKIN, "費用は全部でいくらですか。", "合計は1万5千円です。"),
        (SHUZEN, "屋根の修繕費をすべて負担するのは誰ですか。", "屋根の修繕費はすべて甲が負担する。"),
        (KEYS, "List all keys.", "Keys (3)"),
    ],
)
def test_one_figure_or_one_party_is_no_list(text: str, question: str, claim: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    found = judge_claims(claim, question, FactIndex(PassageIndex.build([read_document(tmp_path / "a.txt")])))
    assert [c.why for c in found if c.why == "elsewhere"] == []
