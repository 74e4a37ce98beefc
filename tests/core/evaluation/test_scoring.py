"""Scores of replies, by match kind."""

from __future__ import annotations

import pytest

from tsel_core.evaluation.overlap import f1, rouge_l
from tsel_core.evaluation.scoring import score


@pytest.mark.parametrize(
    ("match", "answers", "reply", "expected"),
    [
        ("any", ["7331522", "x9"], "It is 7331522.", 1.0),
        ("any", ["7331522"], "It is 7331523.", 0.0),
        ("all", ["a1", "b2"], "b2 and a1", 1.0),
        ("all", ["a1", "b2"], "a1 only", 0.0),
        ("any", ["20日"], "締切は二十日です", 1.0),
        ("yesno", ["Yes"], "Yes, clause 4 says so.", 1.0),
        ("yesno", ["Yes"], "No, nothing says so.", 0.0),
        ("yesno", ["No"], "Now that is unclear", 0.0),
        ("choice", ["True", "Yes"], "The statement is False.", 0.0),
        ("choice", ["True", "Yes"], "true. Section 2", 1.0),
        ("abstain", ["not stated"], "文書には記載がありません。", 1.0),
        ("abstain", ["not stated"], "It is 12.", 0.0),
        ("any", ["x"], "", 0.0),
        ("any", ["5 days"], "Within 15 days.", 0.0),
        ("any", ["70,000円"], "170,000円です。", 0.0),
        ("any", ["2億8,640万円"], "286,400,000円です。", 1.0),
        ("any", ["April 15, 2009"], "It is dated 15 April, 2009.", 1.0),
        ("share", ["4711", "5822"], "4711 only", 0.5),
        ("share", ["4711", "5822"], "5822, 4711", 1.0),
        ("classes", ["Date", "Speed", "Dat"], "Date", 1.0),
        ("classes", ["Date", "Speed"], "Speed or Date", 0.5),
        ("classes", ["Date", "Speed"], "Speed", 0.0),
        ("f1_line", ["Paris"], "\nParis\n\nPassage: Rome is", 1.0),  # few-shot prompts go on: LongBench cuts there
        ("f1", ["Paris"], "Paris Rome Bonn", 0.5),
        ("rouge_line", ["a b c"], "a b c\nDialogue: x", 1.0),
        ("number", ["Paragraph 19"], "Paragraph 19 or 20", 0.5),
        ("number", ["段落5"], "段落１５", 0.0),
        ("f1", ["Bob Dylan"], "bob dylan", 1.0),
        ("edit", ["x = 1"], "# the answer\nx = 1\ny = 2", 1.0),
        ("edit", ["x = 1"], "", 0.0),
        ("all", ["加藤", "来月10日"], "加藤さんが来月十日までに行います。", 1.0),
    ],
)
def test_match_kinds(match: str, answers: list[str], reply: str, expected: float) -> None:
    assert score(match, answers, reply) == expected


def test_key_points_are_counted_by_share() -> None:
    points = ["The budget is 500 euro", "The launch moves to May"]
    assert score("keypoints", points, "The budget is 500 euro in all.") == 0.5
    assert score("keypoints", points, "The budget is 700 euro in all.") == 0.0


def test_overlap_measures_on_a_worked_example() -> None:
    assert f1("the cat sat", "the cat ran") == pytest.approx(2 / 3)
    assert rouge_l("a b c d", "a x c d") == pytest.approx(2 * 3 / 8)
    assert score("judge", ["the cat sat"], "dogs bark") == 0.0


def test_an_unknown_match_is_refused() -> None:
    with pytest.raises(ValueError, match="match must be one of"):
        score("regex", ["a"], "a")
