"""Questions of a chat that lean on the one before: put whole by code in Japanese, by the model in English."""

from __future__ import annotations

import pytest

from tsel_core.evidence.elliptic_ja import whole_ja
from tsel_core.evidence.follow_up import leans, stand_alone, with_last


@pytest.mark.parametrize(
    ("last", "answer", "question", "whole"),
    [
        ("餅米は一度に何キロまで炊けますか。", "3キロです。", "おかゆは？", "おかゆは一度に何キロまで炊けますか？"),
        ("扇風機の保証は何年？", "2年です。", "じゃあ加湿器のほうは？", "加湿器の保証は何年？"),
        ("扇風機の保証は何年？", "2年です。", "その値段は？", "扇風機の値段は？"),
        ("契約期間はいつまで？", "来年3月です。", "その更新はどうなっている？", "契約期間の更新はどうなっている？"),
        ("届け出るのは誰？", "桑田さんです。", "それはいつまで？", "届け出るのはいつまで？"),
        ("月謝はいくら？", "6千円です。", "それに教材は含まれる？", "月謝に教材は含まれる？"),
        ("新しい係長は誰？", "桑田さんです。", "その人の内線は？", "桑田の内線は？"),
        ("担当は誰？", "担当は桑田様です。", "その人の部署は？", "桑田の部署は？"),
        ("入場料はいくら？", "大人は500円です。", "子どもは？", "子どもの入場料はいくら？"),
        ("見学会はいつ？", "5月8日です。", "何時から？", "見学会は何時から？"),
        ("見学会はいつ？", "5月8日です。", "学生も入れる？", "見学会は学生も入れる？"),
        ("工事の完成はいつ？", "6月です。", "遅れた場合は？", "遅れた場合、工事の完成はどうなりますか？"),
        ("遠足はいつ？", "6月です。", "去年はいつだった？", "遠足は去年はいつだった？"),
        ("委託料の支払期限はいつ？", "翌月末です。", "その手数料は誰が払う？", "委託料の手数料は誰が払う？"),
    ],
)
def test_a_japanese_question_is_put_whole(last: str, answer: str, question: str, whole: str) -> None:
    assert leans(question)
    assert whole_ja(question, last, answer) == whole


@pytest.mark.parametrize(
    "question",
    ["司会は誰？", "定年は何歳ですか。", "これまで窓口は誰だった？", "この契約はいつまで？", "彼岸の休みはいつ？", "鍵をなくしたらどうなる？", "故障したら誰に連絡する？", "家賃は？", "支払いの条件は？"],
)
def test_another_subject_stays_as_it_is(question: str) -> None:
    assert not leans(question)
    assert whole_ja(question, "見学会はいつ？", "5月8日です。") == question


@pytest.mark.parametrize(
    ("question", "refers"),
    [
        ("Is there a deposit?", False),
        ("Who is the landlord?", False),
        ("Who is the person that signs?", True),  # rather once too often
        ("How long is this lease?", False),
        ("And the digger?", True),
        ("And when is it due?", True),
        ("On what condition?", True),
        ("Since when?", True),
        ("May they keep a dog?", True),
        ("Who else was there?", True),
        ("What other fees are there?", False),
    ],
)
def test_what_leans_in_english(question: str, refers: bool) -> None:
    assert leans(question) is refers


LAST = ("How many hours do nurses work?", "37 hours a week.")


@pytest.mark.parametrize(
    ("question", "reply", "whole"),
    [
        ("And receptionists?", "How many hours do receptionists work?", "How many hours do receptionists work?"),
        ("And receptionists?", "What about receptionists?", ""),
        ("On what condition?", "On what condition?", ""),
        ("Since when?", "Since 2020.", ""),
        ("When do they begin?", "What is the capital of the country where penguins live?", ""),
    ],
)
def test_an_english_question_is_written_anew_by_the_model(question: str, reply: str, whole: str) -> None:
    assert stand_alone(lambda *_: reply, question, *LAST) == whole


def test_and_is_asked_of_the_model_as_what_about() -> None:
    asked: list[str] = []

    def ask(_: str, question: str) -> str:
        asked.append(question)
        return ""

    stand_alone(ask, "And receptionists?", *LAST)
    stand_alone(ask, "Wie lange?", *LAST)
    assert asked == ["What about receptionists?", "Wie lange?"]


def test_what_says_too_little_is_looked_for_behind_the_last_question() -> None:
    assert with_last("Since when?", LAST[0]) == "How many hours do nurses work? Since when?"
    assert with_last("Does the practice manager keep its own rota?", LAST[0]) == "Does the practice manager keep its own rota?"
    assert with_last("Is there a bonus?", LAST[0]) == "Is there a bonus?"


def test_what_happens_to_something_else_stays_as_it_is() -> None:
    last = "委託料の支払期限はいつですか？"
    assert whole_ja("納期に遅れたらどうなりますか？", last, "翌月末です。") == "納期に遅れたらどうなりますか？"
    assert whole_ja("遅れたらどうなりますか？", last, "翌月末です。").startswith("遅れたら、委託料の支払期限は")
