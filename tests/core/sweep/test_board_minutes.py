"""Minutes of boards: decisions taken back, titles without numbers, tasks in prose; texts written for these tests."""

from __future__ import annotations

import pytest

from tests.core.sweep.test_written import actions, decisions, items, notes
from tsel_core.sweep.item import Item
from tsel_core.sweep.kind import kind_of
from tsel_core.sweep.sentences import sentences_of


def opens(found: list[Item]) -> list[str]:
    return [i.what for i in found if i.kind == "open"]


def changed(found: list[Item]) -> list[tuple[str, str]]:
    return [(i.what, i.instead_of) for i in found if i.status == "changed"]


BOARD_JA = (
    "出席者　代表取締役社長 赤木一郎、専務取締役 二階堂真、取締役(社外) ポール・グレイ、監査役 蓮見洋子",
    "第1号議案　倉庫の購入の件",
    "蓮見監査役より、登記がまだ届いていないとの指摘があった。採決の結果、賛成2、反対1(グレイ取締役)で可決した。売主との折衝は二階堂専務が担当し、3月8日までに契約書案を取りまとめる。",
    "第2号議案　賞与の件",
    "取り下げ。",
)


def test_a_resolution_that_is_taken_back_later_in_japanese() -> None:
    found = items(
        "ja",
        *BOARD_JA,
        "第1号議案の再審議",
        "先の可決を撤回し、登記を確認するまで購入を保留とすることを全員一致で決議した。",
        "報告事項",
        "停電が2回あった。再発防止として、通知を1分保留する設定を4月から導入する。",
        "その他",
        "忘年会の会場は未定である。",
    )
    assert changed(found) == [
        (
            "第1号議案の再審議：先の可決を撤回し、登記を確認するまで購入を保留とすることを全員一致で決議した",
            "第1号議案 倉庫の購入：採決の結果、賛成2、反対1(グレイ取締役)で可決した",
        )
    ]
    assert decisions(found)[0] == ("第2号議案 賞与：取り下げ", "rejected")
    assert actions(found) == [
        ("二階堂真", "売主との折衝を担当し、契約書案を取りまとめる", "3月8日"),
        ("", "通知を1分保留する設定を導入する", "4月から"),
    ]
    assert opens(found) == ["忘年会の会場は未定である"]
    assert [i.section for i in found if i.kind == "open"] == ["その他"]


@pytest.mark.parametrize(
    "line",
    [
        "第1号議案の可決を撤回すべきとの意見があった。",
        "議長は、第1号議案の決議は取り消さないと述べた。",
        "第9号議案の可決を撤回した旨が子会社から伝えられた。",
    ],
)
def test_what_is_not_taken_back_still_stands_in_japanese(line: str) -> None:
    found = items("ja", *BOARD_JA, "報告事項", line)
    assert ("第1号議案 倉庫の購入：採決の結果、賛成2、反対1(グレイ取締役)で可決した", "decided") in decisions(found)
    assert not changed(found)


def test_a_numbered_item_that_is_taken_up_again_in_japanese() -> None:
    found = items(
        "ja",
        "出席理事　理事長 長沼浩、理事 東野緑",
        "議題1 会館の改修",
        "審議の結果、賛成多数で承認された。東野理事は、5月末までに業者と日程を調整すること。",
        "議題2 予算",
        "全会一致で可決した。",
        "議題1の再協議",
        "議題1の承認を取り消し、再見積を取ることを決議した。",
    )
    assert [old for _, old in changed(found)] == ["議題1 会館の改修：賛成多数で承認された"]
    assert actions(found)[0][::2] == ("東野緑", "5月末")
    assert ("議題2 予算：全会一致で可決した", "decided") in decisions(found)


BOARD_EN = (
    "Present: Mrs H Dunmore (Chair), Mr D Crabbe, Ms L Teague",
    "In attendance: Mr T Ames",
    "4 Fuel",
    "Two offers for the heating oil of both halls had come in by the end of August. The Board\ndecided to buy from Norvik for two years.",
    "5 Staff (Mr Ames attended)",
    "(a) Pay. The Board agreed that Mr Crabbe may settle up to 4%.",
    "(b) Accidents. The Chair asked for a short report on causes - Mr Ames, for the November meeting.",
    "(c) A proposal to close on Fridays was discussed and not pursued.",
)


def test_a_decision_that_is_rescinded_later() -> None:
    found = items(
        "en",
        *BOARD_EN,
        "6 Fuel (resumed)",
        "After discussion the decision at item 4 was rescinded, and it was RESOLVED to buy from Calder.",
    )
    assert [old for _, old in changed(found)] == ["Fuel: The Board decided to buy from Norvik for two years"]
    assert decisions(found)[:2] == [
        ("Staff – Pay: The Board agreed that Mr Crabbe may settle up to 4%", "decided"),
        ("Staff: A proposal to close on Fridays was discussed and not pursued", "rejected"),
    ]
    assert actions(found) == [("Mr Ames", "a short report on causes", "the November meeting")]


def test_what_stands_instead_may_be_the_next_sentence() -> None:
    found = items("en", *BOARD_EN, "6 Fuel (resumed)", "The decision at item 4 was reversed. It was agreed to rent a tank.")
    assert changed(found) == [("Fuel: It was agreed to rent a tank", "Fuel: The Board decided to buy from Norvik for two years")]


