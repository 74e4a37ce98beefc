"""What kind of item a sentence or an entry of written minutes is; texts written for these tests."""

from __future__ import annotations

import pytest

from tests.core.sweep.test_written import actions, decisions, items, notes
from tsel_core.sweep.item import Item
from tsel_core.sweep.meetings.decisions import find_decision
from tsel_core.sweep.meetings.minutes import item_words
from tsel_core.sweep.meetings.next_meeting import NEXT
from tsel_core.sweep.meetings.written.labels import zone_of
from tsel_core.sweep.run import sweep_documents

_THERE_EN = "Present: Una Birch, Theo Marsh"
_THERE_JA = "出席者：小野 委員長、堀 委員"


def opens(found: list[Item]) -> list[str]:
    return [i.what for i in found if i.kind == "open"]


@pytest.mark.parametrize(
    ("heading", "zone"),
    [
        ("決定事項・担当", "decision or action"),
        ("決定事項と担当者", "decision or action"),
        ("タスク・期限", "action"),
        ("担当・期限", "action"),
        ("未決事項・担当", "open or action"),
        ("決定・未決事項", None),
        ("Actions and owners", "action"),
        ("Decisions and owners", "decision or action"),
        ("Decisions, actions and deadlines", "decision or action"),
        ("決定事項（担当・期限）", "decision or action"),
        ("Actions (owner, due date)", "action"),
        ("決定事項（案）", None),
        ("Owners", None),
        ("Decisions and costs", None),
    ],
)
def test_headings_that_name_several_things(heading: str, zone: str | None) -> None:
    assert zone_of(heading) == zone


def test_entries_below_decisions_and_owners_ja() -> None:
    found = items(
        "ja",
        _THERE_JA,
        "1. 遠足",
        "行き先の候補を検討した。",
        "2. 決定事項・担当",
        "・バスの見積り：小野委員長、5月9日まで",
        "・しおりの印刷：堀委員、次回まで",
        "・保険の手配：庶務係、5月20日まで",
        "・参加費は800円とする",
        "・集合場所：南門、8時",
    )
    assert actions(found) == [
        ("小野", "バスの見積り", "5月9日"),
        ("堀", "しおりの印刷", "次回"),
        ("庶務係", "保険の手配", "5月20日"),
    ]
    assert decisions(found) == [("参加費は800円とする", "decided"), ("集合場所：南門、8時", "decided")]
    unsure = [i.who for i in found if i.verdict == "unsure"]
    assert unsure == ["庶務係"]  # named nowhere else


@pytest.mark.parametrize("heading", ["2. Actions and owners", "2. Decisions and owners"])
def test_entries_below_actions_and_owners_en(heading: str) -> None:
    found = items(
        "en",
        _THERE_EN,
        "1. Fair",
        "Two dates were compared.",
        heading,
        "- Book the field: Una Birch, by 11 July",
        "- Clear the barn: the site office, by 4 May",
        "- Paint the sign: Theo Marsh, by the next meeting",
    )
    assert actions(found) == [
        ("Una Birch", "Book the field", "11 July"),
        ("the site office", "Clear the barn", "4 May"),
        ("Theo Marsh", "Paint the sign", "next meeting"),
    ]
    assert decisions(found) == []


def test_an_entry_without_an_owner_below_decisions_and_owners_is_a_decision() -> None:
    found = items("en", _THERE_EN, "1. Decisions and owners", "- The gate stays shut at night", "- Leaflet: new prices, by 5 May")
    assert decisions(found) == [("The gate stays shut at night", "decided"), ("Leaflet: new prices, by 5 May", "decided")]
    assert actions(found) == []


@pytest.mark.parametrize(
    ("lang", "sentence", "status"),
    [
        ("ja", "工事の契約については、理事会の承認を得るまで行わない。", "decided"),
        ("ja", "鍵は、保証金の入金を確認するまで渡さないこととした。", "decided"),
        ("ja", "会長の許可なしに名簿を配布してはならない。", "decided"),
        ("ja", "今年の盆踊りは行わない。", "rejected"),
        ("ja", "新しい机は購入しないこととした。", "rejected"),
        ("en", "No order may be placed without the approval of the Treasurer.", "decided"),
        ("en", "It was agreed not to sign the lease until the survey is in.", "decided"),
        ("en", "Keys must not be handed out before the deposit is paid.", "decided"),
        ("en", "It was agreed not to renew the subscription.", "rejected"),
        ("en", "The request was refused without discussion.", "rejected"),
    ],
)  # fmt: skip
def test_a_condition_is_no_refusal(lang: str, sentence: str, status: str) -> None:
    there = _THERE_JA if lang == "ja" else _THERE_EN
    found = items(lang, there, "1. 会場" if lang == "ja" else "1. Hall", sentence)
    assert [(i.kind, i.status, i.verdict) for i in found] == [("decision", status, "supported")]


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "The Clerk said that no tree may be felled without the consent of the County."),
        ("en", "Under the lease no wall may be moved without consent."),
        ("en", "No accident was reported in the quarter."),
        ("ja", "市の許可なしに掲示してはならないとの説明があった。"),
        ("ja", "部品が届くまで機械は動かない。"),
    ],
)
def test_a_rule_that_somebody_tells_is_no_decision(lang: str, sentence: str) -> None:
    assert items(lang, _THERE_JA if lang == "ja" else _THERE_EN, "1. 会場" if lang == "ja" else "1. Hall", sentence) == []


