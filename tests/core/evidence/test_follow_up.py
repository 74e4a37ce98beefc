"""Questions of a chat that lean on the one before: put whole by code in Japanese, by the model in English."""

from __future__ import annotations

from typing import Any

import pytest

from tsel_core.evidence.elliptic_ja import whole_ja
from tsel_core.evidence.follow_up import leans, stand_alone
from tsel_core.evidence.reply import Reply


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
        ("入場料はいくら？", "大人は500円です。", "子どもは？", "子どもの入場料はいくら？"),
        ("見学会はいつ？", "5月8日です。", "何時から？", "見学会は何時から？"),
        ("見学会はいつ？", "5月8日です。", "学生も入れる？", "見学会は学生も入れる？"),
        ("工事の完成はいつ？", "6月です。", "遅れた場合は？", "遅れた場合、工事の完成はどうなりますか？"),
        ("遠足はいつ？", "6月です。", "去年はいつだった？", "遠足は去年はいつだった？"),
    ],
)
def test_a_japanese_question_is_put_whole(last: str, answer: str, question: str, whole: str) -> None:
    assert leans(question, "ja")
    assert whole_ja(question, last, answer) == whole


@pytest.mark.parametrize(
    "question",
    ["司会は誰？", "定年は何歳ですか。", "これまで窓口は誰だった？", "この契約はいつまで？", "彼岸の休みはいつ？", "鍵をなくしたらどうなる？", "家賃は？"],
)
def test_another_subject_stays_as_it_is(question: str) -> None:
    assert not leans(question, "ja")
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
    assert leans(question, "en") is refers


class _Says:
    """An asker that writes one thing, and keeps what it was asked."""

    def __init__(self, reply: str) -> None:
        self.reply, self.asked = reply, ""

    def ask(self, instruction: str, question: str, *args: Any, **named: Any) -> Reply:
        self.asked = question
        return Reply(self.reply, ())


LAST = ("How many hours do nurses work?", "37 hours a week.")


@pytest.mark.parametrize(
    ("question", "reply", "whole"),
    [
        ("And receptionists?", "How many hours do receptionists work?", "How many hours do receptionists work?"),
        ("And receptionists?", "What about receptionists?", "How many hours do nurses work? And receptionists?"),
        ("On what condition?", "On what condition?", "How many hours do nurses work? On what condition?"),
        ("Since when?", "Since 2020.", "How many hours do nurses work? Since when?"),
        ("Is there a bonus?", "never asked", "Is there a bonus?"),
    ],
)
def test_an_english_question_is_written_anew_or_both_are_kept(question: str, reply: str, whole: str) -> None:
    asker = _Says(reply)
    assert stand_alone(asker, question, "en", *LAST) == whole  # type: ignore[arg-type]


def test_and_is_asked_of_the_model_as_what_about() -> None:
    asker = _Says("")
    stand_alone(asker, "And receptionists?", "en", *LAST)  # type: ignore[arg-type]
    assert asker.asked == "What about receptionists?"
    stand_alone(asker, "Wie lange?", "en", *LAST)  # type: ignore[arg-type]
    assert asker.asked == "Wie lange?"
