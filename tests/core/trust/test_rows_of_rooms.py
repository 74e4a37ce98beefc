"""Rows of a list that are left out: rooms of a lease, 設備 of a contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.ingest import read_document
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import PassageIndex

ROOMS = """LEASE

1. Rooms

The tenant may use the following rooms:

(a) cellar;
(b) attic;
(c) laundry.
"""
SETSUBI = """第3条（設備）
借主は、次の設備を使用できる。
（1）物置
（2）車庫
（3）浴室
"""
ALL, ONE = "Which rooms may the tenant use, all of them?", "Which room may the tenant use first?"
ALL_JA, ONE_JA = "借主が使用できる設備をすべて挙げてください。", "車庫を使用できるのは誰ですか。"


@pytest.mark.parametrize(
    ("question", "claim", "left"),
    [
        (ALL, "Cellar", "attic;"),
        (ALL, "Cellar, attic", "laundry."),
        (ALL, "Cellar; attic; laundry", ""),
        (ALL, "Cellar, attic, laundry", ""),
        (ONE, "Cellar", ""),
        (ALL_JA, "物置", "車庫"),
        (ONE_JA, "借主", ""),
    ],
)
def test_all_rows_are_told_or_it_is_said(question: str, claim: str, left: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ROOMS if question.isascii() else SETSUBI, encoding="utf-8")
    found = judge_claims(claim, question, FactIndex(PassageIndex.build([read_document(tmp_path / "a.txt")])))
    expected = ("unsure", "elsewhere", left) if left else ("supported", "", "")
    assert [(c.verdict, c.why, c.detail) for c in found] == [expected]


def test_a_japanese_list_that_is_whole_leaves_no_row_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SETSUBI, encoding="utf-8")
    index = FactIndex(PassageIndex.build([read_document(tmp_path / "a.txt")]))
    assert all(c.why != "elsewhere" for c in judge_claims("物置、車庫、浴室", ALL_JA, index))