def test_a_rule_that_may_be_a_fact_is_marked() -> None:
    (found,) = items("en", _THERE_EN, "1. Hall", "The stage cannot be used before the floor is dry.")
    assert (found.kind, found.verdict) == ("decision", "unsure")


def test_one_part_decided_and_the_rest_left_open() -> None:
    found = items("ja", _THERE_JA, "1. 椅子", "協議の結果、今年度は20脚に限り購入し、残りの10脚は来年度に改めて検討することとした。")
    assert decisions(found) == [("椅子：今年度は20脚に限り購入する", "decided")]
    assert [o.split("：")[-1] for o in opens(found)] == ["残りの10脚は来年度に改めて検討する"]
    found = items("en", _THERE_EN, "1. Chairs", "It was agreed to buy 20 chairs this year, and the remaining 10 will be looked at again next year.")
    assert [(w.split(": ")[-1], s) for w, s in decisions(found)] == [("It was agreed to buy 20 chairs this year", "decided")]
    assert [o.split(": ")[-1] for o in opens(found)] == ["the remaining 10 will be looked at again next year"]


def test_below_a_label_of_decisions_too() -> None:
    found = items("ja", _THERE_JA, "【決定事項】", "・今年度は20脚を購入し、残りは次回改めて検討することとした。")
    assert decisions(found) == [("今年度は20脚を購入する", "decided")]
    assert opens(found) == ["残りは次回改めて検討する"]


def test_what_is_wholly_put_off_stays_open() -> None:
    found = items("ja", _THERE_JA, "1. 椅子", "資料を配布し、購入の可否は次回改めて検討することとした。")
    assert decisions(found) == []
    assert len(opens(found)) == 1


def test_a_refusal_at_the_end_of_a_long_item_is_named_before_it() -> None:
    long = "会費を年間3千円から4千円に引き上げる案は、反対が多かったため見送りとなった。"
    (found,) = items("ja", _THERE_JA, "1. 会費", long)
    assert item_words(found, "ja").startswith("見送り: ")
    (short,) = items("ja", _THERE_JA, "1. 会費", "値上げは見送りとなった。")
    assert not item_words(short, "ja").startswith("見送り: ")


def test_how_a_figure_went_is_no_decision() -> None:
    figure = "The reject rate was 7.5% in May and is now 4.1%; the target is 3%."
    assert items("en", _THERE_EN, "1. Works", figure) == []
    assert find_decision("The meeting was on Friday, it is now on Monday.", "en") is not None
    assert find_decision("The rate is now 4%, not 5%.", "en") is not None


@pytest.mark.parametrize(
    ("lang", "heading", "line"),
    [
        ("en", "4. Next meeting", "Thursday 20 November 2025 at 9.30 a.m. in the old hall."),
        ("en", "4. Date of next meeting", "5 May, 7 p.m."),
        ("ja", "4. 次回", "7月16日（水）13時30分から、南館で開く。"),
    ],
)
def test_the_next_meeting_stands_below_its_heading(lang: str, heading: str, line: str) -> None:
    there = _THERE_JA if lang == "ja" else _THERE_EN
    found = sweep_documents([notes(there, heading, line)], lang, "meeting").items  # type: ignore[arg-type]
    assert [i.what for i in found if i.name == NEXT] == [line]


def test_a_day_below_another_heading_is_no_next_meeting() -> None:
    found = items("en", _THERE_EN, "4. Next year", "Thursday 20 November 2025 is a holiday.")
    assert [i for i in found if i.name == NEXT] == []


def test_what_is_asked_for_of_nobody_is_told_with_a_mark() -> None:
    (found,) = items("en", _THERE_EN, "1. Books", "Theo Marsh asked for the ledger to be split by branch from the next meeting.")
    assert (found.kind, found.who, found.what) == ("action", "", "the ledger to be split by branch")
    assert (found.when, found.verdict) == ("from the next meeting", "unsure")
    assert item_words(found, "en") == "not stated - the ledger to be split by branch - from the next meeting (unsure)"
    assert items("en", _THERE_EN, "1. Books", "Theo Marsh asked for the ledger to be in order.") == []