@pytest.mark.parametrize(
    "line",
    [
        "Ms Teague asked whether the decision at item 4 could be reversed.",
        "The decision at item 4 was not reversed.",
        "Mr Ames said a court's decision on parking had been overturned.",
        "The decision at item 9 was rescinded in 2019.",
    ],
)
def test_what_is_not_taken_back_still_stands(line: str) -> None:
    found = items("en", *BOARD_EN, "6 Any other business", line)
    assert ("Fuel: The Board decided to buy from Norvik for two years", "decided") in decisions(found)
    assert not changed(found)


def test_open_points_and_reports_in_the_prose_of_minutes() -> None:
    found = items(
        "en",
        *BOARD_EN[:2],
        "7 Pension",
        "The letter was noted. No decision. Ms Teague and Mr Crabbe to meet the trustees, date to be fixed.",
        "8 Any other business",
        "Whether to keep the store was raised; to be considered at the next meeting.",
        "Mr Ames to bring a written report to the November meeting.",
        "Ms Teague was asked for a list of keys, to come to the May meeting.",
    )
    assert opens(found) == ["Pension: No decision (The letter was noted)", "Whether to keep the store was raised; to be considered at the next meeting"]
    assert actions(found) == [
        ("Ms Teague, Mr Crabbe", "meet the trustees, date to be fixed", ""),
        ("Mr Ames", "bring a written report to the November meeting", "the November meeting"),
        ("Ms Teague", "a list of keys", "the May meeting"),
    ]


def test_titles_without_a_number_end_the_one_above() -> None:
    found = items(
        "en",
        "Present: Una Birch, Theo Marsh",
        "1 Roof",
        "It was agreed to mend the slates.",
        "Membership",
        "Both were accepted by those present.",
        "Una Birch",
        "spoke about the fair.",
    )
    assert decisions(found)[0][0] == "Roof: It was agreed to mend the slates"
    assert [i.section for i in found if i.kind == "decision"] == ["Roof", "Membership"]


def test_a_subject_that_is_taken_up_again_without_numbers() -> None:
    found = items(
        "en",
        "Directors: Sam Lowry, Kim Batt",
        "Service charge",
        "A motion to raise the charge by 8% was put and lost.",
        "Garden contract",
        "The offer of Greenfold was approved. Sam Lowry is to sign it this week.",
        "Garden contract again",
        "Greenfold had no insurance. The approval given earlier in the meeting was withdrawn.",
    )
    assert changed(found) == [("The approval given earlier in the meeting was withdrawn", "Garden contract: The offer of Greenfold was approved")]
    assert [s for _, s in decisions(found)] == ["rejected", "changed"]
    assert actions(found) == [("Sam Lowry", "sign it", "this week")]


def test_a_decision_taken_back_by_its_words_in_japanese() -> None:
    found = items(
        "ja",
        "参加者：部長 辰巳、副館長 折原、総務部長 野々村悟",
        "1. 新製品の価格",
        "1台98,000円とすることで合意した。折原副館長が価格表を4月10日までに更新する。",
        "2. 報告",
        "折原副館長から報告があり、了承した。金属検出機が止まった。是正措置として、点検を毎月行う。",
        "3. 新製品の価格（追加）",
        "先ほどの合意を撤回し、1台105,000円に改めることで全員が合意した。",
        "4. その他",
        "野々村総務部長は、各課の意見を集めて次回までに案を示すこと。次回までに各自が案を出す。",
        "保留ボタンのある電話機を導入する案は、費用が高いため見送った。",
    )
    assert [old for _, old in changed(found)] == ["新製品の価格：1台98,000円とする"]
    assert ("報告", "decided") in [(i.section, i.status) for i in found if i.kind == "decision"]
    assert actions(found) == [
        ("折原", "価格表を更新する", "4月10日"),
        ("", "点検を行う", "毎月"),
        ("野々村悟", "各課の意見を集めて案を示すこと", "次回"),
        ("各自", "案を出す", "次回"),
    ]
    assert not opens(found)


def test_who_is_told_to_do_something_in_japanese() -> None:
    found = items(
        "ja",
        "出席取締役：代表取締役社長 鶴見健司、常務取締役 有働麻衣、取締役 ケン・モリタ",
        "第1号議案　株式の譲渡の件",
        "議長は有働常務に対し、9月5日までに価格算定書を取り寄せるよう指示した。モリタ取締役は、見積書を8月末までに提出するよう経理部に求めた。有働常務より、価格を下げるよう求める意見が出た。",
    )
    assert actions(found) == [("有働麻衣", "価格算定書を取り寄せる", "9月5日"), ("経理部", "見積書を提出する", "8月末")]


def test_a_numbered_title_that_says_two_things() -> None:
    found = items(
        "en",
        "Present: Hugh Tarrant (Chairman), Noor Aziz",
        "1. Grain store",
        "The Board approved design B at £212,000.",
        "2. Website",
        "It was left that Noor Aziz would compare agencies.",
        "It was left that Noor Aziz would get a price and that the Chairman could accept it.",
        "3. Grain store: further business",
        "The Board resolved to rescind the approval of design B and to adopt design A at £176,000.",
    )
    assert [old for _, old in changed(found)] == ["Grain store: The Board approved design B at £212,000"]
    assert [i.section for i in found if i.status == "changed"] == ["Grain store: further business"]
    assert actions(found) == [("Noor Aziz", "compare agencies", "")]
    assert ("Website: It was left that Noor Aziz would get a price and that the Chairman could accept it", "decided") in decisions(found)


def test_a_report_that_lists_directors_is_no_minutes() -> None:
    lines = ("Annual report 2025", "Directors: Sam Lowry, Kim Batt", "The accounts were approved by the auditors.", "A dividend of 5p was agreed.")
    assert kind_of(sentences_of([notes(*lines)])) == "other"
