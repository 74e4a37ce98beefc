"""True sentences that answer another question: no reason for "why", a count for a price, a firm for a person, a sibling."""

from __future__ import annotations

import pytest

from tests.core.trust.test_relied import verdicts
from tsel_core.trust.claims.expected import off_kind
from tsel_core.trust.claims.not_so import undecided
from tsel_core.trust.claims.sibling import told_of_sibling

WHY = ("Omar is leaving the team at Easter.", "The hall was changed because the roof leaks.")
PLAN = ("The full plan has its own page.", "The basic plan costs 12 euros.", "Repairs are paid under the full plan.")
ROOMS = ("児童館の集会室は午後に使う。", "読書室の定員は30名である。", "音楽室の定員は12名である。")


def test_that_it_is_so_is_no_reason() -> None:
    assert verdicts("Why is Omar leaving?", "Omar is leaving the team at Easter.", None, WHY) == [("unsure", "kind")]
    assert verdicts("When is Omar leaving?", "Omar is leaving the team at Easter.", None, WHY) == [("supported", "")]
    assert verdicts("Why was the hall changed?", "The hall was changed because the roof leaks.", None, WHY)[0][0] == "supported"


@pytest.mark.parametrize(
    ("answer", "question", "odd"),
    [
        ("500部で、6月2日に届きます。", "チラシの印刷代はいくらですか。", False),  # 部 is no counter that is known
        ("500枚で、6月2日に届きます。", "チラシの印刷代はいくらですか。", True),
        ("500枚で4万円です。", "チラシの印刷代はいくらですか。", False),
        ("3日です。", "残業代はいくらもらえますか。", True),
        ("2割増しです。", "残業代はいくらもらえますか。", False),
        ("Northgate Tools Limited", "What is the name of the service manager?", True),
        ("Ida Holt of Northgate Tools Limited", "What is the name of the service manager?", False),
        ("Northgate Tools Limited", "What is the name of the supplier?", False),
        ("The roof leaks.", "Why was the hall changed?", True),
        ("So that nobody slips.", "Why is the floor sanded?", False),
        ("屋根が漏れるからです。", "会場が変わったのはなぜですか。", False),
        ("会場が変わりました。", "会場が変わったのはなぜですか。", True),
    ],
)
def test_kinds(answer: str, question: str, odd: bool) -> None:
    assert off_kind(answer, question) is odd


def test_of_a_sibling() -> None:
    assert verdicts("What does the full plan cost?", "It costs 12 euros.", 1, PLAN)[0][0] == "unsure"
    assert verdicts("What does the basic plan cost?", "It costs 12 euros.", 1, PLAN) == [("supported", "")]
    assert told_of_sibling("音楽室の定員は何名ですか。", ROOMS[1], "".join(ROOMS)) == "音楽室 / 読書室"
    assert told_of_sibling("音楽室の定員は何名ですか。", ROOMS[2], "".join(ROOMS)) == ""
    assert told_of_sibling("工作室の定員は何名ですか。", ROOMS[1], "".join(ROOMS)) == ""  # called so nowhere


@pytest.mark.parametrize(
    ("question", "text", "says", "open_"),
    [
        ("Have the tiles been chosen?", "In May we expect to choose the tiles.", "yes", True),
        ("Have the tiles been chosen?", "The tiles have been chosen and will come in May.", "yes", False),
        ("Will the tiles be chosen in May?", "In May we expect to choose the tiles.", "yes", False),
        ("Will the pump fail?", "R2 | Pump fails | Low | 900", "no", True),
        ("Is breakfast free?", "Breakfast | included | 07:00", "yes", False),
        ("灯りを川に流すか？", "灯りは川に流すと回収が大変です。", "yes", True),
        ("灯りを川に流すか？", "灯りは川に流すことにしました。", "yes", False),
        ("候補は決まりましたか。", "候補は来月に決める予定です。", "yes", True),
        ("候補は決まりましたか。", "候補は昨日決まりました。", "yes", False),
        ("買主は転売できますか。", "転売については、この限りでない。", "yes", False),
    ],
)
def test_what_is_to_come_supposed_or_a_row_decides_nothing(question: str, text: str, says: str, open_: bool) -> None:
    assert undecided(question, text, says) is open_


FILLER = ("It rained on Monday.", "The key is kept below.", "Tea is served at noon.")
NOTHING = (
    "Neither side has to disclose anything to the other.",
    *FILLER,
    "Ottermill Ltd signed first.",
    *FILLER,
    "The disclosing side keeps its papers.",
    *FILLER,
    "Notices go to Ottermill Ltd.",
)


def test_a_statement_with_nothing_of_the_question_is_unsure() -> None:
    said = "Neither side has to disclose anything to the other."
    assert verdicts("What about remedies?", said, 0, NOTHING) == [("unsure", "elsewhere")]
    assert verdicts("Does either side have to disclose anything?", said, None, NOTHING)[0][0] != "contradicted"
    assert verdicts("What must be disclosed?", said, None, NOTHING) == [("supported", "")]
    assert verdicts("Who is the disclosing side?", "Ottermill Ltd", 4, NOTHING)[0][0] == "unsure"
    assert verdicts("Who gets the notices?", "Ottermill Ltd", 12, NOTHING) == [("supported", "")]
