"""An answer about a thing that the paper has no word for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.ingest import read_document
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import PassageIndex

RULES = """第1条（通勤手当）
通勤手当は、月額3万5千円を限度として実費を支給する。

第2条（委託料）
委託料は、1号当たり金82万円とする。

第3条（賞与）
賞与は、毎年6月に支給する。

第4条（在宅勤務）
在宅勤務は、週2日を限度とする。
"""


@pytest.mark.parametrize(
    ("question", "claim", "verdict"),
    [
        ("住宅手当はいくらですか。", "住宅手当は、月額3万5千円を限度として実費を支給する。", "unsure"),
        ("前払金はいくらですか。", "前払金は、1号当たり金82万円です。", "unsure"),
        ("通勤手当はいくらまでですか。", "通勤手当は、月額3万5千円を限度として実費を支給する。", "supported"),
        ("通勤の手当はいくらまでですか。", "通勤の手当は、月額3万5千円を限度として支給する。", "supported"),
        ("委託料金はいくらですか。", "委託料金は、1号当たり金82万円です。", "supported"),  # 委託料 in other words
    ],
)
def test_a_topic_that_stands_nowhere_is_unsure(question: str, claim: str, verdict: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(RULES, encoding="utf-8")
    index = FactIndex(PassageIndex.build([read_document(tmp_path / "a.txt")]))
    (found,) = judge_claims(claim, question, index)
    assert found.verdict == verdict
