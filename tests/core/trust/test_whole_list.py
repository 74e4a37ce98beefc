"""A list from its first row to its last answers a question for all of it; one row less does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsel_core.ingest import read_document
from tsel_core.trust.claims.judge import judge_claims
from tsel_core.trust.fact_tracing import FactIndex
from tsel_core.trust.passages import PassageIndex

GIJI = """準備会 議事録

日時：2026年5月14日（木）10時00分
場所：本社3階会議室
出席者：川辺部長、杉浦課長、野々村主任、飯田（記録）
欠席者：古賀

1. 棚の発注
棚は40台とする。

2. 今後の課題
・床の荷重の確認（川辺部長、5月末）
・防火設備の点検（飯田、6月10日）
・通勤経路の周知（野々村主任、6月15日）

次回は6月11日（木）10時から開催する。
"""
MINUTES = """MINUTES

Date: 14 May 2026
Present: Ann Oak, Bo Ray, Cy Fern

2. Open points
- Check the floor (Ann Oak, end of May)
- Test the alarms (Bo Ray, 10 June)
- Tell the staff (Cy Fern, 15 June)

The next meeting is on 11 June.
"""
POINTS = ("床の荷重の確認（川辺部長、5月末）", "防火設備の点検（飯田、6月10日）", "通勤経路の周知（野々村主任、6月15日）")
ROWS = ("Check the floor (Ann Oak, end of May)", "Test the alarms (Bo Ray, 10 June)", "Tell the staff (Cy Fern, 15 June)")
ALL_JA, ALL_EN = "今後の課題をすべて挙げてください", "List all the open points."


def supported(paper: str, question: str, answer: str, folder: Path) -> bool:
    path = folder / "a.txt"
    path.write_text(paper, encoding="utf-8")
    claims = judge_claims(answer, question, FactIndex(PassageIndex.build([read_document(path)])))
    return bool(claims) and all(claim.verdict == "supported" for claim in claims)


@pytest.mark.parametrize(
    ("question", "answer", "right"),
    [
        (ALL_JA, "\n".join(POINTS), True),
        (ALL_JA, "\n".join(f"・{p}" for p in POINTS), True),
        (ALL_JA, "\n".join(POINTS[:2]), False),
        (ALL_JA, "\n".join((POINTS[0], POINTS[2])), False),
        (ALL_JA, "\n".join((*POINTS[:2], "次回は6月11日（木）10時から開催する。")), False),
        (ALL_JA, "\n".join((*POINTS[:2], "通勤経路の周知（飯田、6月15日）")), False),
        ("出席者を全員挙げてください", "川辺部長、杉浦課長、野々村主任、飯田", True),
        ("出席者を全員挙げてください", "出席者は川辺部長、杉浦課長、野々村主任、飯田（記録）です。", True),
        ("出席者を全員挙げてください", "川辺部長、杉浦課長、野々村主任", False),
        ("出席者を全員挙げてください", "川辺部長、杉浦課長、飯田、古賀", False),
        ("すべての欠席者を教えてください", "古賀", True),
        ("すべての課題を挙げてください", "\n".join(POINTS[:2]), False),
        ("この議事録の今後の課題をすべて挙げてください", "\n".join(POINTS), True),
        ("防火に関する今後の課題をすべて挙げてください", "\n".join(POINTS), False),
        ("解決した今後の課題をすべて挙げてください", "\n".join(POINTS), False),
    ],
)
def test_all_of_a_japanese_list(question: str, answer: str, right: bool, tmp_path: Path) -> None:
    assert supported(GIJI, question, answer, tmp_path) is right


@pytest.mark.parametrize(
    ("question", "answer", "right"),
    [
        (ALL_EN, "\n".join(ROWS), True),
        (ALL_EN, "\n".join(ROWS[:2]), False),
        (ALL_EN, "\n".join((*ROWS[:2], "Tell the staff (Bo Ray, 15 June)")), False),
        ("List all the open points except the first.", "\n".join(ROWS[:2]), False),
        ("List all who were present.", "Ann Oak, Bo Ray, Cy Fern", True),
        ("List all who were present.", "Ann Oak, Bo Ray", False),
    ],
)
def test_all_of_an_english_list(question: str, answer: str, right: bool, tmp_path: Path) -> None:
    assert supported(MINUTES, question, answer, tmp_path) is right


def test_a_list_that_goes_on_behind_its_rows_is_not_whole(tmp_path: Path) -> None:
    more = GIJI.replace("次回は", "なお、駐車場の手配も課題とする。\n次回は")
    assert not supported(more, ALL_JA, "\n".join(POINTS), tmp_path)


def test_rows_below_a_heading_of_their_own_are_rows_of_the_list(tmp_path: Path) -> None:
    split = GIJI.replace("・通勤経路", "\n営業\n・通勤経路")
    assert not supported(split, "すべての課題を挙げてください", "\n".join(POINTS[:2]), tmp_path)
